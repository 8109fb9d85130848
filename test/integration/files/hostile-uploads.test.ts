/** What a client may try with the body of an upload; nothing of it may stay behind. */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  FILE_BYTES_MAX,
  FILE_NAME_BYTES_MAX,
  UPLOAD_FIELD_BYTES_MAX,
  UPLOAD_FIELDS_MAX,
  UPLOAD_FILES_MAX,
  UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX,
} from '../../../shared/contracts/limits.ts';
import { errorOf } from '../../helpers/api-client.ts';
import { StoredFile } from '../../../shared/contracts/stored-file.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Client, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import {
  answerOn,
  errorIn,
  filePart,
  multipartBody,
  openSocket,
  rawUpload,
  uploadHead,
  type RawPart,
} from '../../helpers/raw-upload.ts';

let stage: Stage;
let api: TestApi;
let client: Client;
let request: { url: string; key: string };

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api();
  client = await stage.client(api);
  request = { url: api.url, key: client.organization.key };
}, 30_000);

afterAll(() => stage.close(), 20_000);

const staged = () => readdir(join(stage.filesDirectory, 'tmp')).catch(() => []);
const filesKept = () => stage.query('select id from files');
const contentsKept = () => stage.query('select sha256 from blobs');

async function expectNothingLeft(): Promise<void> {
  await eventually(async () => (await staged()).length === 0);
  expect(await filesKept()).toEqual([]);
  expect(await contentsKept()).toEqual([]);
}

const refused = async (parts: readonly RawPart[]) => errorIn(await rawUpload(request, multipartBody(parts)));

describe('hostile uploads: names', () => {
  afterEach(expectNothingLeft);

  it.each([
    ['a path', 'filename="../../etc/passwd"'],
    ['an absolute path', 'filename="/etc/passwd"'],
    ['a path of Windows', 'filename=C:\\\\data.csv'],
    ['the directory', 'filename="."'],
    ['the directory above', 'filename=".."'],
    ['nothing', 'filename=""'],
    ['no name', ''],
    ['NUL', 'filename="a\0b"'],
    ['a control character', 'filename="a\x07b"'],
    ['an encoded line break', "filename*=UTF-8''a%0d%0aSet-Cookie:%20b"],
    ['an encoded path', "filename*=UTF-8''..%2f..%2fetc%2fpasswd"],
    ['a mark that turns the reading direction', 'filename="a\u202egnp.exe"'],
    ['too much', `filename="${'x'.repeat(FILE_NAME_BYTES_MAX + 1)}"`],
    ['too much in UTF-8', `filename="${'ü'.repeat(128)}"`],
  ])('refuses %s', async (_what, name) => {
    expect(await refused([filePart(`name="file"; ${name}`)])).toMatchObject({
      code: 'VALIDATION_ERROR',
      param: 'file',
      status: 422,
    });
  });

  it.each([
    ['a bare line feed', 'filename="a\nb"'],
    ['a bare carriage return', 'filename="a\rb"'],
  ])('takes no part whose head holds %s', async (_what, name) => {
    expect((await refused([filePart(`name="file"; ${name}`)])).status).toBeLessThan(500);
  });
});

describe('hostile uploads: names that are allowed', () => {
  it.each([
    ['quotes', 'filename="a\\"b.csv"', 'a"b.csv'],
    ['umlauts', 'filename="Übersicht.csv"', 'Übersicht.csv'],
    ['umlauts in escapes', "filename*=UTF-8''%C3%9Cbersicht.csv", 'Übersicht.csv'],
    ['umlauts in two characters', 'filename="U\u0308bersicht.csv"', 'Übersicht.csv'],
    ['a semicolon', 'filename="a;b.csv"', 'a;b.csv'],
    ['255 bytes', `filename="${'x'.repeat(FILE_NAME_BYTES_MAX)}"`, 'x'.repeat(FILE_NAME_BYTES_MAX)],
    ['the name of another object’s property', 'filename="__proto__"', '__proto__'],
  ])('keeps %s, and gives them back in no header but as they are', async (_what, name, expected) => {
    const answer = await rawUpload(request, multipartBody([filePart(`name="file"; ${name}`)]));
    const file = StoredFile.parse(answer.body);
    expect(file.filename).toBe(expected);
    const response = await client.request('GET', `/v1/files/${file.id}/content`);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename[ -~]+$/);
    await client.request('DELETE', `/v1/files/${file.id}`);
  });
});

