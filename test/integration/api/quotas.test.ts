/** Quotas at HTTP, with real stores: what operators set counts, and what goes over is refused by name. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrganizationQuotas } from '../../../shared/contracts/quotas.ts';
import { createApiClient, errorOf, executionOf } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import type { StandInWorker } from '../../helpers/stand-in-worker.ts';
import { formOf } from '../../helpers/uploads.ts';

const ENVIRONMENT = { ADMIN_TOKEN, QUOTA_RUNNING_CEILING: '50', METRICS_PORT: '0' };

let stage: Stage;
let api: TestApi;
let operator: Operator;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api(ENVIRONMENT);
  operator = createOperator(api.url);
  worker = await stage.worker(api);
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const pathOf = (id: string) => `/admin/api/organizations/${id}/quotas`;
const setQuotas = async (id: string, body: unknown) => operator.request('PUT', pathOf(id), { body });

/** A tenant with these quotas. */
async function aTenant(quotas: object) {
  const tenant = await operator.aTenant();
  const path = pathOf(tenant.organization.id);
  OrganizationQuotas.parse(await bodyOf(await operator.request('PUT', path, { body: quotas })));
  return tenant;
}

const list = (client: { request(method: string, path: string): Promise<Response> }) =>
  client.request('GET', '/v1/executions');
const allowance = ({ headers }: Response) =>
  ['limit', 'remaining', 'reset'].map((part) => headers.get(`x-ratelimit-${part}-requests`));

