import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knowsGvisor, requireGvisor, withGvisor } from '../../../scripts/setup/gvisor.ts';

const directory = mkdtempSync(join(tmpdir(), 'test-gvisor-'));
const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
  rmSync(directory, { recursive: true });
});

/** A stand-in for an engine that knows these runtimes. */
async function anEngine(runtimes: readonly string[]): Promise<string> {
  const socketPath = join(directory, `${runtimes.join('-')}.sock`);
  const info = JSON.stringify({ Runtimes: Object.fromEntries(runtimes.map((name) => [name, { path: name }])) });
  const server = createServer((request, response) => response.end(request.url === '/info' ? info : 'OK'));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  closers.push(() => server.close());
  return socketPath;
}

const REGISTERED = { path: '/usr/bin/runsc', runtimeArgs: ['--network=none', '--oci-seccomp'] };

describe('gvisor: settings of an engine', () => {
  it('registers it beside what stands there', () => {
    const settings = { 'log-driver': 'journald', runtimes: { crun: { path: '/usr/bin/crun' } } };
    expect(withGvisor(settings, '/usr/bin/runsc')).toEqual({
      'log-driver': 'journald',
      runtimes: { crun: { path: '/usr/bin/crun' }, runsc: REGISTERED },
    });
  });
  it('leaves one alone that is registered already', () => {
    const settings = { runtimes: { runsc: { path: '/opt/runsc', runtimeArgs: [] } } };
    expect(withGvisor(settings, '/usr/bin/runsc')).toEqual(settings);
  });
});

describe('gvisor: engine', () => {
  it('is asked which runtimes it knows', async () => {
    const answers = await Promise.all([anEngine(['runc', 'runsc']), anEngine(['runc'])]);
    expect(await Promise.all(answers.map(knowsGvisor))).toEqual([true, false]);
  });
  it('that does not answer knows none', async () => {
    expect(await knowsGvisor(join(directory, 'none.sock'))).toBe(false);
  });
  it('that is not ours is told of by what to add to its settings', async () => {
    const socketPath = await anEngine(['crun']);
    await expect(requireGvisor(socketPath)).rejects.toThrow(/daemon\.json.*\n.*"runsc".*--oci-seccomp[^]*reload/);
  });
});
