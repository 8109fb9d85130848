/** Figures as people make them, each shown once and in its place. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../../shared/contracts/execution.ts';
import { startService, type Service } from '../../helpers/service.ts';
import { OK } from '../attacks/ends.ts';
import { pngSize } from './png-size.ts';

const SIDE_PIXELS_MAX = 2_000;
const PYPLOT = 'import matplotlib.pyplot as plt\n';

let service: Service;
beforeAll(async () => {
  service = await startService();
}, 120_000);
afterAll(() => service.stop(), 60_000);

/** The outputs in order: `text`, `png`, `svg` or `-` for a bundle without a picture. */
function kindsOf({ outputs }: Execution): string[] {
  return outputs.map((output) => {
    if (output.type !== 'display' && output.type !== 'result') return output.type;
    if (output.data['image/png'] !== undefined) return 'png';
    return output.data['image/svg+xml'] === undefined ? '-' : 'svg';
  });
}

const bundlesOf = ({ outputs }: Execution) =>
  outputs.flatMap((output) => (output.type === 'display' || output.type === 'result' ? [output.data] : []));

describe('figures: in their place', () => {
  it.each([
    [
      'each plt.show() among the texts',
      'print(1)\nplt.plot([1])\nplt.show()\nprint(2)\nplt.plot([2])\nplt.show()',
      'text png text png',
    ],
    ['those open at the end, after all else', 'plt.plot([1])\nplt.figure()\nplt.plot([2])\nprint(1)', 'text png png'],
    ['figure.show()', 'figure = plt.figure()\nfigure.show()\nprint(1)', 'png text'],
    ['none that was closed', 'plt.plot([1])\nplt.close()\nprint(1)', 'text'],
    ['none that was shown again', 'plt.plot([1])\nplt.show()\nplt.show()\nprint(1)', 'png text'],
    ['a displayed one once', 'figure = plt.figure()\ndisplay(figure)\nprint(1)', 'png text'],
    ['one as the last value once', 'figure = plt.figure()\nfigure', 'png'],
    ['one in a list as text, and once at the end', 'figure = plt.figure()\n[figure]', '- png'],
    ['one that an exception cuts short', 'plt.plot([1])\n1 / 0', 'error png'],
    [
      'one that an exit function makes',
      'import atexit\natexit.register(lambda: (plt.plot([1]), plt.show()))\nprint(1)',
      'text png',
    ],
  ])('shows %s', async (_what, code, kinds) => {
    expect(kindsOf(await service.run(PYPLOT + code))).toEqual(kinds.split(' '));
  });
});

describe('figures: of every library', () => {
  it.each([
    [
      'Figure without pyplot',
      'from matplotlib.figure import Figure\nf = Figure()\nf.subplots().plot([1, 2])\nf',
      'png',
    ],
    ['pandas', "import pandas as pd\npd.DataFrame({'a': [1, 2]}).plot()", '- png'],
    ['pandas, several axes', "import pandas as pd\npd.DataFrame({'a': [1], 'b': [2]}).hist()", '- png'],
    ['seaborn', 'import seaborn as sns\nsns.histplot([1, 2, 2, 3])', '- png'],
    [
      'seaborn, a grid',
      "import seaborn as sns, pandas as pd\nsns.relplot(pd.DataFrame({'a': [1, 2], 'b': [3, 4]}), x='a', y='b')",
      '- png',
    ],
    ['seaborn.objects', 'import seaborn.objects as so\nso.Plot(x=[1, 2], y=[1, 4]).add(so.Line())', 'png'],
    ['networkx', 'import networkx as nx\nnx.draw(nx.path_graph(3))', 'png'],
    ['statsmodels', 'import statsmodels.api as sm\nsm.qqplot(__import__("numpy").arange(9.0))', 'png'],
    [
      'an animation, as text with its first picture',
      `${PYPLOT}from matplotlib.animation import FuncAnimation\nf, a = plt.subplots()\nanimation = FuncAnimation(f, lambda n: a.plot([n]), frames=2)\nanimation._draw_was_started = True\nanimation`,
      '- png',
    ],
  ])('shows one of %s once', async (_library, code, kinds) => {
    const execution = await service.run(code);
    expect(execution).toMatchObject({ exit: OK, stderr: '' });
    expect(kindsOf(execution)).toEqual(kinds.split(' '));
  });
});

