/** `npm run bench [-- print|pandas|plot|live|fresh|streams|fairness|idle|files|responses|operator-lists… --quick --record]`: measures the real service. */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { requireEngine } from '../test/helpers/engine.ts';
import { CASES, GROUPS, type Group } from './cases.ts';
import { SLOTS } from './deployment.ts';
import { measureFairness } from './fairness.ts';
import { measureFiles } from './files.ts';
import { measureInputFiles } from './input-files.ts';
import { measureFloors, type Scale } from './floors.ts';
import { describeMachine, readMachine, type Machine } from './machine.ts';
import { measureCases } from './measure-cases.ts';
import { measureIdle } from './idle.ts';
import { measureIndexCost } from './index-cost.ts';
import { measureResponses } from './responses.ts';
import { measureOperatorLists } from './operator-lists.ts';
import { measureStreams } from './streams.ts';
import { toTable, withTable, type Row } from './table.ts';

const README = new URL('README.md', import.meta.url);
const HISTORY = new URL('history.jsonl', import.meta.url);
const QUICK_DIVISOR = 10;
const STREAMS = 1_000;
const EVENT_PROBES = 500;
const FAIRNESS_PROBES = 20;
const FAIRNESS_ORGANIZATIONS = 1_000;
const FILES = 20;
const RESPONSES = 300;
const RESPONSE_STREAMS = 200;
const LISTED_ROWS = 1_000_000;
const LIST_SAMPLES = 40;
const IDLE_LOOK_MS = 30_000;
const MIB = 1024 * 1024;

process.exitCode = await main().catch((error: unknown) => {
  console.error(error);
  return 1;
});

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { record: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((word) => !GROUPS.some((group) => group === word));
  if (unknown.length > 0) {
    console.error(`Say which cases: ${GROUPS.join(', ')}, or none for all; not ${unknown.join(', ')}.`);
    return 1;
  }
  const groups = new Set<Group>(
    positionals.length === 0 ? GROUPS : GROUPS.filter((name) => positionals.includes(name)),
  );
  const isWhole = groups.size === GROUPS.length && !values.quick;
  if (values.record && !isWhole) {
    console.error('Only a whole run is recorded: all cases, not --quick.');
    return 1;
  }
  await requireEngine();
  const scale = (count: number) => (values.quick ? Math.max(SLOTS, Math.ceil(count / QUICK_DIVISOR)) : count);
  const machine = await readMachine();
  const rows = await measure(groups, scale);
  const at = new Date().toISOString();
  const content = `${describeMachine(machine, at)}\n\n${toTable(rows)}`;
  console.log(`\n${content}`);
  const failed = rows.reduce((sum, row) => sum + row.failed, 0);
  const missed = rows.flatMap(({ verdicts }) => verdicts).filter(({ met }) => !met).length;
  console.log(`\n${String(missed)} targets missed, ${String(failed)} requests failed or lost.`);
  if (failed > 0) return 1;
  if (values.record) record({ at, machine, rows }, content);
  return 0;
}

type Recorded = { readonly at: string; readonly machine: Machine; readonly rows: readonly Row[] };

function record(measured: Recorded, content: string): void {
  writeFileSync(README, withTable(readFileSync(README, 'utf8'), content));
  appendFileSync(HISTORY, `${JSON.stringify(measured)}\n`);
}

async function measure(groups: ReadonlySet<Group>, scale: Scale): Promise<Row[]> {
  const rows: Row[] = [];
  const tell = (row: Row) => {
    rows.push(row);
    console.error(toTable([row]).split('\n').at(-1));
  };
  const floors = await measureFloors({ groups, scale }, tell);
  const cases = CASES.filter(({ group }) => groups.has(group));
  if (cases.length > 0) await measureCases({ cases, floors, scale, tell });
  if (groups.has('streams')) await tellStreams(scale, tell);
  if (groups.has('fairness')) {
    await measureFairness({ probes: scale(FAIRNESS_PROBES), organizations: scale(FAIRNESS_ORGANIZATIONS) }, tell);
    await measureIndexCost(tell);
  }
  if (groups.has('files')) {
    await measureFiles(scale(FILES), tell);
    await measureInputFiles(scale(FILES), tell);
  }
  if (groups.has('responses'))
    await measureResponses({ responses: scale(RESPONSES), streams: scale(RESPONSE_STREAMS) }, tell);
  if (groups.has('operator-lists'))
    await measureOperatorLists({ rows: scale(LISTED_ROWS), samples: scale(LIST_SAMPLES) }, tell);
  if (groups.has('idle')) for (const row of await measureIdle(scale(IDLE_LOOK_MS))) tell(row);
  return rows;
}

async function tellStreams(scale: Scale, tell: (row: Row) => void): Promise<void> {
  const { alone, among, bytesPerStream } = await measureStreams(scale(STREAMS), scale(EVENT_PROBES));
  const common = { clients: 1, verdicts: [] };
  const name = 'event of one open stream';
  tell({ ...common, name: `*${name}*`, summary: alone, failed: alone.failures.length, floor: null, note: '' });
  for (const failure of among.failures.slice(0, 3)) console.error(`streams: ${failure}`);
  tell({
    ...common,
    name: `event among ${String(scale(STREAMS))} open streams`,
    summary: among,
    failed: among.failures.length,
    floor: { what: 'one stream', p50Ms: alone.p50Ms, perSecond: null },
    note: `${(bytesPerStream / 1024).toFixed(0)} KiB of the api's memory each, ${((bytesPerStream * scale(STREAMS)) / MIB).toFixed(0)} MiB together`,
  });
}
