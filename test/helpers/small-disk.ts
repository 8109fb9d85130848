/** A disk of a test file's own that is soon full. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type SmallDisk = ReturnType<typeof openSmallDisk>;

/** Whoever may mount can. */
export function openSmallDisk(sizeMib: number) {
  const path = mkdtempSync(join(tmpdir(), 'small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(sizeMib)}m,mode=1777`, 'tmpfs', path]);
  return {
    path,
    close(): void {
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true });
    },
  };
}
