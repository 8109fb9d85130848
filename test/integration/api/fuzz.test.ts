/** The short form of `npm run fuzz`. */
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { HTTP_TARGETS } from '../../fuzz/http-targets.ts';
import type { FuzzedApi } from '../../fuzz/target.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';

const CASES = 300;

let stage: Stage;
let fuzzed: FuzzedApi;

beforeAll(async () => {
  stage = await openStage();
  const api = await stage.api();
  const { organization } = await stage.client(api);
  fuzzed = { url: api.url, key: organization.key };
});
afterAll(() => stage.close());

describe('fuzz: api', () => {
  it.each(HTTP_TARGETS)(
    '$name',
    async ({ propertyFor }) => {
      await fc.assert(propertyFor(fuzzed), { numRuns: CASES });
    },
    60_000,
  );
});