describe('figures: size', () => {
  it.each([
    ['of 30,000 pixels a side', 'plt.figure(figsize=(300, 300), dpi=100)\nplt.plot([1, 2])'],
    ['of 600 dots per inch', 'plt.rcParams["figure.dpi"] = 600\nplt.plot([1, 2])'],
    ['of noise', 'import numpy as np\nplt.figure(figsize=(14, 14))\nplt.imshow(np.random.rand(1400, 1400, 3))'],
  ])('makes a picture %s readable', async (_what, code) => {
    const execution = await service.run(`${PYPLOT}${code}\nNone`);
    const [bundle] = bundlesOf(execution);
    const [width, height] = pngSize(bundle?.['image/png']);
    expect(Math.max(width, height)).toBeLessThanOrEqual(SIDE_PIXELS_MAX);
    expect(Math.min(width, height)).toBeGreaterThan(400);
    expect(execution.truncated.outputs).toBe(false);
  });

  it('takes what stands outside of the axes into the picture', async () => {
    const [plain, withLegend] = bundlesOf(
      await service.run(
        `${PYPLOT}plt.plot([1], label='a')\nplt.show()\nplt.plot([1], label='a')\nplt.legend(bbox_to_anchor=(1.5, 1))\nplt.show()`,
      ),
    );
    expect(pngSize(withLegend?.['image/png'])[0]).toBeGreaterThan(pngSize(plain?.['image/png'])[0] + 50);
  });

  it('draws a hundred of a thousand figures, and tells of the others', async () => {
    const many = `plt.rcParams["figure.max_open_warning"] = 0\nfor n in range(1_000): plt.figure().text(0.5, 0.5, n)`;
    const execution = await service.run(PYPLOT + many);
    expect(execution).toMatchObject({ exit: OK, truncated: { outputs: false } });
    expect(kindsOf(execution)).toEqual([...Array<string>(100).fill('png'), ...Array<string>(900).fill('-')]);
    expect(bundlesOf(execution).at(-1)?.['text/plain']).toContain('image/png left out: over 100 figures');
  }, 60_000);

  it('tells of a figure that cannot be drawn', async () => {
    const execution = await service.run(`${PYPLOT}plt.title('$\\\\nothing$')\nprint("on")`);
    expect(execution).toMatchObject({ exit: OK, stdout: 'on\n' });
    expect(bundlesOf(execution)[0]?.['text/plain']).toContain('image/png left out: ValueError');
  });
});

describe('figures: as SVG', () => {
  it('are SVG where the request asks for it', async () => {
    const execution = await service.run(`${PYPLOT}plt.title('a title')`, { figure_format: 'svg' });
    expect(kindsOf(execution)).toEqual(['-', 'svg']);
    const svg = bundlesOf(execution).at(-1)?.['image/svg+xml'] ?? '';
    expect(svg).toMatch(/^<\?xml[^]*<svg [^]*a title<\/text>[^]*<\/svg>\s*$/);
  });

  it('give way to PNG where the SVG would be too large', async () => {
    const code = `${PYPLOT}plt.plot(range(150_000), 'o')\nNone`;
    const [bundle] = bundlesOf(await service.run(code, { figure_format: 'svg' }));
    expect(Object.keys(bundle ?? {})).toEqual(['text/plain', 'image/png']);
    expect(bundle?.['text/plain']).toContain('image/svg+xml left out: over 4096 KiB');
  });
});
