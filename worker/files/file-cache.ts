/**
 * Contents that executions were given, for those that follow. The least recently used go first, one that is in use
 * never; one fetch serves all who want a content at the same time.
 *
 * It is kept by organization and digest: by how long a start takes, nobody learns what another organization has.
 */
import { unlessAborted } from '../../shared/platform/deadline.ts';
import type { StoredFile, WantedContent } from './stored-file.ts';

export type CacheOutcome = 'kept' | 'fetched' | 'failed';

export type FileCacheDeps = {
  readonly store: (wanted: WantedContent, signal: AbortSignal) => Promise<StoredFile>;
  /** Told how each want ended. */
  readonly onOutcome: (outcome: CacheOutcome) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
};

export type FileCacheLimits = {
  /** Kept beyond the moment of use; what is in use may be more. */
  readonly bytesMax: number;
  /** Each is an open file. */
  readonly entriesMax: number;
  /** A content that was not used for so long is let go of: its file may be deleted, and its organization. */
  readonly idleMsMax: number;
};

export type OrganizationsContent = WantedContent & { readonly organizationId: string };

export type HeldContent = Pick<StoredFile, 'chunks'> & { readonly release: () => void };

type Entry = {
  readonly key: string;
  readonly sizeBytes: number;
  readonly storing: Promise<StoredFile>;
  readonly abandoned: AbortController;
  stored: StoredFile | undefined;
  holders: number;
  lastUsedMs: number;
};

export function createFileCache({ store, onOutcome, nowMs }: FileCacheDeps, limits: FileCacheLimits) {
  const { bytesMax, entriesMax, idleMsMax } = limits;
  /** In the order of their last use. */
  const entries = new Map<string, Entry>();
  let bytes = 0;

  function forget(entry: Entry): void {
    if (entries.get(entry.key) !== entry) return;
    entries.delete(entry.key);
    bytes -= entry.sizeBytes;
  }

  function close(entry: Entry): void {
    forget(entry);
    entry.abandoned.abort(new Error('nobody wants the content any more'));
    // A fetch that failed has left nothing.
    entry.storing.then((stored) => stored.close()).catch(() => undefined);
  }

  function makeRoom(): void {
    for (const entry of entries.values()) {
      if (bytes <= bytesMax && entries.size <= entriesMax) return;
      if (entry.holders === 0) close(entry);
    }
  }

  function begin(key: string, wanted: WantedContent): Entry {
    const abandoned = new AbortController();
    const storing = store(wanted, abandoned.signal);
    const entry: Entry = {
      key,
      sizeBytes: wanted.sizeBytes,
      storing,
      abandoned,
      stored: undefined,
      holders: 0,
      lastUsedMs: 0,
    };
    storing.then(
      (stored) => (entry.stored = stored),
      () => {
        forget(entry);
      },
    );
    bytes += wanted.sizeBytes;
    return entry;
  }

  /** Most recently used from now on. */
  function take(key: string, wanted: WantedContent): Entry {
    const entry = entries.get(key) ?? begin(key, wanted);
    entries.delete(key);
    entries.set(key, entry);
    entry.holders += 1;
    makeRoom();
    return entry;
  }

  function release(entry: Entry): void {
    entry.holders -= 1;
    entry.lastUsedMs = nowMs();
    if (entry.holders > 0) return;
    if (entry.stored === undefined || entries.get(entry.key) !== entry) close(entry);
    else makeRoom();
  }

  /** @returns undefined when what was kept is damaged: then it is forgotten */
  async function attempt(wanted: OrganizationsContent, signal: AbortSignal): Promise<HeldContent | undefined> {
    const key = `${wanted.organizationId}/${wanted.sha256}`;
    const isKept = entries.get(key)?.stored !== undefined;
    const entry = take(key, wanted);
    let held = false;
    try {
      const stored = await unlessAborted(entry.storing, signal);
      if (!(await stored.isWhole())) return void forget(entry);
      onOutcome(isKept ? 'kept' : 'fetched');
      held = true;
      return {
        chunks: stored.chunks,
        release: () => {
          release(entry);
        },
      };
    } catch (error) {
      if (!signal.aborted) onOutcome('failed');
      throw error;
    } finally {
      if (!held) release(entry);
    }
  }

  return {
    /**
     * Holds a content until `release` is called, once.
     * @throws when it cannot be had, or the reason of `signal` when that is aborted first
     */
    async hold(wanted: OrganizationsContent, signal: AbortSignal): Promise<HeldContent> {
      signal.throwIfAborted();
      const held = (await attempt(wanted, signal)) ?? (await attempt(wanted, signal));
      if (held === undefined) throw new Error('a stored file is damaged again and again');
      return held;
    },
    /** Lets go of what was not used for long. */
    sweep(): void {
      for (const entry of entries.values()) {
        if (entry.holders === 0 && nowMs() - entry.lastUsedMs >= idleMsMax) close(entry);
      }
    },
    count: () => ({ entries: entries.size, bytes }),
    /** Lets go of all that nobody holds. */
    close(): void {
      for (const entry of entries.values()) if (entry.holders === 0) close(entry);
    },
  };
}

export type FileCache = ReturnType<typeof createFileCache>;
