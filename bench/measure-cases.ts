/** Runs the cases against the real service, one after the other in one deployment. */
import type { Usage } from '../shared/contracts/execution.ts';
import type { Case } from './cases.ts';
import type { Check } from './client.ts';
import { openDeployment, SLOTS, type Deployment } from './deployment.ts';
import { floorOf, type Floors } from './floor-of.ts';
import type { Scale } from './floors.ts';
import { drive } from './load.ts';
import { percentile } from './percentiles.ts';
import { figure, type Row } from './table.ts';
import { judge } from './verdict.ts';

type CasesRun = {
  readonly cases: readonly Case[];
  readonly floors: Floors;
  readonly scale: Scale;
  readonly tell: (row: Row) => void;
};

/** @throws when the database does not hold exactly what was answered */
export async function measureCases({ cases, floors, scale, tell }: CasesRun): Promise<void> {
  const deployment = await openDeployment('real');
  let answered = 0;
  try {
    for (const one of cases) {
      const { row, right } = await measureCase(deployment, one, floors, scale);
      answered += right;
      tell(row);
    }
    await assertNothingLost(deployment, answered);
  } finally {
    await deployment.close();
  }
}

/** In an organization of its own, as its sandboxes are. */
async function measureCase(deployment: Deployment, one: Case, floors: Floors, scale: Scale) {
  const client = await deployment.client();
  const usages: Usage[] = [];
  const check: Check = (execution) => {
    if (execution.usage !== null) usages.push(execution.usage);
    return one.check(execution);
  };
  const once = () => client[one.call](one.body, check);
  const warmUp = await drive({ clients: Math.min(one.clients, SLOTS), count: scale(10 * SLOTS), once });
  usages.length = 0;
  const load = await drive({ clients: one.clients, count: scale(one.count), once });
  client.close();
  const failures = [...warmUp.failures, ...load.failures];
  for (const failure of failures.slice(0, 3)) console.error(`${one.name}: ${failure}`);
  const floor = floorOf(one, floors, SLOTS);
  const verdicts = one.targets.map((target) => judge(load, floor, target));
  const { name, clients } = one;
  const row: Row = { name, clients, summary: load, failed: failures.length, floor, verdicts, note: usageNote(usages) };
  return { row, right: warmUp.count + load.count };
}

/** Where the time went, as the executions themselves tell it. */
function usageNote(usages: readonly Usage[]): string {
  const median = (pick: (usage: Usage) => number) => figure(percentile(usages.map(pick), 50));
  const [queue, start, wall] = [median((u) => u.queue_ms), median((u) => u.start_ms), median((u) => u.wall_ms)];
  return `p50: queue ${queue}, start ${start}, run ${wall} ms`;
}

/** Every acknowledged execution was answered, and no other is in the database. */
async function assertNothingLost(deployment: Deployment, answered: number): Promise<void> {
  const statuses = await deployment.statuses();
  const { completed = 0 } = statuses;
  const all = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  if (completed !== answered || all !== answered)
    throw new Error(`${String(answered)} executions were answered, the database has ${JSON.stringify(statuses)}`);
}
