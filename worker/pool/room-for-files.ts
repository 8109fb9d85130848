/**
 * Memory for the files of a run, on top of what its code may use. Small ones have it already; for large ones the limit of
 * the sandbox is raised, and lowered again before the next run. Where the engine cannot do that, and where the run has a
 * container of its own anyway, that is made larger.
 */
import { FILES_ALLOWANCE_MIB } from '../sandbox/container-spec.ts';
import type { Lease, PoolRequest } from './pool.ts';

const MIB = 1024 * 1024;
/** A file takes whole pages: at most this much more than its bytes. */
const PAGE_BYTES = 4_096;

export type FilesRequest = PoolRequest & { readonly fileSizesBytes: readonly number[] };

export type FilesLease = Pick<Lease, 'sandbox'> & {
  /** Gives the sandbox back, as it was; it is destroyed unless `reusable`. Never rejects. */
  readonly release: (reusable: boolean) => Promise<void>;
};

export type RoomDeps = {
  readonly acquire: (request: PoolRequest, signal: AbortSignal) => Promise<Lease>;
  /** Sets the memory of a sandbox; undefined where the runtime cannot. */
  readonly setMemory: ((sandboxId: string, memoryMib: number) => Promise<void>) | undefined;
  readonly report: (event: string, detail: Readonly<Record<string, unknown>>) => void;
};

/** How much memory the files of a run take beyond what every sandbox has for them, in MiB. Pure. */
export function extraMib(fileSizesBytes: readonly number[]): number {
  const bytes = fileSizesBytes.reduce((sum, size) => sum + Math.ceil(size / PAGE_BYTES) * PAGE_BYTES, 0);
  return Math.max(0, Math.ceil(bytes / MIB) - FILES_ALLOWANCE_MIB);
}

/** @param standardMib memory of the sandboxes that are shared; one of another size serves one run */
export function createRoomForFiles({ acquire, setMemory, report }: RoomDeps, standardMib: number) {
  /** @throws when the limit cannot be raised; the sandbox is destroyed then */
  async function raised(lease: Lease, extra: number, set: NonNullable<RoomDeps['setMemory']>): Promise<FilesLease> {
    const { id } = lease.sandbox;
    try {
      await set(id, standardMib + extra);
    } catch (error) {
      lease.release(false);
      throw error;
    }
    return {
      sandbox: lease.sandbox,
      async release(reusable) {
        const isLowered = reusable && (await isLow(() => set(id, standardMib), id));
        lease.release(isLowered);
      },
    };
  }

  async function isLow(lower: () => Promise<void>, containerId: string): Promise<boolean> {
    try {
      await lower();
      return true;
    } catch (error) {
      report('memory not given back', { containerId, error: String(error) });
      return false;
    }
  }

  async function acquireFor(request: FilesRequest, signal: AbortSignal): Promise<FilesLease> {
    const { fileSizesBytes, ...wanted } = request;
    const extra = extraMib(fileSizesBytes);
    if (extra === 0) return asItIs(await acquire(wanted, signal));
    if (setMemory === undefined || wanted.memoryMib !== standardMib) {
      return asItIs(await acquire({ ...wanted, memoryMib: wanted.memoryMib + extra }, signal));
    }
    return raised(await acquire(wanted, signal), extra, setMemory);
  }

  /** @throws the signal's reason when it is aborted before a sandbox is there */
  return async function acquireWithRoom(request: FilesRequest, signal: AbortSignal): Promise<FilesLease> {
    const lease = await acquireFor(request, signal);
    if (request.fileSizesBytes.length === 0 || lease.sandbox.hello.input_files) return lease;
    await lease.release(false);
    throw new Error('The sandbox image is older than this worker and takes no files: build it anew');
  };
}

function asItIs({ sandbox, release }: Lease): FilesLease {
  return {
    sandbox,
    async release(reusable) {
      release(reusable);
    },
  };
}