describe('hostile uploads: bodies', () => {
  afterEach(expectNothingLeft);

  const whole = filePart('name="file"; filename="a.txt"');
  const field = (name: string, value: string): RawPart => ({
    head: `Content-Disposition: form-data; name="${name}"`,
    content: value,
  });

  it.each<[string, RawPart[], string, string | null]>([
    ['two files', [whole, whole], 'VALIDATION_ERROR', null],
    ['a file in an unknown field', [filePart('name="other"; filename="a"')], 'VALIDATION_ERROR', 'other'],
    [
      'a file in a field of every object',
      [filePart('name="constructor"; filename="a"')],
      'VALIDATION_ERROR',
      'constructor',
    ],
    ['no file', [field('purpose', 'user_data')], 'VALIDATION_ERROR', 'file'],
    ['a file without a filename', [field('file', 'text')], 'VALIDATION_ERROR', 'file'],
    ['a field twice', [whole, field('purpose', 'a'), field('purpose', 'b')], 'VALIDATION_ERROR', 'purpose'],
    ['an unknown field', [whole, field('expires', '1')], 'VALIDATION_ERROR', 'expires'],
    ['a field that means something to JavaScript', [whole, field('__proto__', '1')], 'VALIDATION_ERROR', '__proto__'],
    ['a purpose that is none', [whole, field('purpose', '../x')], 'VALIDATION_ERROR', 'purpose'],
    ['a long field', [field('purpose', 'x'.repeat(UPLOAD_FIELD_BYTES_MAX + 1)), whole], 'VALIDATION_ERROR', 'purpose'],
    [
      'many parts',
      [...Array.from({ length: UPLOAD_FIELDS_MAX + 1 }, (_, at) => field(`f${String(at)}`, 'x')), whole],
      'INVALID_MULTIPART',
      null,
    ],
    ['a part without a head', [{ head: 'X: y', content: 'z' }], 'VALIDATION_ERROR', 'file'],
    ['a part without a head beside a file', [whole, { head: 'X: y', content: 'z' }], 'VALIDATION_ERROR', 'file'],
    [
      'a head of 100 KB',
      [{ ...whole, head: `X: ${'y'.repeat(100_000)}\r\n${whole.head}` }],
      'VALIDATION_ERROR',
      'file',
    ],
  ])('refuses %s', async (_what, parts, code, param) => {
    expect(await refused(parts)).toMatchObject({ code, param });
  });

  it('refuses a body that ends before its closing boundary', async () => {
    const answer = await rawUpload(request, multipartBody([whole], { closed: false }));
    expect(errorIn(answer)).toMatchObject({ code: 'INVALID_MULTIPART', status: 400 });
  });

  it('refuses a body with another boundary', async () => {
    const answer = await rawUpload(request, multipartBody([whole]), 'multipart/form-data; boundary=another');
    expect(errorIn(answer)).toMatchObject({ code: 'INVALID_MULTIPART' });
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary='])(
    'refuses a body without a boundary: %s',
    async (type) => {
      const { code } = errorIn(await rawUpload(request, multipartBody([whole]), type));
      expect(['INVALID_MULTIPART', 'UNSUPPORTED_MEDIA_TYPE']).toContain(code);
    },
  );

  it.each(['application/json', 'multipart/mixed; boundary=the-boundary', 'application/x-www-form-urlencoded'])(
    'refuses a body of another type: %s',
    async (type) => {
      const answer = await rawUpload(request, multipartBody([whole]), type);
      expect(errorIn(answer)).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 });
    },
  );

  it('refuses a file that is announced as too large without reading it', async () => {
    const socket = openSocket(api.url);
    socket.write(uploadHead(request, 2 * FILE_BYTES_MAX));
    expect(errorIn(await answerOn(socket))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 });
    socket.destroy();
  });

  it('refuses a preamble without end', async () => {
    const socket = openSocket(api.url);
    socket.write(uploadHead(request));
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')]);
    for (let mib = 0; mib < 110 && !socket.destroyed; mib += 1) {
      if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve));
    }
    expect(errorIn(await answerOn(socket))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    socket.destroy();
  }, 30_000);

  it('leaves nothing of an upload whose client goes in the middle', async () => {
    const body = multipartBody([filePart('name="file"; filename="big"', randomBytes(8_000_000))]);
    const socket = openSocket(api.url);
    socket.write(uploadHead(request, body.length));
    socket.write(body.subarray(0, body.length / 2));
    await eventually(async () => (await staged()).length > 0);
    socket.destroy();
    await expectNothingLeft();
  });

  it('goes on with the connection after a refusal', async () => {
    const socket = openSocket(api.url);
    const bad = multipartBody([filePart('name="other"; filename="a"', randomBytes(3_000_000))]);
    socket.write(uploadHead(request, bad.length));
    socket.write(bad);
    expect((await answerOn(socket)).status).toBe(422);
    socket.write(`GET /v1/files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${request.key}\r\n\r\n`);
    expect((await answerOn(socket)).status).toBe(200);
    socket.destroy();
  });
});

