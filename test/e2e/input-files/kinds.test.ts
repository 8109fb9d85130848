/** Files of every kind that assistants hand over, written and read by real libraries. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { given, madeBy, type Given } from '../../helpers/given-files.ts';
import { startService, type Service } from '../../helpers/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

async function printedBy(code: string, ...files: readonly Given[]): Promise<string> {
  const execution = await service.run(code, { files });
  expect({ exit: execution.exit, outputs: execution.outputs }).toMatchObject({ exit: { reason: 'ok' } });
  return execution.stdout;
}

const SALES = 'region,sold\nNorth,3\nSüd,4\n';
const READ_SHEET = (name: string) => `import pandas as pd\nprint(pd.read_excel("${name}").to_csv(index=False), end="")`;

describe('input files: tables', () => {
  it('CSV, by a relative and by the whole path', async () => {
    const sales = await given(service, SALES, { name: 'sales.csv' });
    const code = `import pandas as pd
print(pd.read_csv("sales.csv")["sold"].sum(), open("/mnt/data/sales.csv", encoding="utf-8").read() == ${JSON.stringify(SALES)})`;
    expect(await printedBy(code, sales)).toBe('7 True\n');
  });

  it('Excel, as xlsx', async () => {
    const book = await madeBy(
      service,
      `import io, xlsxwriter
buffer = io.BytesIO()
with xlsxwriter.Workbook(buffer) as book:
    sheet = book.add_worksheet()
    for number, row in enumerate([("region", "sold"), ("North", 3), ("Süd", 4)]): sheet.write_row(number, 0, row)
attach("sales.xlsx", buffer)`,
    );
    expect(await printedBy(READ_SHEET('sales.xlsx'), await given(service, book, { name: 'sales.xlsx' }))).toBe(SALES);
  });

  it('Excel of old, as xls', async () => {
    const book = await madeBy(
      service,
      `import io, xlwt
book = xlwt.Workbook()
sheet = book.add_sheet("sold")
for number, row in enumerate([("region", "sold"), ("North", 3), ("Süd", 4)]):
    for column, value in enumerate(row): sheet.write(number, column, value)
buffer = io.BytesIO()
book.save(buffer)
attach("sales.xls", buffer)`,
    );
    expect(await printedBy(READ_SHEET('sales.xls'), await given(service, book, { name: 'sales.xls' }))).toBe(SALES);
  });

  it('JSON', async () => {
    const rows = await given(service, '{"rows": [1, 2, 3]}', { name: 'rows.json' });
    expect(await printedBy('import json; print(sum(json.load(open("rows.json"))["rows"]))', rows)).toBe('6\n');
  });

  it('Parquet ends in an error that says what to do: no reader is in Debian', async () => {
    const table = await given(service, Buffer.from('PAR1\x00PAR1'), { name: 'table.parquet' });
    const { exit, outputs } = await service.run('import pandas as pd; pd.read_parquet("table.parquet")', {
      files: [table],
    });
    expect(exit?.reason).toBe('exception');
    const error = outputs.find((output) => output.type === 'error');
    expect(error).toMatchObject({ name: 'ImportError', hint: expect.stringMatching(/pyarrow.*CSV/s) });
  });
});

describe('input files: others', () => {
  it.each([
    ['png', 'PNG'],
    ['jpg', 'JPEG'],
    ['webp', 'WEBP'],
  ])('pictures: %s', async (extension, format) => {
    const picture = await madeBy(
      service,
      `import io
from PIL import Image
buffer = io.BytesIO()
Image.new("RGB", (40, 30), (200, 10, 10)).save(buffer, "${format}")
attach("made.${extension}", buffer)`,
    );
    const code = `from PIL import Image
picture = Image.open("shown.${extension}"); picture.load()
print(picture.format, picture.size)`;
    const file = await given(service, picture, { name: `shown.${extension}` });
    expect(await printedBy(code, file)).toBe(`${format} (40, 30)\n`);
  });

  it('zip, read where it lies', async () => {
    const archive = await madeBy(
      service,
      `import io, zipfile
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("a/b.txt", "inner")
attach("made.zip", buffer)`,
    );
    const code = 'import zipfile; print(zipfile.ZipFile("all.zip").read("a/b.txt").decode())';
    expect(await printedBy(code, await given(service, archive, { name: 'all.zip' }))).toBe('inner\n');
  });

  it('text under a name with umlauts, however those were composed', async () => {
    const text = await given(service, 'grün', { name: 'gru\u0308n.txt' });
    expect(await printedBy('import os; print(os.listdir(), open("gr\\u00fcn.txt").read())', text)).toBe(
      "['grün.txt'] grün\n",
    );
  });

  it('a file without bytes', async () => {
    const empty = await given(service, '', { name: 'empty.csv' });
    expect(
      await printedBy('import os; print(os.path.getsize("empty.csv"), open("empty.csv").read() == "")', empty),
    ).toBe('0 True\n');
  });

  it('a module of the organization’s own, to be imported', async () => {
    const module = await given(service, 'def double(x): return 2 * x', { name: 'helper.py' });
    expect(await printedBy('import helper; print(helper.double(21))', module)).toBe('42\n');
  });

  it('one file under two names, neither of them its own', async () => {
    const file = await given(service, 'x', { name: 'a.txt' });
    const files = [
      { ...file, name: 'one.txt' },
      { ...file, name: 'two.txt' },
    ];
    expect(await printedBy('import os; print(sorted(os.listdir()))', ...files)).toBe("['one.txt', 'two.txt']\n");
  });
});
