import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, describe, expect, it } from '@jest/globals';
import { definePublicRoute } from '../../../api/http/define-route.ts';
import { mountRoutes } from '../../../api/http/mount.ts';
import { AppError } from '../../../shared/contracts/errors.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const notCalled = () => Promise.reject(new Error('not called'));

/** A server with one download, which cannot be opened. */
async function refusing(): Promise<string> {
  const route = definePublicRoute({
    ...{ method: 'get', path: '/file', operationId: 'file', summary: 'File', answers: [], errors: [] },
    handle: () =>
      Promise.resolve({
        kind: 'stream',
        status: 200,
        contentType: 'text/csv',
        headers: { 'content-disposition': 'attachment; filename="executions.csv"' },
        sizeBytes: 1_000_000,
        open: () => Promise.reject(new AppError('RATE_LIMITED', 'Others are made.')),
      }),
  });
  // Express knows an error handler by its four parameters.
  const refuse: ErrorRequestHandler = (error, _req, res, next) => {
    if (res.headersSent) next(error);
    else res.status(429).json({ code: Object(error).code });
  };
  const routes = mountRoutes({
    ...{ routes: [route], admitOperator: notCalled, isStillAdmitted: notCalled, admitKey: notCalled },
    ...{ enter: () => () => undefined, readJsonBody: notCalled, closing: new AbortController().signal },
    ...{ answerStallMs: 1_000, heartbeatMs: 15_000 },
  });
  const server = createServer(express().use(routes).use(refuse)).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${String(address.port)}/file`;
}

describe('a download that cannot be opened', () => {
  it('is refused as JSON, and not saved as the file', async () => {
    const response = await fetch(await refusing());
    expect(response.status).toBe(429);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(response.headers.get('content-disposition')).toBeNull();
    expect(await response.json()).toEqual({ code: 'RATE_LIMITED' });
  });
});
