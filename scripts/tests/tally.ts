/** Counts of passed and failed tests, out of what the test programs report. Pure. */
import { z } from 'zod';

export type Tally = { readonly passed: number; readonly failed: number };

export const NO_TESTS: Tally = { passed: 0, failed: 0 };
/** A suite that could not run at all, or found no test, counts as one failure. */
export const ONE_FAILURE: Tally = { passed: 0, failed: 1 };

export function add(one: Tally, other: Tally): Tally {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed };
}

export function closingLine({ passed, failed }: Tally): string {
  return `${String(passed)} passed, ${String(failed)} failed`;
}

const JestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  /** Files that could not even be loaded: their tests are in no other number. */
  numRuntimeErrorTestSuites: z.int(),
  success: z.boolean(),
});

/** @param text what `jest --json` wrote; empty when it wrote nothing */
export function readJestReport(text: string): Tally {
  let report: z.infer<typeof JestReport>;
  try {
    report = JestReport.parse(JSON.parse(text));
  } catch {
    return ONE_FAILURE;
  }
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  return withSomeTest({ passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed });
}

/** @param output what `python3 -m unittest` printed */
export function readUnittestOutput(output: string): Tally {
  const ran = /^Ran (\d+) tests? in /m.exec(output)?.[1];
  const verdict = /^(?:OK|FAILED)(?: \((?<counts>[^)]*)\))?\s*$/m.exec(output);
  if (ran === undefined || verdict === null) return ONE_FAILURE;
  const counts = new Map(
    (verdict.groups?.['counts'] ?? '')
      .split(', ')
      .map((count) => count.split('='))
      .map(([name = '', number]) => [name, Number(number)]),
  );
  const sum = (...names: readonly string[]) => names.reduce((total, name) => total + (counts.get(name) ?? 0), 0);
  const failed = sum('failures', 'errors', 'unexpected successes');
  return withSomeTest({ passed: Math.max(0, Number(ran) - failed - sum('skipped')), failed });
}

function withSomeTest(tally: Tally): Tally {
  return tally.passed + tally.failed === 0 ? ONE_FAILURE : tally;
}