describe('hostile uploads: size', () => {
  /** With and without its length in the head. */
  async function sendZeros(bytes: number, isAnnounced: boolean): Promise<Response> {
    const form = new FormData();
    form.set('file', new File([Buffer.alloc(bytes)], 'zeros'));
    const announced = new Request(`${api.url}/v1/files`, { method: 'POST', body: form });
    const headers = {
      authorization: `Bearer ${request.key}`,
      'content-type': announced.headers.get('content-type') ?? '',
    };
    const body = isAnnounced ? Buffer.from(await announced.arrayBuffer()) : announced.body;
    return fetch(`${api.url}/v1/files`, { method: 'POST', headers, body, duplex: 'half' });
  }

  it.each([
    ['announced', true],
    ['not announced', false],
  ])(
    'takes the largest file there may be, and not one byte more: %s',
    async (_how, isAnnounced) => {
      const largest = StoredFile.parse(await (await sendZeros(FILE_BYTES_MAX, isAnnounced)).json());
      expect(largest.bytes).toBe(FILE_BYTES_MAX);
      await client.request('DELETE', `/v1/files/${largest.id}`);
      const refused = await sendZeros(FILE_BYTES_MAX + 1, isAnnounced);
      expect(await errorOf(refused)).toMatchObject({
        code: 'PAYLOAD_TOO_LARGE',
        details: { limit_bytes: FILE_BYTES_MAX },
      });
      await expectNothingLeft();
    },
    60_000,
  );
});

describe('hostile uploads: at once', () => {
  it('are bounded for each organization', async () => {
    const body = multipartBody([filePart('name="file"; filename="slow"', randomBytes(100_000))]);
    const open = Array.from({ length: UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX }, () => {
      const socket = openSocket(api.url);
      socket.write(uploadHead(request, body.length));
      socket.write(body.subarray(0, 50_000));
      return socket;
    });
    await eventually(async () => (await staged()).length === open.length);
    const small = multipartBody([filePart('name="file"; filename="a"')]);
    const large = multipartBody([filePart('name="file"; filename="a"', randomBytes(5_000_000))]);
    expect(errorIn(await rawUpload(request, large))).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    const other = await stage.client(api);
    expect((await rawUpload({ url: api.url, key: other.organization.key }, small)).status).toBe(200);
    for (const socket of open) socket.destroy();
    await eventually(async () => (await rawUpload(request, small)).status === 200);
  });

  it('take no more files than one may have', async () => {
    const path = `/v1/organizations/${client.organization.id}/files/upload`;
    const upload = (count: number) =>
      rawUpload(
        { ...request, path },
        multipartBody(Array.from({ length: count }, (_, at) => filePart(`name="files"; filename="${String(at)}"`))),
      );
    expect((await upload(UPLOAD_FILES_MAX)).status).toBe(200);
    expect(errorIn(await upload(UPLOAD_FILES_MAX + 1))).toMatchObject({ code: 'VALIDATION_ERROR', param: 'files' });
  });
});
