/** Random walks over the fair index in a real Redis, beside a model that knows only the rules. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openRedis, whenReady, type QueueRedis } from '../../../shared/queue/connection.ts';
import { createFairIndex, type FairIndex } from '../../../shared/queue/fair-index.ts';
import { createKeyspace } from '../../../shared/queue/keyspace.ts';
import { startRedis, type TestRedis } from '../../helpers/redis.ts';
import { createFairModel, type FairModel } from './fair-model.ts';
import { ignore } from './fixtures.ts';

const WALKS = 25;
const STEPS_MAX = 300;

let server: TestRedis;
let redis: QueueRedis;
let namespaces = 0;

beforeAll(async () => {
  server = await startRedis();
  redis = openRedis(server.url, 'command', ignore);
  await whenReady(redis);
});

afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

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
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

const walk = fc.array(step, { minLength: 1, maxLength: STEPS_MAX, size: 'max' });

async function take(index: FairIndex, model: FairModel, action: Step): Promise<void> {
  const choose = (ids: readonly string[], at: number) => ids[at % Math.max(ids.length, 1)];
  switch (action.kind) {
    case 'submit': {
      const executionId = model.submit(action.organization);
      const submission = await index.submit({ organizationId: action.organization, executionId, bytes: 1 });
      model.released(submission.accepted ? submission.released : ['refused']);
      return;
    }
    case 'setSlots':
      model.setSlots(action.slots);
      model.released((await index.setSlots(action.slots)).released);
      return;
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
  for (const [organization, weight] of Object.entries(weights)) {
    await redis.hset(keyspace.fairIndex.weights, organization, String(weight));
  }
  const index = createFairIndex({ redis, keyspace });
  const model = createFairModel((organization) => weights[organization] ?? 1);
  for (const action of steps) await take(index, model, action);
  expect(await index.depth()).toEqual({ queued: model.queued().length, inFlight: model.inFlight().length });

  // Whatever happened before, everything that is left comes out.
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
    const weight = fc.constantFrom(0.5, 1, 2, 3);
    await fc.assert(fc.asyncProperty(walk, fc.record({ a: weight, b: weight, c: weight, d: weight }), holds), {
      numRuns: WALKS,
    });
  }, 60_000);
});
