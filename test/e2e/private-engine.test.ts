/** An engine beside the machine's own takes nothing from it. Only root can start one. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isRoot } from '../../scripts/setup/account.ts';
import { createEngineApi } from '../../scripts/setup/engine-api.ts';
import { startPrivateEngine } from '../../scripts/setup/private-engine.ts';

/** Among them `docker0`, by which containers of the machine's own engine reach the network. */
const networkDevices = () => readdirSync('/sys/class/net').filter((name) => !name.startsWith('veth'));

describe('private engine', () => {
  (isRoot() ? it : it.skip)(
    'answers, and leaves the network devices of the machine as they are',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'private-engine-'));
      const before = networkDevices();
      const engine = await startPrivateEngine(join(directory, 'engine'), []);
      try {
        expect(await createEngineApi(engine.socketPath).ping()).toBeNull();
        expect(networkDevices()).toEqual(before);
      } finally {
        await engine.stop();
        rmSync(directory, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
