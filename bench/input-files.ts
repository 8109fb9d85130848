/** Runs that are given files: what those add to a run without, and what they take of the worker's memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FILE_BYTES_MAX } from '../shared/contracts/limits.ts';
import { StoredFile } from '../shared/contracts/stored-file.ts';
import { createClient, type Code } from './client.ts';
import { openDeployment } from './deployment.ts';
import { uploadForm } from './file-transfer.ts';
import { drive, type Load } from './load.ts';
import { peakMib, resetPeak } from './process-memory.ts';
import { figure, type Row } from './table.ts';
import { judgeUse, type Floor } from './verdict.ts';

const MIB = 1024 * 1024;
const LARGE_MIB = FILE_BYTES_MAX / MIB;
/** Pieces on their way, and what the engine's socket buffers: never a file as a whole. */
const MEMORY_MIB_MAX = 64;
const CODE = 'import os\nprint(sum(entry.stat().st_size for entry in os.scandir()))';

export async function measureInputFiles(count: number, tell: (row: Row) => void): Promise<void> {
  const directory = mkdtempSync(join(process.cwd(), '.bench-input-files-'));
  const deployment = await openDeployment('real', { FILES_DIRECTORY: directory });
  try {
    const place = await deployment.place();
    const client = createClient(place.url, place.key);
    const upload = async (mib: number) => StoredFile.parse(JSON.parse(await uploadForm(place, mib))).id;
    const run = (mib: number, body: Code) =>
      client.run(body, ({ stdout }) => (stdout === `${String(mib * MIB)}\n` ? undefined : `printed ${stdout}`));
    const kept = (mib: number, id: string) => () => run(mib, { code: CODE, files: [{ file_id: id }] });
    const measured = async (once: () => Promise<number>) => {
      await once();
      const before = resetPeak(deployment.workerPid);
      const load = await drive({ clients: 1, count, once });
      return { load, grownMib: peakMib(deployment.workerPid) - before };
    };

    const none = await measured(() => run(0, { code: CODE }));
    tell(rowOf('*run without files*', none.load, null));
    const floor = { what: 'without files', p50Ms: none.load.p50Ms, perSecond: null };
    const small = await measured(kept(1, await upload(1)));
    tell(rowOf('run with 1 MiB that the worker keeps', small.load, floor));
    const large = await measured(kept(LARGE_MIB, await upload(LARGE_MIB)));
    tell(rowOf(`run with ${String(LARGE_MIB)} MiB that the worker keeps`, large.load, floor, large.grownMib));
    const fetched = await measured(async () => kept(LARGE_MIB, await upload(LARGE_MIB))());
    tell(rowOf(`run with ${String(LARGE_MIB)} MiB that it fetches`, fetched.load, floor, fetched.grownMib));
    client.close();
  } finally {
    await deployment.close();
    rmSync(directory, { recursive: true });
  }
}

function rowOf(name: string, load: Load, floor: Floor | null, grownMib?: number): Row {
  for (const failure of load.failures.slice(0, 3)) console.error(`${name}: ${failure}`);
  return {
    name,
    clients: 1,
    summary: load,
    failed: load.failures.length,
    floor,
    verdicts: grownMib === undefined ? [] : [judgeUse(grownMib, MEMORY_MIB_MAX, 'MiB')],
    note: grownMib === undefined ? '' : `the worker's memory grew by ${figure(grownMib)} MiB`,
  };
}
