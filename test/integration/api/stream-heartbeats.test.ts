import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express from 'express';
import { afterEach, describe, expect, it } from '@jest/globals';
import { definePublicRoute } from '../../../api/http/define-route.ts';
import { mountRoutes } from '../../../api/http/mount.ts';
import { streamAnswer, type StreamFormat } from '../../../api/routes/own-streams.ts';
import type { NumberedEvents } from '../../../api/services/responses/log-reading.ts';
import type { ResponseRecord } from '../../../api/services/responses/response-record.ts';
import { OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';

const HEARTBEAT_MS = 5;
const RESPONSE: ResponseRecord = {
  id: ResponseId.parse(`resp_${'a'.repeat(20)}`),
  organizationId: OrganizationId.parse(`org_${'b'.repeat(20)}`),
  ...{ assistantId: null, previousResponseId: null, threadId: null, model: 'clever', status: 'completed' },
  ...{ background: false, code: { mode: 'auto', outputs: true }, instructions: null, temperature: null },
  ...{ outputTokensMax: null, items: [], usage: null, fault: null, warnings: [], metadata: {} },
  ...{ createdAt: new Date(), completedAt: new Date() },
};

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const notCalled = () => Promise.reject(new Error('not called'));

/** What a client reads of a stream that says nothing more until the client heard `heartbeat`. */
async function readUntil(format: StreamFormat, heartbeat: string): Promise<string> {
  const heard = Promise.withResolvers<undefined>();
  async function* events(): NumberedEvents {
    yield { number: 1, event: { type: 'created', response: RESPONSE } };
    await heard.promise;
    yield { number: 2, event: { type: 'ended', response: RESPONSE } };
  }
  const route = definePublicRoute({
    ...{ method: 'get', path: '/stream', operationId: 'stream', summary: 'Stream', answers: [], errors: [] },
    handle: () => {
      const followed = { response: RESPONSE, events: events(), close: () => undefined };
      return Promise.resolve(streamAnswer(followed, { format, live: false }));
    },
  });
  const routes = mountRoutes({
    ...{ routes: [route], admitOperator: notCalled, isStillAdmitted: notCalled, admitKey: notCalled },
    ...{ enter: () => () => undefined, readJsonBody: notCalled, closing: new AbortController().signal },
    ...{ answerStallMs: 10_000, heartbeatMs: HEARTBEAT_MS },
  });
  const server = createServer(express().use(routes)).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const answer = await fetch(`http://127.0.0.1:${String(address.port)}/stream`);
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes(heartbeat)) heard.resolve(undefined);
  }
  return text;
}

/** Without the heartbeats, of which there may be any number. */
const blocksOf = (text: string, heartbeat: string) =>
  text.split('\n\n').filter((block) => block !== '' && block !== heartbeat);

describe('heartbeats of a stream', () => {
  it('are events in the format of data lines, without a number', async () => {
    const heartbeat = 'data: {"event":"response.heartbeat"}';
    const text = await readUntil('data', heartbeat);
    const blocks = blocksOf(text, heartbeat);
    expect(blocks.map((block) => /"event":"([^"]+)"|\[DONE\]/.exec(block)?.[0])).toEqual([
      '"event":"response.processing"',
      '"event":"response.completed"',
      '[DONE]',
    ]);
    expect(text.trimEnd().endsWith('[DONE]')).toBe(true);
  });

  it('are comments in the format of named events', async () => {
    const blocks = blocksOf(await readUntil('events', ': heartbeat'), ': heartbeat');
    expect(blocks.map((block) => block.split('\n')[0])).toEqual([
      'event: response.created',
      'event: response.completed',
    ]);
  });
});
