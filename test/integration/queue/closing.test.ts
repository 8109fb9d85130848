import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';

let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server.stop());

function runToItsEnd(): Promise<{ code: number | null; output: string }> {
  const script = fileURLToPath(import.meta.resolve('./open-and-close.ts'));
  const child = spawn(process.execPath, [script, server.url], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, output })));
}

describe('queue: closing', () => {
  it('leaves no connection and no timer that keeps the process alive', async () => {
    const { code, output } = await runToItsEnd();
    expect([code, output]).toEqual([0, expect.stringMatching(/^closed\nended after \d{1,4} ms\n$/)]);
  });
});
