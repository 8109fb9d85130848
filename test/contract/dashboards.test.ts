import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from '@prometheus-io/client';
import { describe, expect, it } from '@jest/globals';
import { createApiMetrics } from '../../api/metrics.ts';
import { createWorkerMetrics } from '../../worker/metrics.ts';

const deploy = join(import.meta.dirname, '..', '..', 'deploy');
const board = readFileSync(join(deploy, 'grafana-code-interpreter.json'), 'utf8');
const alerts = readFileSync(join(deploy, 'alerts.yml'), 'utf8');

const SUFFIX = /_(?:bucket|sum|count)$/;
const namesIn = (text: string) => [...text.matchAll(/\bci_[a-z_]+/g)].map(([name]) => name.replace(SUFFIX, ''));

/** Names of all metrics that the processes serve. */
async function served(): Promise<Set<string>> {
  const never = () => Promise.reject(new Error('not asked'));
  const [api, worker] = [new Registry(), new Registry()];
  createApiMetrics(api, {
    depth: never,
    oldestQueuedSeconds: never,
    backlog: never,
    workers: never,
    oldestDueWebhookSeconds: never,
    oldestWaitingResponseSeconds: never,
  });
  createWorkerMetrics(worker).observe(() => {
    throw new Error('not asked');
  });
  const names = [...api.getMetricsAsArray(), ...worker.getMetricsAsArray()].map(({ name }) => name);
  return new Set([...names, 'ci_event_streams']);
}

describe('dashboards', () => {
  it.each([
    ['the board', board],
    ['the alert rules', alerts],
  ])('%s ask only for what is served', async (_name, text) => {
    const known = await served();
    expect(namesIn(text).length).toBeGreaterThan(5);
    expect(namesIn(text).filter((name) => !known.has(name))).toEqual([]);
  });

  it('show everything that is served', async () => {
    const shown = new Set(namesIn(board));
    const hidden = ['ci_worker_paused', 'ci_worker_draining', 'ci_results_backlog_bytes', 'ci_worker_run_seconds'];
    expect([...(await served())].filter((name) => !shown.has(name)).sort()).toEqual(hidden.sort());
  });
});
