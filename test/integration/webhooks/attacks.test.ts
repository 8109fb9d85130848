/** What a tenant may try with the URL that it chooses, and with the receiver behind it. */
import { Socket } from 'node:net';
import { setDefaultCACertificates, getCACertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnections } from '../../../api/webhooks/connection.ts';
import { createPost, type PostOutcome } from '../../../api/webhooks/post.ts';
import { createDnsResolve, resolveAsHost, type Resolve } from '../../../api/webhooks/resolve.ts';
import { createLifecycle } from '../../../shared/platform/lifecycle.ts';
import { eventually } from '../../helpers/eventually.ts';
import { answering, startReceiver, type Receiver, type ReceiverScript } from '../../helpers/webhook-receiver.ts';
import { CERTIFICATE, CERTIFICATE_KEY } from './certificate.ts';
import { startNameServer } from './name-server.ts';

const PUBLIC = '93.184.216.34';
const BODY = JSON.stringify({ type: 'webhook.test' });

type Options = {
  readonly allowPrivate?: boolean;
  readonly resolve?: Resolve;
  readonly dial?: (addresses: readonly string[], port: number) => Socket;
  readonly totalMs?: number;
};

function post(url: string, options: Options = {}): Promise<PostOutcome> {
  const { allowPrivate = false, resolve = resolveAsHost, dial, totalMs = 10_000 } = options;
  const sender = createPost({
    policy: { allowPrivate, allowHttp: true, ports: undefined },
    connections: createConnections({ allowPrivate, resolve, ...(dial && { dial }) }),
    nowMs: () => performance.now(),
    now: () => new Date(),
    totalMs,
  });
  const headers = { 'content-type': 'application/json', 'webhook-id': 'msg_1' };
  return sender.post({ url, headers, body: BODY, signal: new AbortController().signal });
}

const toReceiver = (of: Receiver, options: Options = {}) => post(of.url, { allowPrivate: true, ...options });

const lifecycle = createLifecycle((name, error) => {
  throw new Error(`could not close ${name}`, { cause: error });
});
let canary: Receiver;

async function receiver(script: ReceiverScript, tls?: { key: string; cert: string }): Promise<Receiver> {
  const started = await startReceiver(script, tls);
  lifecycle.onClose('receiver', started.stop);
  return started;
}

beforeAll(async () => {
  canary = await receiver(answering(200));
});

afterEach(() => {
  expect(canary.connections()).toBe(0);
});

afterAll(async () => {
  await lifecycle.close();
});

describe('webhook attacks: addresses of the host', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '0x7f000001',
    '2130706433',
    '017700000001',
    '0177.0.0.01',
    '127.0.0.1.',
    '%31%32%37.0.0.1',
    '１２７.０.０.１',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '0.0.0.0',
    '0',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[2002:7f00:1::]',
    'localhost',
    'LOCALHOST.',
    'any.localhost',
  ])('are refused as %s', async (host) => {
    const { error } = await post(`http://${host}:${String(canary.port)}/`);
    expect(error).toBe('url_refused');
  });

  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '::1',
    '::',
    '::ffff:127.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    'fec0::1',
    '4000::1',
  ])('are refused behind a name that leads to %s', async (address) => {
    const { error } = await post(`http://innocent.example:${String(canary.port)}/`, {
      resolve: () => Promise.resolve([address]),
    });
    expect(error).toBe('address_refused');
  });

  it('are refused among good ones', async () => {
    const resolve = () => Promise.resolve([PUBLIC, '127.0.0.1']);
    const { error } = await post(`http://innocent.example:${String(canary.port)}/`, { resolve });
    expect(error).toBe('address_refused');
  });

  it.each(['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16', 'fe80::1', '0.0.0.0', '224.0.0.1'])(
    'are refused for %s also where private ones are allowed',
    async (address) => {
      const resolve = () => Promise.resolve([address]);
      const { error } = await post('http://innocent.example:1/', { allowPrivate: true, resolve });
      expect(error).toBe('address_refused');
    },
  );
});

