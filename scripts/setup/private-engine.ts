/** A second engine beside the machine's own, for what that one must not be asked to do. */
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from './account.ts';
import { provideDataDirectory } from './data-directory.ts';
import { DOCKERD_STOP, startDockerd } from './dockerd.ts';
import type { Engine } from './engine.ts';
import { Sentence } from './sentence.ts';

/** It takes nothing from another engine: neither networks nor rules of the firewall. */
const ALONE = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false'];

/**
 * Everything of it is below `directory`, and removed when it stops.
 * @throws Sentence without root, and when it cannot be started
 */
export async function startPrivateEngine(directory: string, args: readonly string[]): Promise<Engine> {
  if (!isRoot()) throw new Sentence('Only root can start a second engine: run as root or with sudo.');
  const paths = provideDataDirectory(directory);
  const at = (name: string) => join(directory, name);
  const places = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('dockerd.pid')];
  // Where containerd runs by itself, engines find it and share it: these are its words for their parts of it.
  const namespace = `test-${randomBytes(4).toString('hex')}`;
  const parts = ['--containerd-namespace', namespace, '--containerd-plugins-namespace', `plugins-${namespace}`];
  const socketPath = at('docker.sock');
  const dockerd = await startDockerd({
    socketPath,
    paths,
    args: [...places, ...parts, ...ALONE, ...args],
    ownNetwork: true,
  });
  return {
    socketPath,
    done: 'started',
    stop: async () => {
      await dockerd.stop(DOCKERD_STOP);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
