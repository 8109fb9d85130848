/**
 * A table of attacks becomes tests: each runs in both isolation modes, on one service per file, and is judged from
 * outside. What hostile code says of itself counts for nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Execution, Exit, Isolation, Truncated } from '../../../shared/contracts/execution.ts';
import type { RunOptions, Service } from '../../helpers/service.ts';
import { openAttackedService, RUNTIME, type AttackedService } from './attacked-service.ts';

export type Attack = {
  /** What the code tries, in words. */
  readonly name: string;
  readonly code: string;
  /** More fields of the request; `timeout_ms` is 1,000 unless given. */
  readonly fields?: RunOptions;
  /** How the service must say that it ended. */
  readonly exit: Partial<Exit>;
  readonly stdout?: RegExp | string;
  readonly stderr?: RegExp | string;
  readonly truncated?: Partial<Truncated>;
  readonly check?: (execution: Execution) => void | Promise<void>;
  /** What differs in the isolation mode `fresh`. */
  readonly fresh?: Expected;
  /** What differs under gVisor, or why the case is left out there. */
  readonly gvisor?: Expected | `left out: ${string}`;
};

type Expected = Partial<Omit<Attack, 'name' | 'code' | 'fresh' | 'gvisor'>>;

/** More tests on the same service. */
export type MoreTests = (service: () => Service) => void;

const TIMEOUT_MS = 1_000;
/** From the end of its time to the end of a run. */
const GRACE_MS = 3_000;
/** For a whole case on a machine that is busy with other tests. */
const CASE_MS_MAX = 90_000;
/** gVisor is another kernel below the same runner: one mode shows what differs. */
const MODES: readonly Isolation[] = RUNTIME === 'runsc' ? ['organization'] : ['organization', 'fresh'];

export function describeAttacks(area: string, attacks: readonly Attack[], more?: MoreTests): void {
  let attacked: AttackedService;

  describe(`attacks: ${area}`, () => {
    beforeAll(async () => {
      attacked = await openAttackedService();
    }, 120_000);
    afterAll(() => attacked.close(), 60_000);

    describe.each(MODES)('isolation: %s', (isolation) => {
      it.each(attacks.filter(isForThisRuntime))(
        '$name',
        async (attack) => {
          const expected = expectedOf(attack, isolation);
          const fields = { timeout_ms: TIMEOUT_MS, ...expected.fields, isolation };
          const execution = await attacked.attack(attack.code, fields);
          expect(execution.usage?.wall_ms).toBeLessThan(Number(fields.timeout_ms) + GRACE_MS);
          await expectEnd(execution, expected);
        },
        CASE_MS_MAX,
      );
    });

    more?.(() => attacked.service);

    it('leaves no container, process, mount, cgroup, socket or file on the host', async () => {
      await attacked.close();
      expect(await attacked.traces()).toEqual([]);
    }, 60_000);
  });
}

async function expectEnd(execution: Execution, { exit, stdout, stderr, truncated, check }: Expected): Promise<void> {
  // In one object, so that a failure shows the text and the error as well.
  const { stdout: out, stderr: err, outputs } = execution;
  const error = outputs.find(({ type }) => type === 'error');
  expect({ exit: execution.exit, out: out.slice(0, 1_000), err: err.slice(0, 1_000), error }).toMatchObject({ exit });
  expectText(execution.stdout, stdout);
  expectText(execution.stderr, stderr);
  expect(execution.truncated).toMatchObject(truncated ?? {});
  await check?.(execution);
}

function expectText(text: string, expected: RegExp | string | undefined): void {
  if (typeof expected === 'string') expect(text).toBe(expected);
  else if (expected !== undefined) expect(text).toMatch(expected);
}

function isForThisRuntime({ gvisor }: Attack): boolean {
  return RUNTIME !== 'runsc' || typeof gvisor !== 'string';
}

function expectedOf(attack: Attack, isolation: Isolation): Expected {
  const { fresh, gvisor } = attack;
  return {
    ...attack,
    ...(isolation === 'fresh' && fresh),
    ...(RUNTIME === 'runsc' && typeof gvisor === 'object' && gvisor),
  };
}
