/** Examples: files out of a sandbox that has no file system. */
import type { Section } from './example.ts';

export const FILES: Section = {
  title: 'Files',
  about:
    'No path can be written. `attach(name, data)` is a builtin and adds a `file` to the outputs: bytes, text, a file object ' +
    'such as `BytesIO` or a temporary file, a DataFrame (CSV, or by the name TSV, JSON, xlsx), a figure or a Pillow image ' +
    '(PNG, or by the name another format). A figure has the size in which it would be shown; `figure.savefig(buffer, ' +
    'dpi=…)` makes a larger one. Writers of xlsx, docx, pdf or zip take an `io.BytesIO()`.',
  examples: [
    {
      name: 'attach',
      title: 'A table, a workbook and a picture',
      about: '',
      code: `import io
import matplotlib.pyplot as plt
import pandas as pd
import xlsxwriter

sold = pd.DataFrame({"kind": ["tea", "coffee"], "cups": [24, 30]})
attach("sold.csv", sold)

buffer = io.BytesIO()
with xlsxwriter.Workbook(buffer) as book:
    book.set_properties({"created": pd.Timestamp("2026-03-01").to_pydatetime()})
    sheet = book.add_worksheet("Sold")
    sheet.write_row("A1", sold.columns)
    for number, row in enumerate(sold.itertuples(index=False), 1):
        sheet.write_row(number, 0, row)
attach("sold.xlsx", buffer)

figure, axes = plt.subplots(figsize=(4, 2.5))
axes.bar(sold.kind, sold.cups, color=["olive", "sienna"])
attach("sold.png", figure)
plt.close(figure)`,
      isDownloaded: true,
    },
  ],
};
