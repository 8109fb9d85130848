/** Pure: the whole security posture of a sandbox container in one reviewable value. */
import {
  INPUT_FILES_BYTES_MAX,
  INPUT_FILES_COUNT_MAX,
  OPEN_FILES_MAX,
  PROCESSES_MAX,
} from '../../shared/contracts/limits.ts';
import { MASKED_PATHS } from './masked-paths.ts';

const MIB = 1024 * 1024;
const NANO = 1_000_000_000;

/** Supervisor, two zygotes, and the child that waits in the other zygote, live beside the organization's processes. */
const RUNNER_PROCESSES = 4;

/** Too little for any core; and by core(5) the one value at which the kernel starts no program of the host for it. */
const NO_CORE_BYTES = 1;

/**
 * In place of the engine's own /dev, on which every run leaves times that the next can read, and with it of /dev/mqueue,
 * where anyone may write.
 */
const DEVICES = 'dev,nosuid,noexec,noatime,mode=755,size=64k';

const PAGE_BYTES = 4_096;

/** The files of a run: memory of the sandbox that root alone writes to, with room for the most and no more. */
const FILES = [
  'rw,nosuid,nodev,noexec,noatime,mode=755',
  `size=${String(INPUT_FILES_BYTES_MAX + INPUT_FILES_COUNT_MAX * PAGE_BYTES)}`,
  // The directory is one too; the file system keeps some to itself.
  `nr_inodes=${String(2 * INPUT_FILES_COUNT_MAX)}`,
].join(',');

/** So much of its files is on top of every sandbox's memory; for more the limit is raised while they are there. */
export const FILES_ALLOWANCE_MIB = 16;

/** What differs under gVisor. */
const GVISOR = {
  // It counts the threads of gVisor itself, not the organization's processes; fewer kill it on the first fork.
  PidsLimit: 1_024,
  // On a read-only /dev it opens no device. Where nothing is mounted on /tmp, it mounts one that anyone may write to and
  // the next run could read.
  Tmpfs: { '/dev': `rw,${DEVICES}`, '/tmp': 'ro', '/mnt/data': FILES },
};

/** Labels by which a container is found again; the value of `deployment` and `worker` says whose it is. */
export const LABELS = {
  deployment: 'code-interpreter.deployment',
  worker: 'code-interpreter.worker',
  createdAt: 'code-interpreter.created-at',
} as const;

export type ContainerLimits = { readonly memoryMib: number; readonly cpuCount: number };

export type ContainerOwner = { readonly deployment: string; readonly workerId: string; readonly createdAt: string };

export type ContainerOptions = {
  readonly image: string;
  /** `runc`, or `runsc` for gVisor. */
  readonly runtime: string;
  /** The seccomp profile as JSON text. */
  readonly seccomp: string;
  readonly limits: ContainerLimits;
  readonly owner: ContainerOwner;
};

/** The engine's limits for a sandbox whose code and large files take `memoryMib`. No swap. */
export function toMemory(memoryMib: number) {
  const bytes = (memoryMib + FILES_ALLOWANCE_MIB) * MIB;
  return { Memory: bytes, MemorySwap: bytes };
}

/** Docker's create options (Engine API, ContainerCreate) for one sandbox. */
export function toCreateOptions({ image, runtime, seccomp, limits, owner }: ContainerOptions) {
  return {
    Image: image,
    Hostname: 'sandbox',
    // The kernel shows the host's CPUs; Python and its libraries start as many threads as they count.
    Env: [`PYTHON_CPU_COUNT=${String(limits.cpuCount)}`],
    User: '0:0',
    Tty: false,
    OpenStdin: true,
    // The supervisor sees the end of its stdin, and so ends, when the worker that is attached goes away.
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    NetworkDisabled: true,
    Labels: {
      [LABELS.deployment]: owner.deployment,
      [LABELS.worker]: owner.workerId,
      [LABELS.createdAt]: owner.createdAt,
    },
    HostConfig: {
      Runtime: runtime,
      NetworkMode: 'none',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      // What the supervisor needs to start a child as another user and to end what is left of it.
      CapAdd: ['SETUID', 'SETGID', 'KILL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${seccomp}`],
      // In place of the engine's own list, of which this one holds every path.
      MaskedPaths: [...MASKED_PATHS],
      Tmpfs: { '/dev': `ro,${DEVICES}`, '/mnt/data': FILES },
      ...toMemory(limits.memoryMib),
      NanoCpus: limits.cpuCount * NANO,
      PidsLimit: PROCESSES_MAX + RUNNER_PROCESSES,
      Ulimits: [
        { Name: 'nofile', Soft: OPEN_FILES_MAX, Hard: OPEN_FILES_MAX },
        { Name: 'core', Soft: NO_CORE_BYTES, Hard: NO_CORE_BYTES },
      ],
      IpcMode: 'none',
      LogConfig: { Type: 'none', Config: {} },
      AutoRemove: false,
      RestartPolicy: { Name: '' },
      ...(runtime === 'runsc' && GVISOR),
    },
  };
}
