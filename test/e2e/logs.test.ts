/** The logs of api and worker, whole and at their most talkative, while clients do all that they can. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution } from '../../shared/contracts/execution.ts';
import { eventually } from '../helpers/eventually.ts';
import { given } from '../helpers/given-files.ts';
import { callsCode, fails, says, startModelServer, type ModelServer } from '../helpers/model-server.ts';
import { ask, modelSettings } from '../helpers/response-stage.ts';
import { startService, type Service } from '../helpers/service.ts';

let service: Service;
let provider: ModelServer;
beforeAll(async () => {
  provider = await startModelServer();
  service = await startService({
    slots: 1,
    env: { LOG_LEVEL: 'trace', ...modelSettings(provider.url) },
    workerEnv: { WORKER_FILE_CACHE_BYTES: '0' },
  });
}, 120_000);
afterAll(async () => {
  await service.stop();
  await provider.stop();
}, 60_000);

const allLines = () => [...service.apis, ...service.workers].flatMap((process) => process.lines);
const parsed = (line: string) => JSON.parse(line) as Readonly<Record<string, unknown>>;
const linesOf = (requestId: string) =>
  allLines()
    .map(parsed)
    .filter((line) => line['requestId'] === requestId);

/** The lines of a request, once the last of them is written. */
async function linesAfter(requestId: string, path: string, options: Parameters<Service['call']>[1] = {}) {
  const headers = { 'x-request-id': requestId, ...options.headers };
  const answer = await service.call(path, { ...options, headers });
  const lines = await eventually(() => {
    const lines = linesOf(requestId);
    return lines.some(({ msg }) => msg === 'request') && lines;
  });
  return { answer, lines };
}

/** Joins its parts only when it runs: the code does not hold what it prints. */
const printing = (secret: string) => `"-".join(${JSON.stringify(secret.split('-'))})`;