describe('quotas: for operators', () => {
  it('are the defaults until something is set, and again when it is taken back', async () => {
    const { id } = await operator.createOrganization();
    const read = async () => OrganizationQuotas.parse(await bodyOf(await operator.request('GET', pathOf(id))));
    const before = await read();
    expect(before).toMatchObject({ organization_id: id, overrides: {}, ceilings: { running_max: 50 } });
    expect(before.effective).toEqual({ ...before.defaults, running_max: 50 });
    const set = OrganizationQuotas.parse(await bodyOf(await setQuotas(id, { queued_max: 3, weight: 2.5 })));
    expect(set.overrides).toEqual({ queued_max: 3, weight: 2.5 });
    expect(set.effective).toEqual({ ...before.effective, queued_max: 3, weight: 2.5 });
    expect(await read()).toEqual(set);
    await bodyOf(await setQuotas(id, {}));
    expect(await read()).toEqual(before);
  });

  it('are told with what is stored, the same content once', async () => {
    const tenant = await operator.aTenant();
    const used = async () => {
      const answer = await operator.request('GET', pathOf(tenant.organization.id));
      return OrganizationQuotas.parse(await bodyOf(answer)).used.storage_bytes;
    };
    expect(await used()).toBe(0);
    await tenant.upload(formOf('abc'));
    const { id } = await tenant.upload(formOf('defgh'));
    const { id: same } = await tenant.upload(formOf('defgh'));
    expect(await used()).toBe(8);
    for (const file of [id, same]) await tenant.request('DELETE', `/v1/files/${file}`);
    await eventually(async () => (await used()) === 3);
  });

  it('are refused above a ceiling, at a bad value and under a wrong name', async () => {
    const { id } = await operator.createOrganization();
    expect((await setQuotas(id, { running_max: 50 })).status).toBe(200);
    for (const [body, param] of [
      [{ running_max: 51 }, 'running_max'],
      [{ running_max: null }, 'running_max'],
      [{ timeout_ms_max: 30_001 }, 'timeout_ms_max'],
      [{ weight: 0 }, 'weight'],
      [{ queued_max: null }, 'queued_max'],
      [{ requests: 1 }, 'requests'],
    ] as const) {
      expect(await errorOf(await setQuotas(id, body))).toMatchObject({ code: 'VALIDATION_ERROR', param });
    }
  });

  it('are none of an organization that does not exist', async () => {
    const id = `org_${'0'.repeat(20)}`;
    expect(await errorOf(await setQuotas(id, {}))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await errorOf(await operator.request('GET', pathOf(id)))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are not changed any more once the organization is being deleted', async () => {
    const { id } = await operator.createOrganization();
    await stage.query(`update organizations set status = 'deleting' where id = $1`, [id]);
    expect(await errorOf(await setQuotas(id, { queued_max: 1 }))).toMatchObject({ code: 'ORGANIZATION_DELETING' });
  });

  it('are written down when they change', async () => {
    const { organization } = await aTenant({ queued_max: 7 });
    expect(await operator.audit({ organization_id: organization.id, action: 'quotas.update' })).toMatchObject([
      { outcome: 'done', target_id: organization.id, details: { queued_max: 7 } },
    ]);
  });
});

describe('quotas: requests', () => {
  it('are told of in every answer, also of an error', async () => {
    const tenant = await aTenant({ requests_per_minute: 10, requests_per_day: 100 });
    const [first, second] = [await list(tenant), await tenant.request('GET', '/v1/executions/exec_none')];
    expect([first.status, second.status]).toEqual([200, 404]);
    expect([allowance(first), allowance(second)]).toEqual([
      ['10', '9', '6'],
      ['10', '8', '12'],
    ]);
  });

  it('of one minute are refused past the quota, on every process', async () => {
    const tenant = await aTenant({ requests_per_minute: 3 });
    const other = createApiClient((await stage.api(ENVIRONMENT)).url, tenant.key.key);
    const answers = [await list(tenant), await list(other), await list(tenant)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const client of [tenant, other]) {
      const refused = await list(client);
      expect(allowance(refused).slice(0, 2)).toEqual(['3', '0']);
      const error = await errorOf(refused);
      expect(error).toMatchObject({ code: 'REQUESTS_PER_MINUTE_EXCEEDED', type: 'rate_limit_error' });
      expect(error.details).toEqual({ quota: 'requests_per_minute', limit: 3 });
      expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(15);
      expect(Number(error.headers.get('retry-after'))).toBeLessThanOrEqual(20);
    }
  });

  it('of one day are refused past the quota', async () => {
    const tenant = await aTenant({ requests_per_day: 1 });
    await list(tenant);
    const error = await errorOf(await list(tenant));
    expect(error).toMatchObject({ code: 'REQUESTS_PER_DAY_EXCEEDED' });
    expect(Number(error.headers.get('retry-after'))).toBeGreaterThan(86_000);
  });

  it('are neither counted nor told of without a quota', async () => {
    const tenant = await operator.aTenant();
    expect(allowance(await list(tenant))).toEqual([null, null, null]);
  });

  it('of another organization are its own', async () => {
    const [one, other] = [await aTenant({ requests_per_minute: 1 }), await aTenant({ requests_per_minute: 1 })];
    await list(one);
    expect((await list(one)).status).toBe(429);
    expect((await list(other)).status).toBe(200);
  });

  it('are refused rather than let through while Redis is away, where there is a quota', async () => {
    const [bounded, free] = [await aTenant({ requests_per_minute: 100 }), await operator.aTenant()];
    await list(free);
    stage.redis.freeze();
    try {
      expect(await errorOf(await list(bounded))).toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
      expect((await list(free)).status).toBe(200);
    } finally {
      stage.redis.thaw();
    }
    await stage.redisBack(api);
  });
});

describe('quotas: metrics', () => {
  it('count what was refused, by quota', async () => {
    const tenant = await aTenant({ requests_per_day: 2, memory_mb_max: 256 });
    const counted = async (quota: string) => {
      const text = await (await fetch(String(api.metricsUrl))).text();
      return Number(new RegExp(`^ci_quota_refusals_total\\{quota="${quota}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
    };
    const names = ['requests_per_day', 'memory_mb_max', 'queued_max'];
    const before = await Promise.all(names.map(counted));
    await tenant.post({ code: 'x', memory_mb: 257 });
    await list(tenant);
    await list(tenant);
    const after = await Promise.all(names.map(counted));
    expect(after.map((count, at) => count - (before[at] ?? NaN))).toEqual([1, 1, 0]);
  });
});

describe('quotas: executions', () => {
  it('get no more time and memory than the organization may ask for', async () => {
    const tenant = await aTenant({ timeout_ms_max: 2_000, memory_mb_max: 256 });
    expect(await tenant.run({ code: 'x' })).toMatchObject({ timeout_ms: 2_000, memory_mb: 256 });
    expect(await tenant.run({ code: 'x', timeout_ms: 2_000, memory_mb: 256 })).toMatchObject({ timeout_ms: 2_000 });
    expect(await errorOf(await tenant.post({ code: 'x', timeout_ms: 2_001 }))).toMatchObject({
      code: 'VALIDATION_ERROR',
      param: 'timeout_ms',
      details: { quota: 'timeout_ms_max', limit: 2_000 },
    });
    expect(await errorOf(await tenant.post({ code: 'x', memory_mb: 257 }))).toMatchObject({ param: 'memory_mb' });
  });

  it('are refused while the interpreter is switched off', async () => {
    const tenant = await operator.aTenant({ interpreter: false });
    expect(await errorOf(await tenant.post({ code: 'x' }))).toMatchObject({ code: 'TOOL_NOT_AVAILABLE', status: 403 });
    expect((await list(tenant)).status).toBe(200);
  });

  it('are refused once the CPU time of the day is used up, and those before stay readable by their key', async () => {
    const tenant = await aTenant({ cpu_seconds_per_day: 5 });
    worker.use(() => Promise.resolve({ usage: { ...USAGE, cpu_ms: 5_000 } }));
    const headers = { 'idempotency-key': 'before' };
    const first = await tenant.run({ code: 'x' }, headers);
    worker.use(() => Promise.resolve({}));
    const refused = await eventually(async () => {
      const answer = await tenant.post({ code: 'y' });
      return answer.status === 429 && answer;
    });
    const error = await errorOf(refused);
    expect(error).toMatchObject({ code: 'CPU_SECONDS_PER_DAY_EXCEEDED', details: { limit: 5 } });
    expect(Number(error.headers.get('retry-after'))).toBeLessThanOrEqual(86_400);
    const again = await tenant.post({ code: 'x' }, headers);
    expect([again.headers.get('idempotency-replayed'), (await executionOf(again, 202)).id]).toEqual(['true', first.id]);
  });

  it('wait up to the organization’s own bound', async () => {
    const tenant = await aTenant({ queued_max: 2, queued_bytes_max: 100 });
    await bodyOf(await operator.request('POST', `/admin/api/queue/organizations/${tenant.organization.id}/pause`));
    await tenant.submit({ code: 'x' });
    expect(await errorOf(await tenant.post({ code: 'x'.repeat(100) }))).toMatchObject({
      code: 'QUEUE_FULL',
      details: { quota: 'queued_bytes_max', reason: 'bytes', limit: 100 },
    });
    await tenant.submit({ code: 'x' });
    expect(await errorOf(await tenant.post({ code: 'x' }))).toMatchObject({
      code: 'QUEUE_FULL',
      details: { quota: 'queued_max', reason: 'count', limit: 2 },
    });
  });

  it('are refused for good where they would not fit even if nothing else waited', async () => {
    const tenant = await aTenant({ queued_bytes_max: 100 });
    await tenant.run({ code: 'x'.repeat(60), stdin: 'y'.repeat(40) });
    expect(await errorOf(await tenant.post({ code: 'x'.repeat(60), stdin: 'y'.repeat(41) }))).toMatchObject({
      ...{ code: 'PAYLOAD_TOO_LARGE', status: 413 },
      details: { quota: 'queued_bytes_max', limit: 100 },
    });
  });

  it('that were taken in go back into an index that lost them, also beyond a bound that was lowered', async () => {
    const tenant = await aTenant({ queued_max: 2 });
    const { id: organizationId } = tenant.organization;
    await bodyOf(await operator.request('POST', `/admin/api/queue/organizations/${organizationId}/pause`));
    const ids = [(await tenant.submit({ code: 'x' })).id, (await tenant.submit({ code: 'x' })).id];
    await bodyOf(await setQuotas(organizationId, { queued_max: 1 }));
    const { redis, keyspace } = worker.boundary;
    const lost = String(ids[1]);
    await redis.hdel(keyspace.fairIndex.entries, lost);
    await redis.zrem(`${keyspace.fairIndex.backlogPrefix}${organizationId}`, lost);
    await eventually(async () => (await redis.hget(keyspace.fairIndex.entries, lost)) !== null);
    await bodyOf(await operator.request('POST', `/admin/api/queue/organizations/${organizationId}/resume`));
    for (const id of ids) await eventually(async () => (await tenant.read(id)).status === 'completed');
  }, 30_000);

  it('run no more at once than the organization may, and go on when the bound is lifted', async () => {
    const tenant = await aTenant({ running_max: 1 });
    const over = Promise.withResolvers<void>();
    const started = new Set<string>();
    worker.use(async ({ run }) => {
      started.add(run.job.execution_id);
      await over.promise;
      return {};
    });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) ids.push((await tenant.submit({ code: 'x' })).id);
    await eventually(() => started.size === 1);
    const other = await operator.aTenant();
    const { id } = await other.submit({ code: 'x' });
    await eventually(() => started.has(id));
    expect(ids.filter((own) => started.has(own))).toHaveLength(1);
    await bodyOf(await setQuotas(tenant.organization.id, { running_max: 3 }));
    await eventually(() => ids.every((own) => started.has(own)));
    over.resolve();
    for (const own of ids) await eventually(async () => (await tenant.read(own)).status === 'completed');
    worker.use(() => Promise.resolve({}));
  });

  it('are held back again after Redis was wiped, as the rows say', async () => {
    const tenant = await aTenant({ weight: 2 });
    const pause = `/admin/api/queue/organizations/${tenant.organization.id}/pause`;
    await bodyOf(await operator.request('POST', pause));
    const { id } = await tenant.submit({ code: 'x' });
    const { redis, keyspace } = worker.boundary;
    await redis.flushall();
    await eventually(async () => (await redis.hget(keyspace.fairIndex.entries, id)) !== null);
    expect(await redis.hget(keyspace.fairIndex.settings, tenant.organization.id)).toMatch(/^2\|50\|1\|/);
    await bodyOf(await operator.request('POST', pause.replace(/pause$/, 'resume')));
    await eventually(async () => (await tenant.read(id)).status === 'completed');
  });

  it('follow the rows again when the index missed a change', async () => {
    const tenant = await operator.aTenant();
    const { id: organizationId } = tenant.organization;
    await bodyOf(await operator.request('POST', `/admin/api/queue/organizations/${organizationId}/pause`));
    const { id } = await tenant.submit({ code: 'x' });
    await stage.query('update organizations set queue_paused = false where id = $1', [organizationId]);
    await eventually(async () => (await tenant.read(id)).status === 'completed');
  });
});

const USAGE = { queue_ms: 1, start_ms: 1, wall_ms: 1, cpu_ms: 1, memory_peak_bytes: 1 };
