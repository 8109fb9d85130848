/** Log files of the servers: rotated at start and when they grow, the former one kept. */
import { closeSync, copyFileSync, existsSync, openSync, readSync, renameSync, statSync, truncateSync } from 'node:fs';

/** One file and the former one, of each server: at most twice this. */
const LOG_BYTES_MAX = 64 * 1024 * 1024;
const WATCH_MS = 30_000;
const TAIL_BYTES = 16 * 1024;
const PART_BYTES_MAX = 256 * 1024;

/** Moves the log of the former run aside. */
export function rotateLog(file: string): void {
  if (existsSync(file)) renameSync(file, `${file}.1`);
}

/**
 * Keeps a log that a server holds open under its bound: what is there is copied aside and the file starts again
 * (the server appends, so it goes on at the new end).
 * @returns how to stop watching
 */
export function boundLog(file: string, bytesMax: number = LOG_BYTES_MAX, watchMs: number = WATCH_MS): () => void {
  const timer = setInterval(() => {
    if (!existsSync(file) || statSync(file).size <= bytesMax) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file);
  }, watchMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** The last lines of a log, each cut to what a terminal can show. */
export function lastLogLines(file: string, count: number): string[] {
  return logSince(file, Math.max(0, logSize(file) - TAIL_BYTES))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-count)
    .map((line) => line.slice(0, 500));
}

export function logSize(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** What was logged from that many bytes on, as far as a part of moderate length holds it. */
export function logSince(file: string, offsetBytes: number): string {
  if (!existsSync(file)) return '';
  const log = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(PART_BYTES_MAX);
    return buffer.toString('utf8', 0, readSync(log, buffer, 0, PART_BYTES_MAX, offsetBytes));
  } finally {
    closeSync(log);
  }
}
