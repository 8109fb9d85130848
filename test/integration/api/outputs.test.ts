import { parse as parseDisposition } from 'content-disposition';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Output } from '../../../shared/contracts/execution.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { errorOf, readEvents } from '../../helpers/api-client.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { aRow } from '../../helpers/raw-rows.ts';
import type { StandInWorker } from '../../helpers/stand-in-worker.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
let worker: StandInWorker;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  client = await stage.client(api);
  worker = await stage.worker(api);
});

afterAll(async () => {
  await stage.close();
});

const PNG = Buffer.from('89504e470d0a1a0a00ff', 'hex');
const file = (name: string, content: Buffer = Buffer.from('a,b\n'), mimeType = 'text/csv'): Output => ({
  type: 'file',
  name,
  mime_type: mimeType,
  size_bytes: content.length,
  content_base64: content.toString('base64'),
});

/** @returns the id of an execution that ended with these outputs */
async function ended(...outputs: readonly Output[]): Promise<string> {
  worker.use(() => Promise.resolve({ outputs: [...outputs] }));
  return (await client.run({ code: 'x' })).id;
}

const get = (id: string, n: number | string, query = '', by: Client = client) =>
  by.request('GET', `/v1/executions/${id}/outputs/${String(n)}${query}`);
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('outputs: what is served', () => {
  it('is the content of a file, byte for byte, as a download', async () => {
    const content = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    const id = await ended(file('data.bin', content, 'application/octet-stream'));
    const response = await get(id, 0);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '256',
      'content-disposition': 'attachment; filename=data.bin',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(await bytesOf(response)).toEqual(content);
  });

  it('is each output by its place', async () => {
    const id = await ended(
      { type: 'text', stream: 'stdout', text: 'é\u0000\n' },
      { type: 'display', data: { 'text/plain': 'Figure', 'image/png': PNG.toString('base64') } },
      { type: 'error', name: 'E', value: 'v', traceback: 'Traceback: E' },
    );
    const [text, picture, error] = await Promise.all([get(id, 0), get(id, 1), get(id, 2)]);
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await text.text()).toBe('é\u0000\n');
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(await bytesOf(picture)).toEqual(PNG);
    expect(await error.text()).toBe('Traceback: E');
  });

  it('is another representation on request', async () => {
    const id = await ended({ type: 'result', data: { 'text/plain': '1', 'text/html': '<b>1</b>' } });
    expect(await (await get(id, 0, '?media_type=text/plain')).text()).toBe('1');
    const html = await get(id, 0);
    expect(await html.text()).toBe('<b>1</b>');
  });

  it('has a head of its own', async () => {
    const id = await ended(file('a.csv'));
    const response = await client.request('HEAD', `/v1/executions/${id}/outputs/0`);
    expect(response.headers.get('content-length')).toBe('4');
    expect(await response.text()).toBe('');
  });

  it.each<[string, Output]>([
    ['an SVG', { type: 'display', data: { 'image/svg+xml': '<svg><script>alert(1)</script></svg>' } }],
    ['HTML', { type: 'result', data: { 'text/html': '<script>alert(1)</script>' } }],
    ['an attached page', file('a.html', Buffer.from('<script>alert(1)</script>'), 'text/html')],
    ['an attached SVG', file('a.svg', Buffer.from('<svg/>'), 'image/svg+xml')],
  ])('is never shown in place: %s', async (_what, output) => {
    const { headers } = await get(await ended(output), 0);
    expect(parseDisposition(headers.get('content-disposition') ?? '').type).toBe('attachment');
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('outputs: names', () => {
  it.each([
    'plain.csv',
    ' ',
    '-rf',
    'a.',
    'CON',
    `quotes "and' \\ backslashes; filename=evil`,
    '100%41.csv',
    '<script>.html',
    "=cmd|' C calc'!A0",
    'é€😀.csv',
    'e\u0301.csv',
    '👩\u200d🔬',
    'é'.repeat(127) + 'a',
  ])('arrive as they are: %j', async (name) => {
    const response = await get(await ended(file(name)), 0);
    const { parameters } = parseDisposition(response.headers.get('content-disposition') ?? '');
    // A backslash is no part of a name: a worker that sends one is not believed.
    expect(parameters).toMatchObject({ filename: name.includes('\\') ? 'output-0.bin' : name });
  });

  it.each([
    ['a header', 'a\r\nX-Evil: 1'],
    ['a line break', 'a\nb'],
    ['NUL', '\u0000'],
    ['a path', '../../etc/passwd'],
    ['two dots', '..'],
    ['nothing', ''],
    ['a turned reading direction', '\u202ecod.exe'],
    ['5,000 characters', 'x'.repeat(5_000)],
  ])('that no worker should send do no harm: %s', async (_what, name) => {
    const response = await get(await ended(file(name)), 0);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-evil')).toBeNull();
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=output-0.bin');
  });

  it('and types that no worker should send do no harm', async () => {
    const response = await get(await ended(file('a', PNG, 'text/html\r\nX-Evil: 1')), 0);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-evil')).toBeNull();
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
  });
});

describe('outputs: what is refused', () => {
  it.each(['1', '10000', '10001', '999999999'])('a place where there is none: %s', async (n) => {
    const response = await get(await ended(file('a')), n);
    expect(await errorOf(response)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  it.each(['-1', '1.5', 'x', '%00', '0x0', '99999999999999999999', 'null'])('what is no place: %s', async (n) => {
    const response = await get(await ended(file('a')), n);
    expect(await errorOf(response)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
  });

  it('an output of another organization, as if there were none', async () => {
    const id = await ended(file('a'));
    const other = await stage.client(api);
    const [theirs, nobodys] = await Promise.all([
      get(id, 0, '', other).then(errorOf),
      get(`exec_${'0'.repeat(20)}`, 0, '', other).then(errorOf),
    ]);
    expect(theirs).toMatchObject({ code: 'NOT_FOUND', status: 404, message: nobodys.message });
  });

  it('an output of an execution that goes on', async () => {
    const id = await aRow(stage, client.organization.id, { status: 'running', started_at: new Date() });
    const error = await errorOf(await get(id, 0));
    expect(error).toMatchObject({ code: 'EXECUTION_RUNNING', status: 409 });
    expect(error.headers.get('retry-after')).toBe('1');
  });

  it('a representation that there is not, with those that there are', async () => {
    const id = await ended({ type: 'result', data: { 'text/plain': '1', 'text/html': '1' } });
    expect(await errorOf(await get(id, 0, '?media_type=image/png'))).toMatchObject({
      code: 'VALIDATION_ERROR',
      status: 422,
      param: 'media_type',
      message: expect.stringContaining('text/plain, text/html'),
    });
  });

  it.each([
    ['too long a type', `?media_type=${'x'.repeat(129)}`],
    ['another parameter', '?format=png'],
    ['two types', '?media_type=a&media_type=b'],
  ])('a query with %s', async (_what, query) => {
    expect((await get(await ended(file('a')), 0, query)).status).toBe(422);
  });
});

describe('outputs: figures and files on their way', () => {
  it('the format of figures goes with the job and is told of', async () => {
    worker.use(() => Promise.resolve({}));
    const taken = worker.taken.length;
    expect((await client.run({ code: 'x', figure_format: 'svg' })).figure_format).toBe('svg');
    expect((await client.run({ code: 'x' })).figure_format).toBe('png');
    expect(worker.taken.slice(taken).map(({ job }) => job.figure_format)).toEqual(['svg', 'png']);
  });

  it('another format is refused', async () => {
    expect(await errorOf(await client.post({ code: 'x', figure_format: 'gif' }))).toMatchObject({
      status: 422,
      param: 'figure_format',
    });
  });

  it('a file and a hint are read as they were posted', async () => {
    const error: Output = { type: 'error', name: 'E', value: '', traceback: '', hint: 'use attach' };
    const id = await ended(file('a.csv'), error);
    expect((await client.read(id)).outputs).toEqual([file('a.csv'), error]);
  });

  it('a file is told of while the run goes on', async () => {
    const seen = Promise.withResolvers<undefined>();
    worker.use(async (scene) => {
      await scene.started();
      await scene.output(file('live.csv'));
      await seen.promise;
      return { outputs: [file('live.csv')] };
    });
    const { id } = await client.submit({ code: 'x' });
    for await (const { event, data } of readEvents(await client.events(id))) {
      if (event !== 'execution.output') continue;
      expect(data).toMatchObject({ id, output: file('live.csv') });
      seen.resolve(undefined);
    }
    expect((await client.read(id)).outputs).toEqual([file('live.csv')]);
  });

  it('the end of a run that was stopped says what to do', async () => {
    worker.use(() => Promise.resolve({ exit: { reason: 'timed_out', code: null, signal: 'SIGKILL' } }));
    const { exit } = await client.run({ code: 'x' });
    expect(exit?.hint).toContain('timeout_ms');
    worker.use(() => Promise.resolve({ exit: { reason: 'exit', code: 3, signal: null } }));
    expect((await client.run({ code: 'x' })).exit).toEqual({ reason: 'exit', code: 3, signal: null });
  });
});
