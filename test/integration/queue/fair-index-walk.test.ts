/** Random walks over the fair index in a real Redis, beside a model that knows only the rules. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createFairIndex, type FairIndex } from '../../../shared/queue/fair-index.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { createFairModel, type FairModel } from './fair-model.ts';
import { givenRedis } from './fixtures.ts';

const WALKS = 25;
const STEPS_MAX = 300;

const given = givenRedis('blocking');
let namespaces = 0;

const ORGANIZATIONS = ['a', 'b', 'c', 'd'] as const;
const pick = fc.nat(1_000);
const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({ kind: fc.constant('submit' as const), organization: fc.constantFrom(...ORGANIZATIONS) }),
  },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('finishAgain' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('giveBack' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setSlots' as const), slots: fc.nat(4) }) },
);
const weight: fc.Arbitrary<number> = fc.constantFrom(0.01, 0.5, 1, 2, 3, 100);
const rule = fc.record({
  weight,
  cap: fc.option(fc.integer({ min: 1, max: 3 })),
  paused: fc.boolean(),
});
const operatorStep = fc.oneof(
  { weight: 24, arbitrary: step },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('configure' as const),
      organization: fc.constantFrom(...ORGANIZATIONS),
      rule,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('setPaused' as const), paused: fc.boolean() }) },
);
type Step = typeof operatorStep extends fc.Arbitrary<infer Value> ? Value : never;

const steps = { minLength: 1, maxLength: STEPS_MAX, size: 'max' } as const;
const walk = fc.array(step, steps);
const operatedWalk = fc.array(operatorStep, steps);
const OPEN = { weight: 1, cap: null, paused: false };

type Operated = Extract<Step, { kind: 'setPaused' | 'configure' | 'setSlots' }>;

/** What an operator, or the workers, decide. */
async function operate(index: FairIndex, model: FairModel, action: Operated): Promise<string[]> {
  switch (action.kind) {
    case 'setSlots':
      model.setSlots(action.slots);
      return (await index.setSlots(action.slots)).released;
    case 'setPaused':
      model.setPaused(action.paused);
      return (await index.setPaused(action.paused)).released;
    case 'configure':
      model.configure(action.organization, action.rule);
      return (await index.configure(action.organization, { ...action.rule, version: 2 })).released;
  }
}

const isOperated = (action: Step): action is Operated => ['setPaused', 'configure', 'setSlots'].includes(action.kind);

async function take(index: FairIndex, model: FairModel, action: Step): Promise<void> {
  if (isOperated(action)) {
    model.released(await operate(index, model, action));
    return;
  }
  const choose = (ids: readonly string[], at: number) => ids[at % Math.max(ids.length, 1)];
  switch (action.kind) {
    case 'submit': {
      const executionId = model.submit(action.organization);
      const submission = await index.submit({ organizationId: action.organization, executionId, bytes: 1 });
      model.released(submission.accepted ? submission.released : ['refused']);
      return;
    }
    case 'giveBack': {
      const id = choose(model.inFlight(), action.pick);
      if (id === undefined) return;
      model.giveBack(id);
      await index.giveBack(id);
      return;
    }
    case 'finish':
    case 'cancel':
    case 'finishAgain': {
      const ids = { finish: model.inFlight, cancel: model.queued, finishAgain: model.ended }[action.kind]();
      const id = choose(ids, action.pick);
      if (id === undefined) return;
      model.end(id);
      model.released((await index.finish(id)).released);
    }
  }
}

async function holds(steps: readonly Step[], weights: Readonly<Record<string, number>>): Promise<void> {
  const keyspace = createKeyspace(`w${String(namespaces++)}`);
  const index = createFairIndex({ redis: given.redis, keyspace });
  const model = createFairModel();
  for (const organization of ORGANIZATIONS) {
    await take(index, model, {
      kind: 'configure',
      organization,
      rule: { ...OPEN, weight: weights[organization] ?? 1 },
    });
  }
  for (const action of steps) await take(index, model, action);
  expect(await index.depth()).toEqual({ queued: model.queued().length, inFlight: model.inFlight().length });

  // Whatever happened before, everything that is left comes out.
  await take(index, model, { kind: 'setPaused', paused: false });
  for (const organization of ORGANIZATIONS) await take(index, model, { kind: 'configure', organization, rule: OPEN });
  await take(index, model, { kind: 'setSlots', slots: 2 });
  for (let left = model.inFlight(); left.length > 0; left = model.inFlight()) {
    await take(index, model, { kind: 'finish', pick: 0 });
  }
  expect(model.queued()).toEqual([]);
  expect(await index.depth()).toEqual({ queued: 0, inFlight: 0 });
}

describe('fair index: random walks', () => {
  it('holds the fairness bound, loses no id and lets none out twice', async () => {
    await fc.assert(
      fc.asyncProperty(walk, (steps) => holds(steps, {})),
      { numRuns: WALKS },
    );
  }, 60_000);

  it('holds the bound with weights', async () => {
    await fc.assert(fc.asyncProperty(walk, fc.record({ a: weight, b: weight, c: weight, d: weight }), holds), {
      numRuns: WALKS,
    });
  }, 60_000);

  it('holds the bound, caps and pauses while operators change weights, caps and pauses', async () => {
    await fc.assert(
      fc.asyncProperty(operatedWalk, (steps) => holds(steps, {})),
      { numRuns: 2 * WALKS },
    );
  }, 120_000);
});
