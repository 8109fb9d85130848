/** Examples: what code prints, and values. */
import type { Section } from './example.ts';

export const TEXTS: Section = {
  title: 'Text',
  about:
    'What goes to `sys.stdout` and `sys.stderr`, in the order written. Neighbouring texts of one stream are one output. ' +
    '`stdout` and `stderr` of the execution hold the same, each as one text.',
  examples: [
    {
      name: 'text',
      title: 'Two streams',
      about: 'The order between the streams is kept.',
      code: `import sys

print("reading")
print("line 2 has no number", file=sys.stderr)
print("3 lines read")
print("done", end="")`,
      shows: ['stdout', 'stderr'],
    },
  ],
};

export const VALUES: Section = {
  title: 'Values',
  about:
    'If the code ends with an expression, its value is the `result`, unless it is `None` or a `;` follows. ' +
    '`display(…)` is a builtin and shows any number of values anywhere in the code, each as a `display`. Both have the ' +
    'same representations, and `text/plain` is always one of them.',
  examples: [
    {
      name: 'dict',
      title: 'Plain Python',
      about: '`text/plain` is `repr`, laid out as notebooks do.',
      code: `prices = {"apple": 1.2, "pear": 2.5, "plum": 0.8}
{"dearest": max(prices, key=prices.get), "mean": sum(prices.values()) / len(prices)}`,
    },
    {
      name: 'array',
      title: 'numpy array',
      about: 'As numpy writes it; long ones are shortened by numpy.',
      code: `import numpy as np

np.linspace(0, 1, 12).reshape(3, 4).round(3)`,
    },
    {
      name: 'frame',
      title: 'DataFrame',
      about:
        'As text, as HTML, and as data: a Tabular Data Resource with the types of the columns, the shape of the whole ' +
        'and at most 1,000 rows. A Series has the same without HTML.',
      code: `import pandas as pd

pd.DataFrame({
    "day": pd.date_range("2026-03-01", periods=3),
    "kind": pd.Categorical(["tea", "coffee", "tea"]),
    "sold": [12, 30, None],
})`,
    },
    {
      name: 'sympy',
      title: 'sympy',
      about: 'As LaTeX.',
      code: `import sympy

x = sympy.Symbol("x")
area = sympy.Integral(sympy.exp(-x**2), (x, -sympy.oo, sympy.oo))
sympy.Eq(area, area.doit())`,
    },
    {
      name: 'image',
      title: 'Pillow image',
      about: 'As PNG, the longer side at most 2,000 pixels.',
      code: `from PIL import Image, ImageDraw

image = Image.new("RGB", (240, 120), "white")
draw = ImageDraw.Draw(image)
for step in range(8):
    draw.ellipse((10 + 26 * step, 20, 50 + 26 * step, 100), outline=(30 * step, 80, 255 - 30 * step), width=4)
image`,
    },
    {
      name: 'plotly',
      title: 'plotly figure',
      about:
        'As the JSON that plotly.js draws from: `const { data, layout } = JSON.parse(text); ' +
        'Plotly.newPlot(element, data, layout)`. `figure.show()` makes a `display` of it.',
      code: `import plotly.express as px

px.bar(x=["tea", "coffee"], y=[24, 30], title="Sold")`,
    },
  ],
};

export const DISPLAYS: Section = {
  title: 'Displays',
  about:
    '`IPython.display` is there for code that was written for notebooks: `display`, `HTML`, `Markdown`, `Latex`, `Math`, ' +
    '`JSON`, `Image`, `SVG` and others. Outputs are never taken back, so `clear_output` does nothing. Lines that begin ' +
    'with `%` or `!` are not Python and fail with a hint.',
  examples: [
    {
      name: 'displays',
      title: 'Several displays',
      about: 'Each in its place among the texts. The last value comes last.',
      code: `display({"step": 1}, {"step": 2})
print("between")
display([3])
"the value"`,
    },
    {
      name: 'notebook',
      title: 'Code of a notebook',
      about: 'Each object has one representation beside its text.',
      code: String.raw`from IPython.display import HTML, JSON, Markdown, Math, SVG, clear_output, display

clear_output(wait=True)
display(HTML("<b>bold</b>"), Markdown("**bold**"), Math(r"\frac{1}{2}"), JSON({"half": 0.5}))
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="60" height="30"><circle cx="15" cy="15" r="12" fill="teal"/></svg>')`,
    },
    {
      name: 'left-out',
      title: 'A representation that fails',
      about:
        'Objects are asked as notebooks ask: `_repr_html_`, `_repr_png_`, `_repr_mimebundle_` and so on. What raises, ' +
        'takes over 2 s or is too large is left out, `text/plain` says so, and the run goes on.',
      code: `class Report:
    def __repr__(self):
        return "Report of March"

    def _repr_markdown_(self):
        return "# Report of March"

    def _repr_html_(self):
        raise KeyError("template")

    def _repr_latex_(self):
        return "x" * 2_000_000

display(Report())
print("on")`,
    },
  ],
};
