/** What sandboxes could leave on their host, looked for by what can only be theirs: others use the host too. */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { engine } from '../../helpers/engine.ts';

/** In the name of whatever an attack tries to leave in a place that the host could share. */
export const MARKER = 'left-by-attack';

/** Of the users that sandboxes run code as: drawn for each, from ids that nobody else gives out. */
const SANDBOX_UIDS = { from: 0x7000_0000, to: 0x7ffe_0000 } as const;
const SHARED_FOLDERS = ['/tmp', '/var/tmp', '/dev/shm', '/dev/mqueue'];
const SOCKET_TABLES = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'];
const CGROUP_DEPTH_MAX = 4;

/** Follows which containers a worker makes; `ids` are all since `sinceSeconds` (Unix time). */
export async function followContainers(workerId: string, sinceSeconds: number) {
  const ids = new Set<string>();
  const withMounts: string[] = [];
  const stopping = new AbortController();
  const events = await engine.getEvents({
    since: sinceSeconds,
    filters: { type: ['container'], event: ['start'], label: [`code-interpreter.worker=${workerId}`] },
    abortSignal: stopping.signal,
  });
  events.setEncoding('utf8');
  events.on('error', () => undefined); // broken off by `stop`
  events.on('data', (text: string) => {
    for (const [, id] of text.matchAll(/"id":"([0-9a-f]{64})"/g)) {
      if (id !== undefined && !ids.has(id)) void note(id);
    }
  });

  async function note(id: string): Promise<void> {
    ids.add(id);
    const container = await engine
      .getContainer(id)
      .inspect()
      .catch(() => null);
    if (container !== null && container.Mounts.length > 0) withMounts.push(id);
  }

  return {
    ids,
    /** Containers that had a volume or a folder of the host. */
    withMounts,
    stop: () => {
      stopping.abort();
    },
  };
}

/** In words, what is left of these containers once their worker has stopped. */
export async function tracesOf(ids: ReadonlySet<string>): Promise<string[]> {
  const has = (text: string) => [...ids].some((id) => text.includes(id));
  if (ids.size === 0) throw new Error('no container was followed');
  const all = await engine.listContainers({ all: true });
  return [
    ...all.filter(({ Id }) => ids.has(Id)).map(({ Id }) => `container ${Id}`),
    ...readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && has(textOf(`/proc/${name}/cgroup`)))
      .map((pid) => `process ${pid}`),
    ...textOf('/proc/self/mountinfo').split('\n').filter(has),
    ...foldersBelow('/sys/fs/cgroup', CGROUP_DEPTH_MAX).filter(has),
    ...SOCKET_TABLES.flatMap(socketsOfSandboxes),
    ...SHARED_FOLDERS.flatMap(filesOfSandboxes),
  ];
}

/** Sockets in the host's own network whose owner is a sandbox's user. */
function socketsOfSandboxes(table: string): string[] {
  const lines = textOf(`/proc/net/${table}`).split('\n').slice(1);
  return lines.filter((line) => isSandboxUser(Number(line.trim().split(/\s+/)[7])));
}

function isSandboxUser(uid: number): boolean {
  return uid >= SANDBOX_UIDS.from && uid < SANDBOX_UIDS.to;
}

function filesOfSandboxes(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const paths = readdirSync(folder).map((name) => join(folder, name));
  return paths.filter((path) => path.includes(MARKER) || isSandboxUser(ownerOf(path)));
}

function foldersBelow(folder: string, depth: number): string[] {
  if (depth === 0) return [];
  let entries: string[];
  try {
    entries = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  } catch {
    return []; // removed in between
  }
  return entries.flatMap((entry) => [entry, ...foldersBelow(entry, depth - 1)]);
}

function ownerOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.uid ?? -1;
}

/** Empty when the file, or its process, is gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
