/** Uploads and downloads of the largest file there may be: time, rate, and what they take of the api's memory. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StoredFile } from '../shared/contracts/stored-file.ts';
import { FILE_BYTES_MAX, UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX } from '../shared/contracts/limits.ts';
import { startServiceProcess } from '../test/helpers/service-process.ts';
import { openDeployment } from './deployment.ts';
import { download, uploadForm, uploadPlain } from './file-transfer.ts';
import { drive, type Load } from './load.ts';
import { peakMib, resetPeak } from './process-memory.ts';
import { figure, type Row } from './table.ts';
import { judgeUse, type Floor } from './verdict.ts';

const MIB = 1024 * 1024;
const FILE_MIB = FILE_BYTES_MAX / MIB;
/** A part of the file: it is never whole in memory, not even with several at once. */
const MEMORY_MIB_MAX = 64;

export async function measureFiles(count: number, tell: (row: Row) => void): Promise<void> {
  const directory = mkdtempSync(join(provided(resolve('.data')), 'bench-files-')); // a disk: the system's directory may be memory
  const deployment = await openDeployment('none', { FILES_DIRECTORY: join(directory, 'files') });
  const plain = startServiceProcess('bench/plain-file-server.ts', {}, [directory]);
  try {
    const place = await deployment.place();
    const plainUrl = String((await plain.logged('listening'))['url']);
    const upload = () => timed(() => uploadForm(place, FILE_MIB));
    const fetchOf = (url: string) => () => timed(async () => expectWhole(await download(url, place.key)));
    const measured = async (clients: number, once: () => Promise<number>) => {
      const before = resetPeak(deployment.apiPid);
      const load = await drive({ clients, count, once });
      return { load, grownMib: peakMib(deployment.apiPid) - before };
    };

    await upload(); // the first one brings in what is loaded late
    const plainUpload = await drive({ clients: 1, count, once: () => timed(() => uploadPlain(plainUrl, FILE_MIB)) });
    tell(rowOf(`*plain upload of ${String(FILE_MIB)} MiB, to the disk*`, 1, plainUpload));
    const floor = floorOf('plain upload', plainUpload);
    const one = await measured(1, upload);
    tell(rowOf(`upload of ${String(FILE_MIB)} MiB`, 1, one.load, { floor, grownMib: one.grownMib }));
    const clients = UPLOADS_AT_ONCE_PER_ORGANIZATION_MAX;
    const several = await measured(clients, upload);
    tell(
      rowOf(`upload of ${String(FILE_MIB)} MiB`, clients, several.load, { floor: null, grownMib: several.grownMib }),
    );

    const plainDownload = await drive({ clients: 1, count, once: fetchOf(plainUrl) });
    tell(rowOf(`*plain download of ${String(FILE_MIB)} MiB*`, 1, plainDownload));
    const { id } = StoredFile.parse(JSON.parse(await uploadForm(place, FILE_MIB)));
    const whole = await measured(1, fetchOf(`${place.url}/v1/files/${id}/content`));
    const downloadFloor = floorOf('plain download', plainDownload);
    tell(
      rowOf(`download of ${String(FILE_MIB)} MiB`, 1, whole.load, { floor: downloadFloor, grownMib: whole.grownMib }),
    );
  } finally {
    await plain.end();
    await deployment.close();
    rmSync(directory, { recursive: true });
  }
}

function provided(directory: string): string {
  mkdirSync(directory, { recursive: true });
  return directory;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

function expectWhole(bytes: number): void {
  if (bytes !== FILE_BYTES_MAX) throw new Error(`${String(bytes)} bytes came`);
}

function floorOf(what: string, { p50Ms }: Load): Floor {
  return { what, p50Ms, perSecond: null };
}

type Compared = { readonly floor: Floor | null; readonly grownMib: number };

function rowOf(name: string, clients: number, load: Load, compared?: Compared): Row {
  const rate = `${figure(load.perSecond * FILE_MIB)} MiB/s`;
  const memory = compared && `the api's memory grew by ${figure(compared.grownMib)} MiB`;
  for (const failure of load.failures.slice(0, 3)) console.error(`${name}: ${failure}`);
  return {
    name,
    clients,
    summary: load,
    failed: load.failures.length,
    floor: compared?.floor ?? null,
    verdicts: compared === undefined ? [] : [judgeUse(compared.grownMib, MEMORY_MIB_MAX, 'MiB')],
    note: [rate, memory].filter(Boolean).join('; '),
  };
}
