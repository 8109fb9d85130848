/**
 * `npm run test:faults [-- --seed N] [--faults N] [--rounds N] [--gap MS]`: the long form. Each round has a stage and a
 * seed of its own, one more than the round before; a seed given alone runs that one round again.
 */
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { explainFailure, runFaults } from './run-faults.ts';

const FAULTS_PER_ROUND = 50;
const ROUNDS = 5;
const GAP_MS = 1_500;
const SEED_LIMIT = 1_000_000;

const Settings = z.object({
  seed: z.coerce.number().int().min(0).optional(),
  faults: z.coerce.number().int().min(1).default(FAULTS_PER_ROUND),
  rounds: z.coerce.number().int().min(1).optional(),
  gap: z.coerce.number().int().min(1).default(GAP_MS),
});

// At once: a fault that was under way when it was stopped may still wait for something.
process.exit(
  await main(process.argv.slice(2)).catch((error: unknown) => {
    write(error instanceof Error ? error.message : String(error));
    return 1;
  }),
);

async function main(args: string[]): Promise<number> {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { seed: option, faults: option, rounds: option, gap: option } });
  const settings = Settings.parse(values);
  const first = settings.seed ?? Math.floor(Math.random() * SEED_LIMIT);
  const rounds = settings.rounds ?? (settings.seed === undefined ? ROUNDS : 1);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopping.abort(new Error(`stopped by ${signal}`));
    });
  }
  let failed = 0;
  for (let round = 0; round < rounds; round += 1) {
    const plan = { seed: first + round, faults: settings.faults, gapMs: settings.gap };
    write(`round ${String(round + 1)} of ${String(rounds)}: seed ${String(plan.seed)}`);
    const run = await runFaults({ ...plan, report: write, signal: stopping.signal });
    const { violations, ...figures } = run;
    write(JSON.stringify(figures));
    if (violations.length === 0) continue;
    failed += 1;
    write(explainFailure(run, plan));
  }
  write(`${String(rounds - failed)} rounds passed, ${String(failed)} failed`);
  return failed === 0 ? 0 : 1;
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}
