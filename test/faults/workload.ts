/** Executions with known answers: the one of a number follows from the seed. Pure. */
import { between, createRandom } from './random.ts';

export const MODES = ['sync', 'async', 'cancel'] as const;
export type Mode = (typeof MODES)[number];

export type Task = {
  readonly number: number;
  /** `sync` waits in the request, `async` asks later, `cancel` is told to stop while it sleeps. */
  readonly mode: Mode;
  readonly code: string;
  readonly stdin: string;
  readonly expectedStdout: string;
  readonly isolation: 'organization' | 'fresh';
  /** From the answer to the cancel. */
  readonly cancelAfterMs: number;
};

const CANCEL_SHARE = 0.08;
const SYNC_SHARE = 0.5;
const FRESH_SHARE = 0.05;
const CANCELLED_SLEEP_MS = 4_000;
const MODULUS = 1_000_003;

export function taskOf(seed: number, number: number): Task {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b));
  const kind = random();
  const mode: Mode = kind < CANCEL_SHARE ? 'cancel' : kind < CANCEL_SHARE + SYNC_SHARE ? 'sync' : 'async';
  const sleepMs = mode === 'cancel' ? CANCELLED_SLEEP_MS : random() < 0.7 ? 0 : between(random, 100, 1_500);
  const input = between(random, 1, MODULUS - 1);
  const sleep = sleepMs === 0 ? '' : `import time\ntime.sleep(${String(sleepMs / 1_000)})\n`;
  return {
    number,
    mode,
    code: `n = int(input())\nprint("begin", n, flush=True)\n${sleep}print("end", n * n % ${String(MODULUS)})`,
    stdin: `${String(input)}\n`,
    expectedStdout: `begin ${String(input)}\nend ${String(Number((BigInt(input) * BigInt(input)) % BigInt(MODULUS)))}\n`,
    isolation: random() < FRESH_SHARE ? 'fresh' : 'organization',
    cancelAfterMs: between(random, 0, 1_500),
  };
}
