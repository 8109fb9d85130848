/** The floors of a run, each measured once. */
import { FORK_FLOORS, IN_ADVANCE_RATIO_MAX, ON_DEMAND_RATIO_MAX, RUN_OF_RUNNER, type Group } from './cases.ts';
import { createContainerFloors, hasDockerCli, type ContainerFloors } from './containers.ts';
import { openDeployment, SLOTS } from './deployment.ts';
import { CHURN, forkName, keyOf, PATH, type Floors } from './floor-of.ts';
import { drive, type Load } from './load.ts';
import { summarize, type Summary } from './percentiles.ts';
import type { Row } from './table.ts';
import { judge, type Floor } from './verdict.ts';

const WARM_UP = 300;
const NO_FLOOR = { floor: null, verdicts: [], note: '' };

/** How many requests are sent of those that a case names. */
export type Scale = (count: number) => number;

export type FloorPlan = { readonly groups: ReadonlySet<Group>; readonly scale: Scale };

type Keep = (name: string, clients: number, load: Load, note?: string) => void;

/** @param tell gets every floor as a row of the table, as soon as it is measured */
export async function measureFloors({ groups, scale }: FloorPlan, tell: (row: Row) => void): Promise<Floors> {
  const floors = new Map<string, Summary>();
  const keep: Keep = (name, clients, load, note = '') => {
    floors.set(keyOf(name, clients), load);
    tell({ ...NO_FLOOR, name: `*${name}*`, clients, summary: load, failed: load.failures.length, note });
    for (const failure of load.failures.slice(0, 3)) console.error(`${name}: ${failure}`);
  };
  const containers = createContainerFloors();
  const wants = (...of: readonly Group[]) => of.some((group) => groups.has(group));
  if (wants('print', 'pandas', 'plot', 'live')) {
    await measurePath(scale, keep);
    const forks = await containers.forks(FORK_FLOORS, scale(200), RUN_OF_RUNNER);
    keepForks(forks, keep);
    for (const row of rowsOfRunner(forks)) tell(row);
  }
  if (wants('fresh')) await measureChurn(containers, scale, keep);
  if (wants('print', 'fresh')) await measureDockerRun(containers, scale, keep);
  return floors;
}

type Durations = Readonly<Record<string, readonly number[]>>;

const loadOf = (durationsMs: readonly number[] = []): Load => ({
  ...summarize(
    durationsMs,
    durationsMs.reduce((sum, ms) => sum + ms, 0),
  ),
  failures: [],
});

function keepForks(forks: Durations, keep: Keep): void {
  for (const name of Object.keys(FORK_FLOORS)) keep(forkName(name), 1, loadOf(forks[name]));
}

/** The runner's own path, over pipes: no engine, no worker. */
function rowsOfRunner(forks: Durations): Row[] {
  const bare = loadOf(forks['bare fork']);
  const onDemand = loadOf(forks['on demand']);
  const row = (name: string, summary: Load, floor: Floor, limit: number): Row => {
    const verdicts = [judge(summary, floor, { kind: 'p50_ratio_max', limit })];
    return { ...NO_FLOOR, ...{ name, clients: 1, summary, failed: 0, floor, verdicts } };
  };
  const bareFork = { what: 'bare fork', p50Ms: bare.p50Ms, perSecond: null };
  const forkToResult = { what: 'fork to result', p50Ms: onDemand.p50Ms, perSecond: null };
  return [
    row('runner: fork to result', onDemand, bareFork, ON_DEMAND_RATIO_MAX),
    row('runner: job to result, child in advance', loadOf(forks['in advance']), forkToResult, IN_ADVANCE_RATIO_MAX),
  ];
}

async function measureChurn(containers: ContainerFloors, scale: Scale, keep: Keep): Promise<void> {
  const { churn, churnOfEcho } = containers;
  for (const clients of new Set([1, SLOTS]))
    keep(CHURN, clients, await drive({ clients, count: scale(30 * clients), once: churn }));
  keep('container churn, python3 -S', 1, await drive({ clients: 1, count: scale(30), once: churnOfEcho }));
}

async function measureDockerRun(containers: ContainerFloors, scale: Scale, keep: Keep): Promise<void> {
  const load = (once: () => Promise<number>) => drive({ clients: 1, count: scale(20), once });
  if (await hasDockerCli()) keep('docker run --rm', 1, await load(containers.dockerRun));
  else keep('Engine API: create, start, wait, remove', 1, await load(containers.engineRun), 'there is no docker CLI');
}

async function measurePath(scale: Scale, keep: Keep): Promise<void> {
  const deployment = await openDeployment('no-op');
  try {
    const client = await deployment.client();
    const once = () => client.run({ code: 'print(1+1)' }, () => undefined);
    let sent = (await drive({ clients: 4, count: scale(WARM_UP), once })).count;
    for (const clients of [1, 16, 64]) {
      const load = await drive({ clients, count: scale(clients === 1 ? 1_000 : 3_000), once });
      sent += load.count;
      keep(PATH, clients, load);
    }
    const { completed = 0 } = await deployment.statuses();
    if (completed !== sent) throw new Error(`${String(sent)} were acknowledged, ${String(completed)} completed`);
  } finally {
    await deployment.close();
  }
}
