/** `npm run image [-- --refresh]`: sees to it that the engine has the sandbox image; `--refresh` takes newer packages. */
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { isRoot } from './setup/account.ts';
import { chooseDataDirectory, dataPaths, isOpenToAll } from './setup/data-directory.ts';
import { engineSocket } from './setup/engine.ts';
import { IMAGE_REPOSITORY, ensureSandboxImage } from './setup/image.ts';
import { writeLine } from './setup/report.ts';
import { explain } from './setup/sentence.ts';

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({ options: { refresh: { type: 'boolean', default: false } } });
    const dataDirectory = chooseDataDirectory({
      asked: process.env['DATA_DIR'],
      project: dirname(import.meta.dirname),
      root: isRoot(),
      isOpen: isOpenToAll,
    });
    const hash = await ensureSandboxImage({
      socketPath: engineSocket(process.env['DOCKER_HOST']),
      cacheDir: dataPaths(dataDirectory).imageCache,
      report: writeLine,
      refresh: values.refresh,
    });
    writeLine(`${IMAGE_REPOSITORY}:latest is ${hash.slice(0, 12)}`);
    return 0;
  } catch (error) {
    writeLine(explain(error));
    return 1;
  }
}
