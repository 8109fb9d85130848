/** Uploads over real connections, with clocks that run faster. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createUploadReader } from '../../../../api/http/multipart.ts';
import type { UploadClock } from '../../../../api/http/upload-watch.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { limitBodyTime } from '../../../../api/http/request-clock.ts';
import { BOUNDARY, filePart, multipartBody, openSocket, uploadHead } from '../../../helpers/raw-upload.ts';

type Taken = {
  readonly fields: unknown;
  readonly files: { field: string; name: string | undefined; content: string }[];
};
type Outcome = { readonly taken: Taken } | { readonly failed: unknown };

const SHAPE = { fileFields: { file: 1, files: 3 }, bytesMax: 10_000_000 };
const PATIENT: UploadClock = { stallMs: 5_000, wholeMs: 10_000 };
const PIECE_PAUSE_MS = 25;

let servers: Server[] = [];

afterEach(() => {
  for (const server of servers) server.close().closeAllConnections();
  servers = [];
});

async function take(req: IncomingMessage, clock: UploadClock): Promise<Outcome> {
  const files: Taken['files'] = [];
  try {
    const fields = await createUploadReader(req, clock)(SHAPE, async ({ field, name, content }) => {
      files.push({ field, name, content: (await buffer(content)).toString('latin1') });
    });
    return { taken: { fields, files } };
  } catch (failed) {
    return { failed };
  }
}

/** @param bodyMs limit of requests that are no uploads */
async function serve(clock: UploadClock = PATIENT, bodyMs = 60_000) {
  const outcomes: Promise<Outcome>[] = [];
  const server = createServer((req, res) => {
    const outcome = take(req, clock);
    outcomes.push(outcome);
    void outcome.then(() => res.end());
  });
  limitBodyTime(server, bodyMs);
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo; // listens on a port: it is no path
  const url = `http://127.0.0.1:${String(port)}`;

  return {
    url,
    async upload(pieces: readonly Buffer[], pauseMs = 0): Promise<Outcome> {
      const socket = openSocket(url);
      socket.setNoDelay(true).write(
        uploadHead(
          { url, key: '' },
          pieces.reduce((sum, { length }) => sum + length, 0),
        ),
      );
      const requested = once(server, 'request');
      for (const piece of pieces) {
        socket.write(piece);
        await delay(pauseMs);
      }
      await requested;
      const outcome = await (outcomes.at(-1) ?? Promise.reject(new Error('no request')));
      socket.destroy();
      return outcome;
    },
  };
}

function cut(body: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % body.length))].sort((a, b) => a - b);
  return [0, ...sorted]
    .map((from, at) => body.subarray(from, sorted[at] ?? body.length))
    .filter(({ length }) => length > 0);
}

