/** Examples: errors, and ends that no exception explains. */
import type { Section } from './example.ts';

export const ENDS: Section = {
  title: 'Errors and hints',
  about:
    'An exception that the code does not catch is the `error` among the outputs; what was printed and shown before it ' +
    'stays. `hint` is there where the sandbox is the cause, and says what to write instead. Where the code was ended ' +
    'rather than failed (time, memory, too much output, a signal) there is no `error`, and the hint is in `exit`. Such an ' +
    'execution is an answer like any other: HTTP 200.',
  examples: [
    {
      name: 'exception',
      title: 'An exception with its cause',
      about: 'The traceback shows the code alone. The sandbox has nothing to do with this one: no hint.',
      code: `def mean(values):
    return sum(values) / len(values)

print("before")
try:
    mean([])
except ZeroDivisionError as error:
    raise ValueError("no values") from error`,
      shows: ['exit'],
      ends: 'exception',
    },
    {
      name: 'write',
      title: 'Writing a file',
      about: '',
      code: `import pandas as pd

pd.DataFrame({"a": [1, 2]}).to_csv("table.csv")`,
      ends: 'exception',
    },
    {
      name: 'savefig',
      title: 'Saving a figure',
      about: 'The figure is still open, so it is shown all the same.',
      code: `import matplotlib.pyplot as plt

plt.figure(figsize=(3, 2))
plt.plot([1, 3, 2])
plt.savefig("line.png")`,
      ends: 'exception',
    },
    {
      name: 'module',
      title: 'A module that is not there',
      about: '',
      code: 'import sklaern',
      ends: 'exception',
    },
    {
      name: 'network-access',
      title: 'The network',
      about: '',
      code: `import urllib.request

urllib.request.urlopen("https://example.com/data.csv")`,
      ends: 'exception',
    },
    {
      name: 'syntax',
      title: 'A command of notebooks',
      about: 'Nothing of the code runs.',
      code: `print("never printed")
!pip install pandas`,
      shows: ['exit'],
      ends: 'exception',
    },
    {
      name: 'time',
      title: 'Out of time',
      about: 'What was printed before stays.',
      code: `print("counting", flush=True)
n = 0
while True:
    n += 1`,
      fields: { timeout_ms: 500 },
      shows: ['exit'],
      ends: 'timed_out',
    },
  ],
};
