/** Examples: pictures of figures. */
import type { Section } from './example.ts';

export const FIGURES: Section = {
  title: 'Figures',
  about:
    'Each matplotlib figure is shown once: where `plt.show()`, `figure.show()` or `display(figure)` is called, as the ' +
    'last value, or at the end if it is still open. The picture holds all that is drawn; its longer side is at most 2,000 ' +
    'pixels. Libraries that draw with matplotlib (seaborn, `DataFrame.plot`, networkx, statsmodels) need nothing more.',
  examples: [
    {
      name: 'figure',
      title: 'A figure that is open at the end',
      about: 'The `;` keeps the value of the last call, a title object, out of the outputs.',
      code: `import numpy as np
import matplotlib.pyplot as plt

x = np.linspace(0, 2 * np.pi, 200)
plt.plot(x, np.sin(x), label="sin")
plt.plot(x, np.cos(x), label="cos")
plt.legend()
plt.title("Two waves");`,
    },
    {
      name: 'show',
      title: '`plt.show()` in the middle',
      about: 'The picture stands between the texts that were printed before and after.',
      code: `import matplotlib.pyplot as plt

print("first a line")
plt.figure(figsize=(4, 2.5))
plt.plot([1, 4, 9, 16])
plt.show()
print("then bars")
plt.figure(figsize=(4, 2.5))
plt.bar(["a", "b", "c"], [3, 1, 2])
plt.show()
print("done")`,
    },
    {
      name: 'seaborn',
      title: 'seaborn',
      about: 'What seaborn returns is the value of the last expression; its figure is shown at the end.',
      code: `import numpy as np
import pandas as pd
import seaborn as sns

sns.set_theme(style="whitegrid")
rng = np.random.default_rng(7)
frame = pd.DataFrame({"kind": ["tea", "coffee"] * 100, "cups": rng.normal([3, 5] * 100, 1)})
sns.histplot(frame, x="cups", hue="kind", kde=True)`,
    },
    {
      name: 'network',
      title: 'networkx, by `display`',
      about: 'A figure that was displayed is not shown again at the end.',
      code: `import matplotlib.pyplot as plt
import networkx as nx

figure, axes = plt.subplots(figsize=(4, 3))
graph = nx.petersen_graph()
nx.draw(graph, nx.shell_layout(graph, [range(5, 10), range(5)], rotate=0), axes, node_color="gold", with_labels=True)
display(figure)
print("shown")`,
    },
    {
      name: 'svg',
      title: 'SVG',
      about:
        'On request. The text is SVG itself, not base64, and words in it stay words. A figure whose SVG would be too ' +
        'large is a PNG, with a note.',
      code: `import matplotlib.pyplot as plt

plt.figure(figsize=(4, 2.5))
plt.scatter([1, 2, 3, 4], [2, 1, 4, 3], s=[40, 80, 160, 320], alpha=0.6)
plt.title("Four points")
plt.show()`,
      fields: { figure_format: 'svg' },
    },
  ],
};
