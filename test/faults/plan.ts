/** What goes wrong when: follows from a seed alone. Pure. */
import { between, createRandom, type Random } from './random.ts';

/** What is hurt. */
type Part = 'api' | 'worker' | 'redis' | 'postgres' | 'engine' | 'container';

type Trait = {
  readonly part: Part;
  /** How often it comes, against the others. */
  readonly weight: number;
  /** How long it lasts. */
  readonly holdMs: readonly [min: number, max: number];
  /** Whether code that runs meanwhile may be lost by it. */
  readonly loses: boolean;
};

/**
 * `kill`: SIGKILL, and a start when the time is over; `freeze`: SIGSTOP until then; `restart`: an orderly end and a
 * start. `redis-kill` finds its log again, `redis-wipe` comes back empty. `engine-cut` stands in for an engine that
 * went away: the workers' wire to it breaks.
 */
export const FAULTS = {
  'api-kill': { part: 'api', weight: 3, holdMs: [0, 2_500], loses: false },
  'api-freeze': { part: 'api', weight: 2, holdMs: [300, 4_000], loses: false },
  'api-restart': { part: 'api', weight: 2, holdMs: [0, 500], loses: false },
  'worker-kill': { part: 'worker', weight: 4, holdMs: [0, 2_500], loses: true },
  'worker-freeze': { part: 'worker', weight: 3, holdMs: [500, 9_000], loses: true },
  'worker-restart': { part: 'worker', weight: 2, holdMs: [0, 500], loses: false },
  'redis-kill': { part: 'redis', weight: 2, holdMs: [0, 2_500], loses: true },
  'redis-wipe': { part: 'redis', weight: 2, holdMs: [0, 2_500], loses: true },
  'redis-freeze': { part: 'redis', weight: 2, holdMs: [300, 6_000], loses: true },
  'redis-restart': { part: 'redis', weight: 1, holdMs: [0, 500], loses: true },
  'postgres-kill': { part: 'postgres', weight: 2, holdMs: [0, 2_000], loses: false },
  'postgres-freeze': { part: 'postgres', weight: 2, holdMs: [300, 4_000], loses: false },
  'postgres-restart': { part: 'postgres', weight: 1, holdMs: [0, 500], loses: false },
  'engine-cut': { part: 'engine', weight: 2, holdMs: [200, 4_000], loses: true },
  'container-kill': { part: 'container', weight: 5, holdMs: [0, 0], loses: true },
} as const satisfies Readonly<Record<string, Trait>>;

export type FaultKind = keyof typeof FAULTS;

export const FAULT_KINDS = Object.keys(FAULTS).filter((kind): kind is FaultKind => kind in FAULTS);

export type Fault = {
  readonly number: number;
  readonly kind: FaultKind;
  /** From the start of the load. */
  readonly atMs: number;
  readonly holdMs: number;
  /** In [0, 1): which of the processes or containers. */
  readonly pick: number;
};

export type PlanOptions = {
  readonly seed: number;
  readonly faults: number;
  /** Mean time from one fault to the next; each is anywhere from none of it to twice as long. */
  readonly gapMs: number;
};

const FIRST_AFTER_MS = 1_000;

export function planFaults({ seed, faults, gapMs }: PlanOptions): Fault[] {
  const random = createRandom(seed);
  let atMs = FIRST_AFTER_MS;
  let kinds: FaultKind[] = [];
  return Array.from({ length: faults }, (_, at) => {
    if (kinds.length === 0) kinds = shuffledRound(random);
    const kind = kinds.pop() ?? 'container-kill';
    const [min, max] = FAULTS[kind].holdMs;
    const fault = { number: at + 1, kind, atMs, holdMs: between(random, min, max), pick: random() };
    atMs += between(random, 0, 2 * gapMs);
    return fault;
  });
}

/** Every kind as often as its weight says, in any order: so a plan of some length leaves none out. */
function shuffledRound(random: Random): FaultKind[] {
  return FAULT_KINDS.flatMap((kind) => Array.from({ length: FAULTS[kind].weight }, () => kind))
    .map((kind) => ({ kind, order: random() }))
    .sort((one, other) => one.order - other.order)
    .map(({ kind }) => kind);
}

export function describeFault({ number, kind, atMs, holdMs, pick }: Fault): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  return `#${String(number)} at ${seconds(atMs)}: ${kind} for ${seconds(holdMs)} (pick ${pick.toFixed(3)})`;
}
