/** Runs the runner's Python tests inside the sandbox image, for machines without a Python of their own. */
import { join } from 'node:path';
import { z } from 'zod';
import { createEngineApi } from '../setup/engine-api.ts';
import { ONE_FAILURE, readUnittestOutput, type Tally } from './tally.ts';

const IMAGE = 'code-interpreter-sandbox:latest';
const TIME_MAX_MS = 5 * 60_000;
const Created = z.object({ Id: z.string() });
const Waited = z.object({ StatusCode: z.int() });

export async function runPythonTestsInImage(socketPath: string, project: string): Promise<Tally> {
  const engine = createEngineApi(socketPath);
  const created = await engine.call('POST', '/containers/create', {
    Image: IMAGE,
    Entrypoint: ['/usr/bin/python3'],
    Cmd: ['-B', '-m', 'unittest', 'discover', '-s', '/sandbox-image/tests'],
    WorkingDir: '/',
    // With a terminal the log is plain text.
    Tty: true,
    NetworkDisabled: true,
    HostConfig: { Binds: [`${join(project, 'sandbox-image')}:/sandbox-image:ro`], Tmpfs: { '/tmp': '' } },
  });
  if (created.status !== 201) {
    process.stderr.write(`The container for the runner's tests was refused: ${created.body}\n`);
    return ONE_FAILURE;
  }
  const path = `/containers/${Created.parse(JSON.parse(created.body)).Id}`;
  try {
    await engine.call('POST', `${path}/start`);
    const waited = await engine.call('POST', `${path}/wait`, undefined, TIME_MAX_MS);
    const output = (await engine.call('GET', `${path}/logs?stdout=1&stderr=1`)).body.replaceAll('\r\n', '\n');
    process.stderr.write(output);
    const tally = readUnittestOutput(output);
    const { StatusCode: status } = Waited.parse(JSON.parse(waited.body));
    return status === 0 || tally.failed > 0 ? tally : ONE_FAILURE;
  } finally {
    await engine.call('DELETE', `${path}?force=1&v=1`);
  }
}