describe('webhook attacks: names that change where they lead', () => {
  it('are looked up once for each attempt, and every answer is looked at', async () => {
    const names = await startNameServer([[PUBLIC], ['127.0.0.1']]);
    const dialled: (readonly string[])[] = [];
    const options = {
      resolve: createDnsResolve([names.address]),
      dial: (addresses: readonly string[]) => {
        dialled.push(addresses);
        return new Socket().destroy(new Error('nobody there'));
      },
    };
    const url = `http://rebinding.example:${String(canary.port)}/`;
    const [first, second] = [await post(url, options), await post(url, options)];
    await names.stop();
    expect(names.asked()).toBe(2);
    expect([first.error, second.error]).toEqual(['connection_failed', 'address_refused']);
    expect(dialled).toEqual([[PUBLIC]]);
  });

  it('send nothing where the connection leads somewhere else all the same', async () => {
    const elsewhere = await receiver(answering(200));
    const { error } = await post('http://innocent.example/', {
      resolve: () => Promise.resolve([PUBLIC]),
      dial: () => new Socket().connect(elsewhere.port, '127.0.0.1'),
    });
    expect(error).toBe('address_refused');
    expect(elsewhere.received).toEqual([]);
    expect(elsewhere.bytesRead()).toBe(0);
  });

  it('do not come from the files of the host', async () => {
    const names = await startNameServer([[]]);
    await expect(createDnsResolve([names.address])('localhost')).rejects.toThrow('ENODATA');
    await names.stop();
    expect(await resolveAsHost('localhost')).toContain('127.0.0.1');
  });

  it('do not need an answer for IPv6', async () => {
    const names = await startNameServer([[PUBLIC]], true);
    expect(await createDnsResolve([names.address])('half.example')).toEqual([PUBLIC]);
    await names.stop();
  });

  it('never answering cost no more than the time to connect', async () => {
    const connections = createConnections({
      allowPrivate: false,
      resolve: () => new Promise<never>(() => undefined),
      connectMs: 50,
    });
    const opening = connections.open(new URL('http://innocent.example/'), new AbortController().signal);
    await expect(opening).rejects.toMatchObject({ reason: 'timed_out' });
  });
});

