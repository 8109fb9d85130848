/** The floors of a run, each measured once. */
import { FORK_FLOORS, type Group } from './cases.ts';
import { createContainerFloors, hasDockerCli, type ContainerFloors } from './containers.ts';
import { openDeployment, SLOTS } from './deployment.ts';
import { CHURN, forkName, keyOf, PATH, type Floors } from './floor-of.ts';
import { drive, type Load } from './load.ts';
import { summarize, type Summary } from './percentiles.ts';
import type { Row } from './table.ts';

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
    await measureForks(containers, scale, keep);
  }
  if (wants('fresh')) await measureChurn(containers, scale, keep);
  if (wants('print', 'fresh')) await measureDockerRun(containers, scale, keep);
  return floors;
}

async function measureForks(containers: ContainerFloors, scale: Scale, keep: Keep): Promise<void> {
  for (const [name, durationsMs] of Object.entries(await containers.forks(FORK_FLOORS, scale(200)))) {
    const elapsedMs = durationsMs.reduce((sum, ms) => sum + ms, 0);
    keep(forkName(name), 1, { ...summarize(durationsMs, elapsedMs), failures: [] });
  }
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
