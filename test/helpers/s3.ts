/** A server that speaks S3, checks signatures and keeps objects in a directory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createInterface } from 'node:readline';

const BUCKET = 'contents';
/** The one pair of credentials that the server knows. */
const CREDENTIAL = 'S3RVER';

export async function startS3() {
  const directory = await mkdtemp(join(tmpdir(), 'ci-s3-'));
  const program = createRequire(import.meta.url).resolve('s3rver/bin/s3rver.js');
  const server = spawn(
    process.execPath,
    [program, '--directory', directory, '--address', '127.0.0.1', '--port', '0', '--configure-bucket', BUCKET],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const port = await portOf(server.stdout, server.stderr);
  server.stdout.resume();
  return {
    bucket: BUCKET,
    endpoint: `http://127.0.0.1:${port}`,
    /** What the SDK reads. */
    credentials: { AWS_ACCESS_KEY_ID: CREDENTIAL, AWS_SECRET_ACCESS_KEY: CREDENTIAL },
    /** Where the server keeps the bytes of an object. */
    objectFile: (key: string) => join(directory, BUCKET, `${key}._S3rver_object`),
    async stop() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export type TestS3 = Awaited<ReturnType<typeof startS3>>;

async function portOf(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const port = /listening on \S+:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error(`the S3 server did not start: ${await text(stderr)}`);
}
