/** Bodies of requests in good HTTP: the api takes them, or refuses them for what the client did. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ErrorEnvelope } from '../../shared/contracts/errors.ts';
import { mutated, someBytes } from '../helpers/hostile-bytes.ts';
import { ANSWER_MS, EXECUTIONS, timely, type FuzzedApi, type Target } from './target.ts';

const name = fc.constantFrom(
  'code',
  'stdin',
  'timeout_ms',
  'memory_mb',
  'isolation',
  'figure_format',
  'language',
  'metadata',
  'cancel_on_disconnect',
  'organization_id',
  '__proto__',
  'x',
);
const value = fc.oneof(
  fc.constantFrom<unknown>('print(1)', 'python', 'fresh', 'svg', 1_000, 512, true, null, -1, 1e300, ''),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ unit: 'binary', maxLength: 8 }), { maxKeys: 20 }),
);
export const fields = fc.dictionary(name, value, { maxKeys: 6 }).map((body) => Buffer.from(JSON.stringify(body)));
const odd = fc
  .constantFrom(
    '{"code":"x","timeout_ms":1e309}',
    '{"code":"x","code":"y"}',
    '\ufeff{"code":"x"}',
    '{"code":"\\ud800"}',
    '"x"',
  )
  .map((text) => Buffer.from(text));
const nested = fc
  .integer({ min: 1, max: 3_000 })
  .map((depth) => Buffer.from(`{"code":"x","metadata":${'['.repeat(depth)}`));
const aBody = fc.oneof(
  { weight: 12, arbitrary: mutated(fields) },
  { weight: 1, arbitrary: mutated(odd) },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: someBytes(40) },
);
const aContentType = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'application/json; charset=utf-8',
      'application/json;charset=utf-16',
      'application/x+json',
      'text/plain',
      'application/json; charset="',
      'json',
    ),
  },
);

export function bodies({ url, key }: FuzzedApi): Target['property'] {
  return fc.asyncProperty(aBody, aContentType, (body, contentType) =>
    timely(async () => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': contentType };
      const response = await fetch(url + EXECUTIONS, {
        method: 'POST',
        headers,
        body,
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      judge(response.status, await response.text());
    }),
  );
}

/** Taken, or refused in the envelope for what the client did: never a failure of the api's own. */
function judge(status: number, body: string): void {
  if (status === 202) return;
  assert(status >= 400 && status < 500, `status ${String(status)}: ${body.slice(0, 500)}`);
  const { error } = ErrorEnvelope.parse(JSON.parse(body));
  assert.equal(error.status, status);
}
