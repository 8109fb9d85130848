/**
 * What one organization's requests take while another has far more queued than the workers can do: with real sandboxes,
 * and – as no one machine has sandboxes for a thousand organizations – with a stand-in worker whose runs take as long.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startStandInWorker, type StandInWorker } from '../test/helpers/stand-in-worker.ts';
import type { Check, Client } from './client.ts';
import { openDeployment, SLOTS, type Deployment } from './deployment.ts';
import { drive, type Load } from './load.ts';
import { drivePaced } from './paced.ts';
import { figure, type Row } from './table.ts';
import { judge, type Floor } from './verdict.ts';

const INTERVAL_MS = 1_000;
/** So many of the other's are queued for each request that is measured: they outlast the measurement. */
const QUEUED_PER_PROBE = 100;
const SUBMITTERS = 16;
/** The whole queue takes a quarter longer than the requests that are measured. */
const EXECUTION_MS = (1.25 * INTERVAL_MS * SLOTS) / QUEUED_PER_PROBE;
const SLOW = `import time\ntime.sleep(${String(EXECUTION_MS / 1_000)})`;
const QUICK = 'print(1+1)';
/** A client waits twice as long as alone at most, and for one execution that was there before. */
const P95_RATIO_MAX = 2;

const ran: Check = () => undefined;
const printed: Check = ({ stdout }) => (stdout === '2\n' ? undefined : `printed ${JSON.stringify(stdout)}`);

export type FairnessPlan = {
  /** Requests that are measured, one a second. */
  readonly probes: number;
  readonly organizations: number;
};

type Setting = {
  readonly name: string;
  readonly deployment: Deployment;
  readonly check: Check;
  readonly probes: number;
};

/** @param tell gets every row as soon as it is measured */
export async function measureFairness(plan: FairnessPlan, tell: (row: Row) => void): Promise<void> {
  await withDeployment('real', async (deployment) => {
    const setting = { ...plan, name: 'one print a second', deployment, check: printed };
    const alone = await measureAlone(setting, tell);
    tell(await behindFlood(setting, alone, 0));
  });
  await withStandIn(async (deployment) => {
    const setting = { ...plan, name: 'one a second, stand-in worker', deployment, check: ran };
    const alone = await measureAlone(setting, tell);
    tell(await behindFlood(setting, alone, 0));
  });
  await withStandIn(async (deployment) => {
    const setting = { ...plan, name: 'one a second, stand-in worker', deployment, check: ran };
    const alone = await measureAlone(setting, () => undefined);
    tell(await behindFlood(setting, alone, plan.organizations - 2));
  });
}

async function withDeployment(kind: 'real' | 'none', work: (deployment: Deployment) => Promise<void>): Promise<void> {
  const deployment = await openDeployment(kind);
  try {
    await work(deployment);
  } finally {
    await deployment.close();
  }
}

async function withStandIn(work: (deployment: Deployment) => Promise<void>): Promise<void> {
  await withDeployment('none', async (deployment) => {
    const worker: StandInWorker = await startStandInWorker({
      ...{ redisUrl: deployment.redisUrl, namespace: 'ci', slots: SLOTS },
      async script({ run }) {
        if (run.job.code === SLOW) await delay(EXECUTION_MS);
        return {};
      },
    });
    try {
      await work(deployment);
    } finally {
      await worker.stop();
    }
  });
}

async function measureAlone(setting: Setting, tell: (row: Row) => void): Promise<Load> {
  const load = await probe(setting, await setting.deployment.client());
  tell({ ...rowOf(`*${setting.name}, alone*`, load), floor: null, verdicts: [] });
  return load;
}

/** @param others further organizations: each sends one execution while the requests are measured */
async function behindFlood(setting: Setting, alone: Load, others: number): Promise<Row> {
  const { deployment, probes, name } = setting;
  const [flooding, probing] = [await deployment.client(), await deployment.client()];
  const crowd = await deployment.clients(others);
  const queued = probes * QUEUED_PER_PROBE;
  const submit = async (client: Client) => {
    await client.submit({ code: SLOW });
    return 0;
  };
  const flood = await drive({ clients: SUBMITTERS, count: queued, once: () => submit(flooding) });
  const next = crowd.values();
  const [load, sent] = await Promise.all([
    probe(setting, probing),
    drivePaced({
      count: others,
      intervalMs: (probes * INTERVAL_MS) / Math.max(1, others),
      once: async () => submit(next.next().value ?? flooding),
    }),
  ]);
  const { queued: left = 0 } = await deployment.statuses();
  const failures = [...flood.failures, ...load.failures, ...sent.failures];
  if (left === 0) failures.push('the flood was over before the last request');
  const limitMs = P95_RATIO_MAX * alone.p95Ms + EXECUTION_MS;
  const floor: Floor = { what: 'alone', p50Ms: alone.p50Ms, perSecond: null };
  const crowdName = others === 0 ? '' : ` among ${String(others + 2)} organizations`;
  return {
    ...rowOf(`${name}, behind ${String(queued)} of another${crowdName}`, { ...load, failures }),
    floor,
    verdicts: [judge(load, floor, { kind: 'p95_ms_max', limit: Number(limitMs.toFixed(1)) })],
    note: `p95 ≤ 2 × ${figure(alone.p95Ms)} alone + ${figure(EXECUTION_MS)} of one execution; ${String(left)} still queued at the end`,
  };
}

async function probe({ probes, check }: Setting, client: Client): Promise<Load> {
  const once = () => client.run({ code: QUICK }, check);
  const warmUp = await drive({ clients: 1, count: SLOTS, once });
  const load = await drivePaced({ count: probes, intervalMs: INTERVAL_MS, once });
  return { ...load, failures: [...warmUp.failures, ...load.failures] };
}

function rowOf(name: string, load: Load) {
  for (const failure of load.failures.slice(0, 3)) console.error(`${name}: ${failure}`);
  return { name, clients: 1, summary: load, failed: load.failures.length, note: '' };
}
