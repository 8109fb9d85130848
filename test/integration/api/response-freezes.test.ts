import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApiClient } from '../../helpers/api-client.ts';
import { eventually } from '../../helpers/eventually.ts';
import { hangs, says } from '../../helpers/model-server.ts';
import { createResponseClient, textOf } from '../../helpers/response-client.ts';
import { ask, modelSettings, openResponseStage, type ResponseStage } from '../../helpers/response-stage.ts';
import { startServiceProcess } from '../../helpers/service-process.ts';

const MAIN = join(import.meta.dirname, '..', '..', '..', 'api', 'main.ts');
const PATIENCE = { timeoutMs: 25_000, intervalMs: 20 };

let opened: ResponseStage;

beforeAll(async () => {
  opened = await openResponseStage();
}, 30_000);

afterAll(async () => {
  await opened.close();
}, 30_000);

describe('responses in the background of a process that freezes', () => {
  it('are gone on with, also where it froze while it alone put things right', async () => {
    const { stage, provider, api, worker, client } = opened;
    const { key } = client.organization;
    await api.stop(); // the frozen one is the only one that could go on
    const frozen = startServiceProcess(MAIN, {
      ...{ DATABASE_URL: stage.postgres.url, REDIS_URL: stage.redis.url, REDIS_NAMESPACE: stage.namespace },
      ...{ PORT: '0', HOST: '127.0.0.1', FILES_DIRECTORY: stage.filesDirectory, DATABASE_CONNECTIONS_MAX: '8' },
      ...modelSettings(provider.url),
    });
    const url = String((await frozen.logged('listening'))['url']);
    provider.use(hangs);
    const { id } = await createResponseClient(createApiClient(url, key)).make(ask({ background: true }));
    await eventually(() => provider.requests.length === 1);
    await eventually(async () => {
      frozen.signal('SIGSTOP');
      const held = await stage.query(
        `select 1 from pg_locks join pg_stat_activity using (pid)
          where locktype = 'advisory' and granted and state = 'idle in transaction'`,
      );
      if (held.length > 0) return true;
      frozen.signal('SIGCONT');
      return false;
    }, PATIENCE);
    provider.use(says('By another.'));
    await worker.boundary.redis.flushall(); // no job tells of it either
    await stage.query("update responses set heartbeat_at = now() - interval '1 minute' where id = $1", [id]);
    const survivor = await stage.api(modelSettings(provider.url));
    const responses = createResponseClient(createApiClient(survivor.url, key));
    const made = await eventually(async () => {
      const { completed_at: at, ...rest } = await responses.read(id);
      return at === null ? undefined : { ...rest, completed_at: at };
    }, PATIENCE);
    expect({ ...made, text: textOf(made) }).toMatchObject({ status: 'completed', error: null, text: 'By another.' });
    frozen.signal('SIGCONT');
    expect(await frozen.end('SIGTERM')).toBe(0);
    await survivor.stop();
  }, 60_000);
});
