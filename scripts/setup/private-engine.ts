/** A second engine beside the machine's own, for what that one must not be asked to do. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { provideDataDirectory } from './data-directory.ts';
import { DOCKERD_STOP, startDockerd } from './dockerd.ts';
import type { Engine } from './engine.ts';

/** It shares nothing with another engine: neither files nor networks nor rules of the firewall. */
const ALONE = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false'];

/**
 * Needs root. Everything of it is below `directory`, and removed when it stops.
 * @throws Sentence when it cannot be started
 */
export async function startPrivateEngine(directory: string, args: readonly string[]): Promise<Engine> {
  const paths = provideDataDirectory(directory);
  const at = (name: string) => join(directory, name);
  const places = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('dockerd.pid')];
  const socketPath = at('docker.sock');
  const dockerd = await startDockerd({ socketPath, paths, args: [...places, ...ALONE, ...args] });
  return {
    socketPath,
    done: 'started',
    stop: async () => {
      await dockerd.stop(DOCKERD_STOP);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
