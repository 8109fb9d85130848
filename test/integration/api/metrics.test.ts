import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN } from '../../helpers/operator.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import { createResponseClient } from '../../helpers/response-client.ts';
import { echo } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let client: Client;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ METRICS_PORT: '0', ADMIN_TOKEN });
  client = await stage.client(api);
}, 30_000);

afterAll(async () => {
  await stage.close();
});

const scrape = async () => (await fetch(String(api.metricsUrl))).text();
/** The value of a series, written as in Prometheus's text format. */
const valueOf = (text: string, series: string) => {
  const line = text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};
/** Scrapes until the series has this value. */
const reaches = (series: string, value: number) =>
  eventually(async () => valueOf(await scrape(), series) === value, { intervalMs: 50 });

describe('metrics', () => {
  it('are served on a port of their own, nowhere else, and only when it is set', async () => {
    const answer = await fetch(String(api.metricsUrl));
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect((await fetch(`${api.url}/metrics`)).status).toBe(404);
    expect((await fetch(new URL('/other', String(api.metricsUrl)))).status).toBe(404);
    const other = await stage.api();
    expect(other.metricsUrl).toBeUndefined();
    await other.stop(); // what it records, it alone counts
  });

  it('tell what waits, and for how long', async () => {
    await client.submit({ code: 'waits' });
    await reaches('ci_queue_depth', 1);
    await eventually(async () => (valueOf(await scrape(), 'ci_queue_oldest_seconds') ?? 0) > 0);
    expect(valueOf(await scrape(), 'ci_slots')).toBe(0);
  });

  it('count ends by exit reason, and their times', async () => {
    await stage.worker(api, { script: echo });
    await reaches('ci_queue_depth', 0);
    await reaches('ci_queue_in_flight', 0);
    const text = await scrape();
    expect(valueOf(text, 'ci_executions_finished_total{reason="ok"}')).toBe(1);
    expect(valueOf(text, 'ci_execution_run_seconds_count')).toBe(1);
    expect(valueOf(text, 'ci_execution_queue_seconds_count')).toBe(1);
    expect(valueOf(text, 'ci_workers')).toBe(1);
    expect(valueOf(text, 'ci_slots')).toBeGreaterThan(0);
    expect(valueOf(text, 'ci_results_backlog')).toBe(0);
  });

  it('count requests by route and not by path', async () => {
    await client.read((await client.submit({ code: 'again' })).id);
    await fetch(`${api.url}/no/such/path`);
    const text = await scrape();
    expect(text).toContain('ci_http_requests_total{route="/v1/executions/{id}",method="GET",status="200"}');
    expect(valueOf(text, 'ci_http_requests_total{route="none",method="any",status="404"}')).toBeGreaterThan(0);
  });

  it('count open event streams by who reads them', async () => {
    const id = await aRow(stage, client.organization.id); // nobody runs it
    const abort = new AbortController();
    const follow = (path: string) =>
      fetch(`${api.url}/admin/api${path}`, {
        headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
        signal: abort.signal,
      });
    await Promise.all([
      client.events(id, {}, abort.signal),
      follow(`/executions/${id}/events`),
      follow('/overview/events'),
    ]);
    const text = await scrape();
    expect(valueOf(text, 'ci_event_streams{reader="organization"}')).toBe(1);
    expect(valueOf(text, 'ci_event_streams{reader="operator"}')).toBe(2);
    abort.abort();
    await reaches('ci_event_streams{reader="organization"}', 0);
    await reaches('ci_event_streams{reader="operator"}', 0);
  });

  it('count responses by what came of them, and the time of their models', async () => {
    await createResponseClient(client).make({ model: 'direct', inputs: 'No code.' });
    const text = await scrape();
    expect(valueOf(text, 'ci_responses_ended_total{model="direct",status="completed",code="none"}')).toBe(1);
    expect(valueOf(text, 'ci_model_step_seconds_count{model="direct"}')).toBe(1);
    expect(valueOf(text, 'ci_responses_waiting_seconds')).toBe(0);
  });

  it('count what the reconciler put right', async () => {
    await stage.query(
      `insert into idempotency_keys (organization_id, method, path, key, body_sha256, created_at)
       values ($1, 'POST', '/v1/executions', 'old', '', now() - interval '25 hours')`,
      [client.organization.id],
    );
    const fresh = await stage.api({ METRICS_PORT: '0' });
    await api.stop();
    api = fresh;
    await reaches('ci_reconciler_actions_total{action="keys_forgotten"}', 1);
    expect(await stage.query(`select key from idempotency_keys where key = 'old'`)).toEqual([]);
  });

  it('name no organization and no execution', async () => {
    expect(await scrape()).not.toMatch(/\b(org|exec|key)_[0-9a-z]{8}/);
  });

  it('leave out what cannot be looked up, and tell the rest', async () => {
    stage.postgres.freeze();
    try {
      const text = await scrape();
      expect(valueOf(text, 'ci_queue_oldest_seconds')).toBeUndefined();
      expect(valueOf(text, 'ci_queue_depth')).toBe(0);
    } finally {
      stage.postgres.thaw();
    }
  }, 30_000);
});
