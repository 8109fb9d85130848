import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from '@jest/globals';
import { definePublicRoute, json, type Answer, type ServerSentEvent } from '../../../api/http/define-route.ts';
import { mountRoutes } from '../../../api/http/mount.ts';
import { eventually } from '../../helpers/eventually.ts';

const STALL_MS = 100;
/** A pause of a slow reader, and a stall that is out of its reach on a busy machine too. */
const PAUSE_MS = 100;
const PATIENT_STALL_MS = 2_000;
/** With as many pauses the whole takes longer than such a stall. */
const PAUSES = 30;
/** More than the buffers of both ends of a connection hold. */
const LARGE = 'x'.repeat(32 * 1024 * 1024);

const opened: { server: Server; client: Socket }[] = [];

afterEach(() => {
  for (const { server, client } of opened.splice(0)) {
    client.destroy();
    server.close();
    server.closeAllConnections();
  }
});

/** A server of one route, and a client that has asked for it and reads nothing. */
async function askedFor(handle: () => Promise<Answer>, answerStallMs = STALL_MS) {
  const route = definePublicRoute({
    ...{ method: 'get', path: '/large', operationId: 'large', summary: 'Large', answers: [], errors: [] },
    handle,
  });
  const app = express().use(
    mountRoutes({
      routes: [route],
      admitOperator: () => Promise.reject(new Error('not called')),
      isStillAdmitted: () => Promise.reject(new Error('not called')),
      admitKey: () => Promise.reject(new Error('not to be called')),
      enter: () => () => undefined,
      readJsonBody: () => Promise.reject(new Error('not to be called')),
      closing: new AbortController().signal,
      answerStallMs,
      heartbeatMs: 15_000,
    }),
  );
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = connect(address.port, '127.0.0.1');
  opened.push({ server, client });
  client.pause();
  client.on('error', () => undefined);
  const asked = once(server, 'request');
  client.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
  await asked;
  return { server, client };
}

const connections = (server: Server) =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => {
      if (error === null) resolve(count);
      else reject(error);
    });
  });

async function* endless(): AsyncGenerator<ServerSentEvent, void, void> {
  for (;;) yield Promise.resolve({ name: 'large', id: '1', data: LARGE });
}

describe('stalled answers', () => {
  it('lose their connection when nobody reads them', async () => {
    const { server } = await askedFor(() => Promise.resolve(json(200, LARGE)));
    expect(await connections(server)).toBe(1);
    await eventually(async () => (await connections(server)) === 0);
  });

  it('end an event stream that nobody reads, and what feeds it', async () => {
    const ended = Promise.withResolvers<string>();
    const onEnd = () => {
      ended.resolve('ended');
    };
    const { server } = await askedFor(() => Promise.resolve({ kind: 'events', events: endless(), onEnd }));
    expect(await ended.promise).toBe('ended');
    await eventually(async () => (await connections(server)) === 0);
  });

  it('are left alone while they are read, however slowly', async () => {
    const { client } = await askedFor(() => Promise.resolve(json(200, LARGE)), PATIENT_STALL_MS);
    const part = LARGE.length / PAUSES;
    let bytes = 0;
    client.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (Math.floor(bytes / part) === Math.floor((bytes - chunk.length) / part)) return;
      client.pause();
      setTimeout(() => client.resume(), PAUSE_MS);
    });
    client.resume();
    await eventually(() => bytes > LARGE.length, { timeoutMs: 20_000 });
  });
});
