/** What is measured: code, clients, counts, and what is to be reached. Values only. */
import type { Check, Code } from './client.ts';
import { SLOTS } from './deployment.ts';
import type { ForkFloor } from './containers.ts';
import type { Target } from './verdict.ts';

export const GROUPS = [
  'print',
  'pandas',
  'plot',
  'live',
  'fresh',
  'streams',
  'fairness',
  'idle',
  'files',
  'responses',
  'operator-lists',
] as const;
export type Group = (typeof GROUPS)[number];

export type Case = {
  readonly name: string;
  readonly group: Group;
  readonly clients: number;
  readonly count: number;
  readonly call: 'run' | 'firstOutput';
  readonly body: Code;
  readonly check: Check;
  /** Of {@link FORK_FLOORS}. */
  readonly fork: 'bare fork' | 'pandas' | 'plot';
  /** `path`: the same without a sandbox, and the fork. `churn`: a container of its own. */
  readonly floor: 'path' | 'churn';
  readonly targets: readonly Target[];
};

const PRINT = 'print(1+1)';
const PANDAS = `import numpy as np
import pandas as pd
frame = pd.DataFrame({"group": ["a", "b", "a", "b"], "value": np.arange(4)})
print(frame.groupby("group")["value"].sum().to_dict())`;
const FIGURE = `import matplotlib.pyplot as plt
plt.plot([1, 2, 3], [1, 4, 9])
plt.title("squares")`;
const LIVE = 'import time\nprint("first", flush=True)\ntime.sleep(0.1)\nprint("last")';
const SAVE = '\nimport io\nplt.savefig(io.BytesIO(), format="png")';

const prints =
  (text: string): Check =>
  ({ stdout }) =>
    stdout === text ? undefined : `printed ${JSON.stringify(stdout.slice(0, 100))}`;
const showsPng: Check = ({ outputs }) =>
  outputs.some((output) => output.type === 'display' && 'image/png' in output.data) ? undefined : 'shows no picture';

/** Bare forks, and forks that run a case's code: the time that the code itself takes is nobody's overhead. */
export const FORK_FLOORS: Readonly<Record<string, ForkFloor>> = {
  'bare fork': ['bare', ''],
  'scientific fork': ['scientific', ''],
  print: ['bare', PRINT],
  pandas: ['scientific', PANDAS],
  plot: ['scientific', FIGURE + SAVE],
};

const print = { group: 'print', call: 'run', body: { code: PRINT }, check: prints('2\n'), fork: 'bare fork' } as const;
const pandas = {
  group: 'pandas',
  call: 'run',
  body: { code: PANDAS },
  check: prints("{'a': 2, 'b': 4}\n"),
  fork: 'pandas',
} as const;
const fresh = { ...print, group: 'fresh', body: { code: PRINT, isolation: 'fresh' }, floor: 'churn' } as const;

export const CASES: readonly Case[] = [
  {
    ...print,
    ...{ name: 'print(1+1)', clients: 1, count: 1_000, floor: 'path' },
    targets: [
      { kind: 'p50_ratio_max', limit: 1.2 },
      { kind: 'p50_ms_max', limit: 7 },
    ],
  },
  {
    ...print,
    ...{ name: 'print(1+1)', clients: 16, count: 3_000, floor: 'path' },
    targets: [{ kind: 'per_second_min', limit: 200 }],
  },
  { ...print, ...{ name: 'print(1+1)', clients: 64, count: 3_000, floor: 'path', targets: [] } },
  {
    ...pandas,
    ...{ name: 'numpy + pandas', clients: 1, count: 500, floor: 'path' },
    targets: [{ kind: 'p50_ms_max', limit: 25 }],
  },
  {
    ...pandas,
    ...{ name: 'numpy + pandas', clients: 16, count: 1_500, floor: 'path' },
    targets: [{ kind: 'per_second_min', limit: 100 }],
  },
  { ...pandas, ...{ name: 'numpy + pandas', clients: 64, count: 1_500, floor: 'path', targets: [] } },
  ...[1, 16].map((clients): Case => {
    const body = { code: `${FIGURE}\nplt.show()` };
    const count = clients === 1 ? 100 : 300;
    return {
      ...{ name: 'plot as PNG', group: 'plot', clients, count, call: 'run', body, check: showsPng, fork: 'plot' },
      floor: 'path',
      targets: [clients === 1 ? { kind: 'p50_ms_max', limit: 120 } : { kind: 'per_second_min', limit: 15 }],
    };
  }),
  {
    ...{ name: 'first byte of live stdout', group: 'live', clients: 1, count: 200, call: 'firstOutput' },
    ...{ body: { code: LIVE }, check: prints('first\nlast\n'), fork: 'bare fork', floor: 'path' },
    targets: [{ kind: 'p50_ms_max', limit: 30 }],
  },
  { ...fresh, ...{ name: 'print(1+1), fresh', clients: 1, count: 40, targets: [] } },
  {
    ...fresh,
    ...{ name: 'print(1+1), fresh', clients: SLOTS, count: 40 * SLOTS },
    targets: [{ kind: 'per_second_ratio_min', limit: 0.85 }],
  },
  ...[1, SLOTS].map((clients): Case => {
    const body = { code: `import pandas\n${PRINT}`, isolation: 'fresh' } as const;
    return { ...fresh, ...{ name: 'import pandas, fresh', body, clients, count: 20 * clients, targets: [] } };
  }),
];

/** The code that the runner's own path is measured with. */
export const RUN_OF_RUNNER = PRINT;
/** In a sandbox whose next child is asked for when the one before has ended: against a bare fork and wait. */
export const ON_DEMAND_RATIO_MAX = 1.5;
/** Of that, where the child waits for its job. */
export const IN_ADVANCE_RATIO_MAX = 0.65;
/** Of one core, by a worker without jobs. */
export const IDLE_CORE_PERCENT_MAX = 1;
export const WARM_SANDBOX_MIB_MAX = 100;
