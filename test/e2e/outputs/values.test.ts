/** Values as notebooks show them: last expressions and what `display` is given. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Execution } from '../../../shared/contracts/execution.ts';
import { startService, type Service } from '../../helpers/service.ts';
import { OK } from '../attacks/ends.ts';
import { pngSize } from './png-size.ts';

const TABLE = 'application/vnd.dataresource+json';
const PLOTLY = 'application/vnd.plotly.v1+json';
const Resource = z.object({
  shape: z.array(z.int()),
  schema: z.object({ fields: z.array(z.looseObject({ name: z.string(), type: z.string() })) }),
  data: z.array(z.record(z.string(), z.unknown())),
});

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

const bundlesOf = ({ outputs }: Execution) =>
  outputs.flatMap((output) => (output.type === 'display' || output.type === 'result' ? [output.data] : []));

async function shownBy(code: string) {
  const execution = await service.run(code);
  expect(execution).toMatchObject({ exit: OK, stderr: '', truncated: { outputs: false } });
  return bundlesOf(execution);
}

async function tableOf(code: string) {
  const [bundle] = await shownBy(`import pandas as pd, numpy as np\n${code}`);
  return Resource.parse(JSON.parse(bundle?.[TABLE] ?? ''));
}

describe('values: tables', () => {
  it('shows a frame as text, HTML and data with its types', async () => {
    const [bundle] = await shownBy("import pandas as pd\npd.DataFrame({'n': [1, 2], 's': ['a', None]})");
    expect(Object.keys(bundle ?? {}).sort()).toEqual([TABLE, 'text/html', 'text/plain']);
    expect(bundle?.['text/html']).toContain('<table');
    expect(JSON.parse(bundle?.[TABLE] ?? '')).toEqual({
      profile: 'tabular-data-resource',
      shape: [2, 2],
      schema: {
        fields: [
          { name: 'index', type: 'integer' },
          { name: 'n', type: 'integer' },
          { name: 's', type: 'string' },
        ],
        primaryKey: ['index'],
      },
      data: [
        { index: 0, n: 1, s: 'a' },
        { index: 1, n: 2, s: null },
      ],
    });
  });

  it('shows a styled frame as HTML, and says so where it is too large', async () => {
    const [small, large] = await shownBy(
      `import pandas as pd, numpy as np
display(pd.DataFrame({'a': [1.25, 2]}).style.format(precision=1).highlight_max(color='yellow'))
pd.DataFrame(np.ones((5_000, 10))).style.background_gradient()`,
    );
    expect(Object.keys(small ?? {})).toEqual(['text/plain', 'text/html']);
    expect(small?.['text/html']).toMatch(/background-color: yellow[^]*>1\.2<[^]*>2\.0</);
    expect(large).toEqual({ 'text/plain': expect.stringContaining('text/html left out: over 1024 KiB') });
  });

  it('shows a series as data', async () => {
    expect((await tableOf("pd.Series([1.5], name='x')")).data).toEqual([{ index: 0, x: 1.5 }]);
  });

  it('says what JSON cannot in text, and what is missing as null', async () => {
    const cells = 'float("nan"), pd.NaT, pd.NA, float("inf"), b"\\xff", {1}, pd.Timedelta(90, "s"), 2**70';
    const { data } = await tableOf(`pd.DataFrame({'a': pd.Series([${cells}], dtype=object)})`);
    expect(data.map((row) => row['a'])).toEqual([
      ...[null, null, null, 'INF', "b'\\xff'", '{1}', 'P0DT0H1M30S', '1180591620717411303424'],
    ]);
  });

  it('holds 1,000 rows of a million, and tells the whole shape', async () => {
    const table = await tableOf("pd.DataFrame({'a': np.arange(1_000_000)})");
    expect(table.data).toHaveLength(1_000);
    expect(table.shape).toEqual([1_000_000, 1]);
  });

  it('holds a part of a frame with 10,000 columns', async () => {
    const table = await tableOf('pd.DataFrame(np.zeros((100, 10_000)))');
    expect(table.schema.fields).toHaveLength(1_001);
    expect(table.shape).toEqual([100, 10_000]);
  });
});

describe('values: of libraries', () => {
  it('shows expressions of sympy as LaTeX', async () => {
    const [bundle] = await shownBy("import sympy\nsympy.sqrt(sympy.Symbol('x'))");
    expect(bundle).toEqual({ 'text/plain': 'sqrt(x)', 'text/latex': '$\\displaystyle \\sqrt{x}$' });
  });

  it('shows images of Pillow as PNG, in every mode and scaled to what can be read', async () => {
    const bundles = await shownBy(
      "from PIL import Image\nfor mode in ('CMYK', 'I;16', 'P', 'RGBA', 'F', '1'): display(Image.new(mode, (4_000, 40)))",
    );
    expect(bundles.map((bundle) => Object.keys(bundle))).toEqual(Array(6).fill(['text/plain', 'image/png']));
    expect(bundles.map((bundle) => pngSize(bundle['image/png']))).toEqual(Array(6).fill([2_000, 20]));
  });

  it('shows figures of plotly as the JSON that plotly draws from, also by show()', async () => {
    const figure = 'import plotly.express as px\nfigure = px.line(x=[1, 2], y=[3, float("nan")])';
    const bundles = await shownBy(`${figure}\nfigure.show()\nfigure`);
    expect(bundles.map((bundle) => Object.keys(bundle))).toEqual(Array(2).fill(['text/plain', PLOTLY]));
    expect(JSON.parse(bundles[1]?.[PLOTLY] ?? '')).toMatchObject({ data: [{ type: 'scatter', y: [3, null] }] });
  });

  it('shows arrays and lists as text', async () => {
    const [bundle] = await shownBy('import numpy as np\nnp.zeros(100_000)');
    expect(bundle).toEqual({ 'text/plain': expect.stringMatching(/^array\(\[0\., 0\., .*\.\.\.,/) });
  });
});

describe('values: with methods of notebooks', () => {
  it('brings every representation of a class through', async () => {
    const methods = { html: '<b>', markdown: '#', latex: '$x$', svg: '<svg/>' };
    const lines = Object.entries(methods).map(([name, text]) => `    def _repr_${name}_(self): return '${text}'`);
    const [bundle] = await shownBy(
      `class A:\n    def __repr__(self): return 'A'\n${lines.join('\n')}\n    def _repr_json_(self): return {'a': [1]}\n    def _repr_png_(self): return b'abc', {}\nA()`,
    );
    expect(bundle).toEqual({
      'text/plain': 'A',
      'text/html': '<b>',
      'text/markdown': '#',
      'text/latex': '$x$',
      'image/svg+xml': '<svg/>',
      'application/json': '{"a":[1]}',
      'image/png': 'YWJj',
    });
  });

  it('leaves out what raises, hangs or is too large, says so, and goes on', async () => {
    const [first, second] = await shownBy(`class A:
    def __repr__(self): return 'A'
    def _repr_html_(self): raise ValueError('no')
    def _repr_latex_(self):
        while True: pass
    def _repr_markdown_(self): return 'x' * 2_000_000
display(A())
'on'`);
    expect(first).toEqual({
      'text/plain':
        'A (text/html left out: ValueError: no; text/markdown left out: over 1024 KiB; text/latex left out: over 2 s)',
    });
    expect(second).toEqual({ 'text/plain': "'on'" });
  });

  it('leaves alarms of the code as they were', async () => {
    const execution = await service.run(`import signal, time
signal.signal(signal.SIGALRM, lambda *_: print('rung'))
signal.setitimer(signal.ITIMER_REAL, 0.2)
display(1)
time.sleep(0.5)`);
    expect(execution).toMatchObject({ exit: OK, stdout: 'rung\n' });
  });
});

describe('values: of notebook code', () => {
  it('knows the names of IPython.display', async () => {
    const bundles = await shownBy(`from IPython import get_ipython
from IPython.core.display import HTML
from IPython.display import JSON, SVG, Image, Latex, Markdown, Math, clear_output, display
clear_output(wait=True)
if get_ipython() is None: display(HTML('<b>'), Markdown('#'), Latex('$x$'), Math('x'), JSON({'a': 1}), SVG('<svg/>'))
Image(data=b'\\x89PNG\\r\\n\\x1a\\n')`);
    const rich = bundles.map((bundle) => Object.entries(bundle).filter(([type]) => type !== 'text/plain'));
    expect(rich.flat()).toEqual([
      ['text/html', '<b>'],
      ['text/markdown', '#'],
      ['text/latex', '$x$'],
      ['text/latex', '$\\displaystyle x$'],
      ['application/json', '{"a":1}'],
      ['image/svg+xml', '<svg/>'],
      ['image/png', 'iVBORw0KGgo='],
    ]);
  });

  it('refuses what would have to be loaded, and says what to write instead', async () => {
    const { exit, outputs } = await service.run("from IPython.display import Image\nImage(url='https://a/b.png')");
    expect(exit?.reason).toBe('exception');
    expect(outputs.at(-1)).toMatchObject({ name: 'ValueError', value: expect.stringContaining('Image(data=...)') });
  });
});