describe('webhook attacks: answers', () => {
  it.each([301, 302, 303, 307, 308])('with %i do not lead on', async (status) => {
    const redirecting = await receiver(answering(status, { location: `http://127.0.0.1:${String(canary.port)}/` }));
    expect(await toReceiver(redirecting)).toMatchObject({ error: 'redirected', status });
  });

  it('without end are left after 64 KiB, and their status counts', async () => {
    let sentBytes = 0;
    const endless = await receiver((_req, res) => {
      res.writeHead(200);
      const chunk = Buffer.alloc(16_384, 'x');
      const more = () => {
        while (!res.destroyed && res.write(chunk)) sentBytes += chunk.length;
      };
      res.on('drain', more);
      more();
    });
    const { error, excerpt } = await toReceiver(endless);
    expect(error).toBeNull();
    expect(excerpt).toBe('x'.repeat(1_024));
    // What socket buffers take is sent and not read.
    expect(sentBytes).toBeLessThan(16 * 1024 * 1024);
  });

  it('that unpack to gigabytes stay packed', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    const packed = await receiver((_req, res) => {
      res.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    });
    expect(await toReceiver(packed)).toMatchObject({ error: null, status: 200, excerpt: null });
  });

  it('that never come end with the time', async () => {
    const hanging = await receiver(() => undefined);
    expect(await toReceiver(hanging, { totalMs: 200 })).toMatchObject({ error: 'timed_out', status: null });
  });

  it('whose head comes byte by byte end with the time', async () => {
    const dribbling = await receiver((req) => {
      req.socket.write('HTTP/1.1 200 OK\r\nx-slow: ');
      const timer = setInterval(() => req.socket.write('x'), 20);
      req.socket.once('close', () => {
        clearInterval(timer);
      });
    });
    expect(await toReceiver(dribbling, { totalMs: 300 })).toMatchObject({ error: 'timed_out', status: null });
  });

  it('whose body comes byte by byte count by their status, within the time', async () => {
    const dribbling = await receiver((_req, res) => {
      res.writeHead(200);
      const timer = setInterval(() => res.write('x'), 20);
      res.once('close', () => {
        clearInterval(timer);
      });
    });
    const { error, durationMs } = await toReceiver(dribbling, { totalMs: 300 });
    expect(error).toBeNull();
    expect(durationMs).toBeLessThan(5_000);
  });

  it.each([
    ['a head without end', `HTTP/1.1 200 OK\r\nx-long: ${'x'.repeat(40_000)}\r\n\r\n`],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx'],
    ['nothing', ''],
  ])('with %s are told as broken', async (_name, bytes) => {
    const broken = await receiver((req) => req.socket.end(bytes));
    expect(await toReceiver(broken)).toMatchObject({ error: 'broken_answer' });
  });

  it('that say "continue" for ever end with the time', async () => {
    const chatty = await receiver((_req, res) => {
      const timer = setInterval(() => res.writeProcessing(), 5);
      res.once('close', () => {
        clearInterval(timer);
      });
    });
    expect(await toReceiver(chatty, { totalMs: 300 })).toMatchObject({ error: 'timed_out' });
  });

  it('are kept without what moves a cursor or turns the text', async () => {
    const coloured = await receiver(answering(500, {}, 'no\u0000 \u001b[31mred\u001b[0m \u202eleft\nline'));
    const { excerpt, error, status } = await toReceiver(coloured);
    expect({ error, status }).toEqual({ error: 'status', status: 500 });
    expect(excerpt).toBe('no\u{fffd} \u{fffd}[31mred\u{fffd}[0m \u{fffd}left\nline');
  });

  it('leave no connection behind', async () => {
    const keeping = await receiver(answering(200, { connection: 'keep-alive' }, 'ok'));
    await toReceiver(keeping);
    await eventually(() => keeping.open() === 0);
    expect(keeping.received).toHaveLength(1);
  });
});

describe('webhook attacks: TLS', () => {
  const resolve = () => Promise.resolve(['127.0.0.1']);
  const urlOf = (of: Receiver, host: string) => `https://${host}:${String(of.port)}/`;
  let secure: Receiver;

  beforeAll(async () => {
    secure = await receiver(answering(200), { key: CERTIFICATE_KEY, cert: CERTIFICATE });
  });

  it('refuses a certificate that nobody vouches for', async () => {
    expect(await post(urlOf(secure, 'receiver.test'), { allowPrivate: true, resolve })).toMatchObject({
      error: 'tls_failed',
    });
    expect(secure.received).toEqual([]);
  });

  it('takes one that is vouched for, and refuses it under another name', async () => {
    const usual = getCACertificates('default');
    setDefaultCACertificates([...usual, CERTIFICATE]);
    try {
      const outcomes = [
        await post(urlOf(secure, 'receiver.test'), { allowPrivate: true, resolve }),
        await post(urlOf(secure, 'other.test'), { allowPrivate: true, resolve }),
        await post(urlOf(secure, '127.0.0.1'), { allowPrivate: true }),
      ];
      expect(outcomes.map(({ error }) => error)).toEqual([null, 'tls_failed', 'tls_failed']);
    } finally {
      setDefaultCACertificates(usual);
    }
    expect(secure.received.map(({ body }) => body)).toEqual([BODY]);
  });

  it('refuses a receiver that does not speak it', async () => {
    const plain = await receiver(answering(200));
    const { error } = await post(urlOf(plain, 'receiver.test'), { allowPrivate: true, resolve });
    expect(error).toBe('tls_failed');
  });
});