describe('the log', () => {
  it('is JSON, line by line', async () => {
    await linesAfter('request-health', '/healthz');
    expect(allLines().length).toBeGreaterThan(3);
    for (const line of allLines())
      expect(parsed(line)).toMatchObject({ level: expect.any(String), msg: expect.any(String) });
  });

  it('names request and execution of every call', async () => {
    const created = await linesAfter('request-create', '/v1/executions?wait=60', { body: { code: '1' } });
    const { id: executionId } = created.answer.body as Execution;
    const read = await linesAfter('request-read', `/v1/executions/${executionId}`);
    const cancelled = await linesAfter('request-cancel', `/v1/executions/${executionId}/cancel`, { method: 'POST' });
    const unknown = await linesAfter('request-unknown', '/v1/executions/none');
    const ofRun = allLines()
      .map(parsed)
      .filter(({ msg }) => msg === 'run reported');
    expect(ofRun).toContainEqual(expect.objectContaining({ executionId, workerId: expect.any(String), reason: 'ok' }));
    for (const { lines } of [created, read, cancelled]) expect(lines).toMatchObject([{ msg: 'request', executionId }]);
    expect(unknown.lines).toMatchObject([{ msg: 'request', status: 404 }]);
    expect(unknown.lines[0]).not.toHaveProperty('executionId');
  }, 60_000);

  it('names them for a client that leaves while it waits', async () => {
    const leaving = service.call('/v1/executions?wait=60', {
      body: { code: 'import time\ntime.sleep(2)' },
      headers: { 'x-request-id': 'request-left' },
      signal: AbortSignal.timeout(700),
    });
    await expect(leaving).rejects.toThrow();
    const [line] = await eventually(() => {
      const lines = linesOf('request-left');
      return lines.length > 0 && lines;
    });
    expect(line).toMatchObject({ msg: 'request', whole: false, executionId: expect.stringMatching(/^exec_/) });
  }, 60_000);

  it('holds nothing of code, input, files, output, metadata and keys', async () => {
    const secrets = [
      'in-the-code',
      'in-the-input',
      'in-the-metadata',
      'in-the-file',
      'in-the-name',
      'in-the-output',
      'in-the-error',
      'in-the-answer',
    ];
    const fields = { stdin: 'in-the-input', metadata: { note: 'in-the-metadata' } };
    const code = (last: string) => `secret = "in-the-code"\nprint(input(), ${printing('in-the-output')})\n${last}`;
    const failing = await service.run(code(`raise ValueError(${printing('in-the-error')})`), fields);
    expect(failing).toMatchObject({ exit: { reason: 'exception' }, stdout: 'in-the-input in-the-output\n' });
    expect(JSON.stringify(failing.outputs)).toContain('in-the-error');
    await service.run(code(printing('in-the-answer')), { ...fields, isolation: 'fresh' });
    await service.run(code('import os, signal; os.kill(os.getpid(), signal.SIGKILL)'), fields);
    await service.run(code('while True: pass'), { ...fields, timeout_ms: 300 });
    await service.run(code('x = bytearray(10**9)'), { ...fields, memory_mb: 128 });
    const file = await given(service, 'in-the-file', { name: 'in-the-name.txt' });
    expect(await service.run('print(open("in-the-name.txt").read())', { files: [file] })).toMatchObject({
      stdout: 'in-the-file\n',
    });
    await service.call('/v1/executions', { body: { code: '1', files: [file, { ...file, name: 'in-the-name/x' }] } });
    rmSync(join(service.filesDirectory, service.tenant.id), { recursive: true });
    await service.run('1', { files: [file], isolation: 'fresh' });
    await service.call('/v1/executions', { body: { code: 7, 'in-the-code': ['in-the-input'] } });
    await service.call('/v1/executions?wait=in-the-input', { body: { code: '1' } });
    await service.call('/v1/executions', { key: 'ak_in-the-code', body: { code: '1' } });
    const { tenant } = service;
    const authorization = { authorization: `Bearer ${tenant.key}` };
    await fetch(`${service.url}/v1/executions`, {
      method: 'POST',
      body: '{"code": in-the-code',
      headers: authorization,
    });
    const once = { 'idempotency-key': 'in-the-metadata' };
    await linesAfter('request-last-one', '/v1/executions?wait=60', {
      body: { code: code('1'), ...fields },
      headers: once,
    });
    const log = allLines().join('\n');
    expect(log).toContain(failing.id);
    for (const secret of [...secrets, tenant.key, 'ak_in']) expect(log).not.toContain(secret);
  }, 120_000);

  it('holds nothing of what is said in responses, nor the keys of models', async () => {
    const post = async (changes: object = {}) => {
      const body = ask({ instructions: 'in-the-instructions', thread_id: 'in-the-thread', ...changes });
      return (await service.call('/v1/model/response', { body })).body as { id: string; status: string };
    };
    provider.use(callsCode(`print(${printing('in-the-block')})`), says('in-the-answer'));
    const made = await post({ inputs: [{ role: 'user', content: 'in-the-message' }] });
    expect(made).toMatchObject({ status: 'completed' });
    expect(JSON.stringify(made)).toMatch(/in-the-block.*in-the-answer/);
    provider.use(fails(401));
    const failed = await post();
    expect(failed).toMatchObject({ status: 'failed' });
    const log = await eventually(() => {
      const lines = allLines().join('\n');
      return lines.includes(failed.id) && lines;
    });
    for (const secret of ['sk-secret', 'secret words', 'in-the', 'compound interest'])
      expect(log).not.toContain(secret);
  }, 60_000);

  it('names them where the service itself tells of a problem', async () => {
    const submit = async () =>
      (await service.call('/v1/executions', { body: { code: 'import time\ntime.sleep(4)' } })).body;
    const executions = [await submit(), await submit(), await submit(), await submit()] as Execution[];
    const { id: executionId } = executions[3] ?? { id: '' };
    await service.redis.kill9();
    const { lines } = await linesAfter('request-in-outage', `/v1/executions/${executionId}/cancel`, { method: 'POST' });
    await service.redis.restart();
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(line).toMatchObject({ executionId });
  }, 60_000);
});