describe('multipart: however the body is cut', () => {
  it('gives the same files and fields', async () => {
    const { upload } = await serve();
    const someContent = fc.oneof(
      fc.constantFrom('', '\r\n', '\r\n--', `\r\n--${BOUNDARY.slice(0, -1)}`, '--', '\0'),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(someContent, { maxLength: 3 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        async (contents, places) => {
          const files = contents.map((content, at) => ({
            field: 'files',
            name: `file ${String(at)}`,
            content: Buffer.from(content).toString('latin1').replaceAll(`--${BOUNDARY}`, ''),
          }));
          const parts = files.map(({ name, content }) =>
            filePart(`name="files"; filename="${name}"`, Buffer.from(content, 'latin1')),
          );
          const field = { head: 'Content-Disposition: form-data; name="purpose"', content: 'tests' };
          const outcome = await upload(cut(multipartBody([...parts, field]), places));
          expect(outcome).toEqual({ taken: { fields: { purpose: 'tests' }, files } });
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);

  it('never hangs and never takes what is damaged for whole', async () => {
    const { upload } = await serve();
    const body = multipartBody([filePart('name="file"; filename="a"', 'content')]);
    for (let end = 0; end < body.length - 4; end += 3) {
      expect(await upload([body.subarray(0, end)])).toMatchObject({ failed: { code: expect.any(String) } });
    }
  }, 30_000);
});

describe('multipart: damaged bodies', () => {
  it('are taken or refused, but never hang and never break anything', async () => {
    const { upload } = await serve();
    const field = { head: 'Content-Disposition: form-data; name="purpose"', content: 'tests' };
    const body = multipartBody([filePart('name="file"; filename="a"', 'some content'), field]);
    const someDamage = fc.record({ at: fc.nat(body.length - 1), byte: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(someDamage, { minLength: 1, maxLength: 5 }), async (damages) => {
        const damaged = Buffer.from(body);
        for (const { at, byte } of damages) damaged[at] = byte;
        const outcome = await upload([damaged]);
        if ('failed' in outcome) expect(outcome.failed).toBeInstanceOf(AppError);
      }),
      { numRuns: 200 },
    );
  }, 30_000);
});

describe('multipart: time', () => {
  const body = multipartBody([filePart('name="file"; filename="a"', Buffer.alloc(4_000, 'x'))]);
  const quarters = cut(body, [1_000, 2_000, 3_000]);

  it('lets an upload go on for longer than other requests may take', async () => {
    const { upload } = await serve(PATIENT, PIECE_PAUSE_MS);
    expect(await upload(quarters, PIECE_PAUSE_MS * 2)).toHaveProperty('taken');
  });

  it('ends an upload of which next to nothing arrives', async () => {
    const { upload } = await serve({ stallMs: 60, wholeMs: 60_000 });
    const drops = Array.from({ length: 40 }, (_, at) => body.subarray(at, at + 1));
    expect(await upload([...drops, body.subarray(drops.length)], 5)).toMatchObject({
      failed: { code: 'REQUEST_TIMEOUT' },
    });
  });

  it('ends an upload of which nothing more arrives', async () => {
    const { url } = await serve({ stallMs: 100, wholeMs: 60_000 });
    const socket = openSocket(url);
    const [server] = servers;
    const ended = once(server ?? socket, 'request').then(([req]: unknown[]) => req);
    socket.write(uploadHead({ url, key: '' }, body.length));
    socket.write(body.subarray(0, 1_000));
    await ended;
    const [chunk]: unknown[] = await once(socket, 'data');
    expect(String(chunk)).toMatch(/^HTTP\/1.1 200/); // the test's server answers whatever came of it
    socket.destroy();
  });

  it('ends an upload that drips for too long', async () => {
    const { upload } = await serve({ stallMs: 1_000, wholeMs: 60 });
    const outcome = await upload(quarters, 60);
    expect(outcome).toMatchObject({ failed: { code: 'REQUEST_TIMEOUT' } });
  });
});

describe('multipart: a client that is gone', () => {
  it('ends an upload at once, also when it went before anyone read it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo; // as above
    const url = `http://127.0.0.1:${String(port)}`;
    const requested = new Promise<IncomingMessage>((resolve) => server.once('request', resolve));
    const socket = openSocket(url);
    socket.write(uploadHead({ url, key: '' }, 1_000));
    const req = await requested;
    req.on('error', () => undefined);
    const gone = new Promise((resolve) => req.once('close', resolve));
    socket.destroy();
    await gone;
    const reading = createUploadReader(req, PATIENT)(SHAPE, () => Promise.resolve());
    await expect(reading).rejects.toMatchObject({ code: 'INVALID_MULTIPART' });
  });
});

describe('multipart: parts that cannot be read', () => {
  const whole = filePart('name="file"; filename="a"');

  it.each([
    ['no disposition', { head: 'X: y', content: 'z' }],
    ['another disposition', { head: 'Content-Disposition: attachment; filename="b"', content: 'z' }],
    ['a line break in a name', filePart('name="files"; filename="a\nb"')],
    ['a line break in a header', { head: 'Content-Disposition: form-data;\rname="file"; filename="b"', content: 'z' }],
    ['no header', { head: '', content: 'z' }],
  ])('are not passed over beside others: %s', async (_what, part) => {
    for (const parts of [
      [whole, part],
      [part, whole],
    ]) {
      const { upload } = await serve();
      expect(await upload([multipartBody(parts)])).toMatchObject({
        failed: { code: 'VALIDATION_ERROR', param: 'file' },
      });
    }
  });
});

describe('request clock: other requests', () => {
  it('have their body in time, or their connection is told so', async () => {
    const server = createServer(() => undefined); // reads nothing, answers nothing
    limitBodyTime(server, 50);
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo; // as above
    const late = once(server, 'clientError');
    const socket = openSocket(`http://127.0.0.1:${String(port)}`);
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345');
    const [error]: unknown[] = await late;
    expect(error).toMatchObject({ code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    socket.destroy();
  });
});
