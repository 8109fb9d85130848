/**
 * Walks every call of the OpenAPI document as callers who must not get anything: without a key, with the wrong one, from
 * another organization. New routes are walked too, or fail the test until `api-calls.ts` knows what their paths name.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ErrorEnvelope } from '../../../shared/contracts/errors.ts';
import { Scope } from '../../../shared/contracts/organization.ts';
import {
  calls,
  isNamed,
  kindOf,
  NOTHING,
  ofAnyone,
  ofOperators,
  ofOrganizations,
  scopeOf,
  send as sendTo,
  type Call,
  type Ids,
  type Kind,
} from '../../helpers/api-calls.ts';
import { createApiClient } from '../../helpers/api-client.ts';
import type { TestApi } from '../../helpers/api-server.ts';
import { openStage, type Stage } from '../../helpers/api-stage.ts';
import { eventually } from '../../helpers/eventually.ts';
import { ADMIN_TOKEN, bodyOf, createOperator, type Operator } from '../../helpers/operator.ts';
import { echo } from '../../helpers/stand-in-worker.ts';

/** Stands in everything that the organization has that is not to be seen. */
const MARKER = 'secret4s0kq7n2m9x1c5v8b3z6';

let stage: Stage;
let api: TestApi;
let operator: Operator;
let victim: Ids;
let victimKey: string;
let attacker: Readonly<{ id: string; key: string }>;
let weakKeys: ReadonlyMap<Scope, string>;
let endedKeys: Readonly<Record<string, string>>;

beforeAll(async () => {
  stage = await openStage();
  api = await stage.api({ ADMIN_TOKEN, FAILED_KEYS_MAX: '100000' });
  operator = createOperator(api.url);
  await stage.worker(api, { script: echo });
  ({ ids: victim, key: victimKey } = await aVictim());
  const other = await operator.aTenant();
  attacker = { id: other.organization.id, key: other.key.key };
  weakKeys = new Map(
    await Promise.all(
      Scope.options.map(async (scope) => {
        const scopes = Scope.options.filter((one) => one !== scope);
        return [scope, (await operator.createKey(attacker.id, { scopes })).key] as const;
      }),
    ),
  );
  endedKeys = await allEndedKeys();
}, 60_000);

afterAll(async () => {
  await stage.close();
});

/** An organization that has something of every kind, and a key of it. */
async function aVictim(): Promise<{ ids: Record<Kind, string>; key: string }> {
  const tenant = await operator.aTenant({ name: MARKER });
  const file = new FormData();
  file.append('file', new Blob([MARKER]), `${MARKER}.csv`);
  const uploaded = await fetch(`${api.url}/v1/files`, {
    method: 'POST',
    body: file,
    headers: { authorization: `Bearer ${tenant.key.key}` },
  });
  const endpoint = await tenant.request('POST', '/v1/webhooks/endpoints', {
    body: { url: `https://receiver.invalid/${MARKER}`, events: ['execution.completed'] },
  });
  const execution = await tenant.run({ code: MARKER, stdin: MARKER, metadata: { of: MARKER } });
  const delivery = await eventually(async () => {
    const { data } = Object(await bodyOf(await tenant.request('GET', '/v1/webhooks/deliveries')));
    return String(data[0]?.id ?? '');
  });
  const assistant = await tenant.request('POST', '/v1/assistants', { body: { name: MARKER, instructions: MARKER } });
  const made = await tenant.request('POST', '/v1/model/response', {
    body: { model: 'direct', inputs: MARKER, metadata: { of: MARKER } },
  });
  const named = await operator.createKey(tenant.organization.id, { name: MARKER });
  const ids = {
    organization: tenant.organization.id,
    key: named.id,
    execution: execution.id,
    file: String(Object(await bodyOf(uploaded)).id),
    endpoint: String(Object(await bodyOf(endpoint, 201)).id),
    delivery,
    output: '0',
    worker: 'stand-in',
    response: String(Object(await bodyOf(made)).id),
    assistant: String(Object(await bodyOf(assistant, 201)).id),
    account: NOTHING.account, // the operators' own
    model: NOTHING.model, // models are the service's: none is an organization's own
  };
  return { ids, key: tenant.key.key };
}

/** One key for each way in which a key can have ended. */
async function allEndedKeys(): Promise<Record<string, string>> {
  const [revoked, expired] = [await operator.createKey(attacker.id), await operator.createKey(attacker.id)];
  await bodyOf(await operator.request('DELETE', `/admin/api/organizations/${attacker.id}/keys/${revoked.id}`));
  await stage.query('update api_keys set expires_at = now() where id = $1', [expired.id]);
  const deleted = await operator.aTenant();
  await stage.query(`update organizations set status = 'deleting' where id = $1`, [deleted.organization.id]);
  return {
    none: '',
    unknown: `ak_${'x'.repeat(43)}`,
    revoked: revoked.key,
    expired: expired.key,
    'of a deleted organization': deleted.key.key,
    'the operators’ token': ADMIN_TOKEN,
  };
}

const send = async (call: Call, key: string, ids: Ids) => sendTo(api.url, call, { key, ids });

/** A key with every scope but the one needed. */
function weakKeyFor(call: Call): string {
  const scope = scopeOf(call);
  const key = scope && weakKeys.get(scope);
  if (key === undefined) throw new Error(`${call.name}: needs no scope`);
  return key;
}

function expectRefused(answer: { status: number; text: string }, status: number, codes: readonly string[]): void {
  const { error } = ErrorEnvelope.parse(JSON.parse(answer.text));
  expect({ status: answer.status, code: error.code }).toEqual({ status, code: expect.stringMatching(codes.join('|')) });
  expect(answer.text).not.toContain(MARKER);
}

describe('tenancy: calls of organizations', () => {
  it.each(ofOrganizations)('$name is closed to keys that are none, or none any more', async (call) => {
    for (const key of Object.values(endedKeys)) {
      expectRefused(await send(call, key, victim), 401, ['INVALID_API_KEY']);
    }
  });

  it.each(ofOrganizations)('$name is closed to a key that lacks its scope', async (call) => {
    expectRefused(await send(call, weakKeyFor(call), victim), 403, ['INSUFFICIENT_PERMISSIONS']);
  });

  it.each(ofOrganizations.filter(isNamed))('$name finds nothing of another organization', async (call) => {
    const answer = await send(call, attacker.key, victim);
    if (call.path.includes('{organization_id}')) expectRefused(answer, 403, ['ORGANIZATION_ACCESS_DENIED']);
    else expectRefused(answer, 404, ['NOT_FOUND']);
  });

  it.each(ofOrganizations.filter(isNamed))('$name finds nothing under an id that is none', async (call) => {
    const answer = await send(call, attacker.key, { ...NOTHING, organization: attacker.id });
    if (call.path.includes('{organization_id}')) expect(answer.status).toBeLessThan(300);
    else expectRefused(answer, 404, ['NOT_FOUND']);
  });

  it.each(ofOrganizations.filter((call) => !isNamed(call) && call.method === 'GET'))(
    '$name shows nothing of another organization',
    async (call) => {
      const { status, text } = await send(call, attacker.key, victim);
      expect(status).toBeLessThan(500);
      for (const trace of [MARKER, ...Object.values(victim).filter((id) => id.length > 10)]) {
        expect(text).not.toContain(trace);
      }
    },
  );

  it.each(ofOrganizations.filter(({ parameters }) => parameters.some(({ name }) => name === 'after')))(
    '$name does not go on after what belongs to another organization',
    async (call) => {
      const kind = kindOf(`${call.path}/{id}`, 'id');
      const client = createApiClient(api.url, attacker.key);
      const mine = await client.request('GET', `${call.path}?after=${victim[kind]}`);
      const none = await client.request('GET', `${call.path}?after=${NOTHING[kind]}`);
      expect([mine.status, none.status]).toEqual([404, 404]);
      expect(await mine.text()).not.toContain(MARKER);
    },
  );
});

describe('tenancy: names in bodies', () => {
  it('refuse another organization’s id', async () => {
    const client = createApiClient(api.url, attacker.key);
    const response = await client.post({ code: '1', organization_id: victim.organization });
    expectRefused({ status: response.status, text: await response.text() }, 403, ['ORGANIZATION_ACCESS_DENIED']);
  });

  it('find no file of another organization', async () => {
    const client = createApiClient(api.url, attacker.key);
    const [theirs, none] = await Promise.all(
      [victim.file, NOTHING.file].map(async (file_id) => {
        const response = await client.post({ code: '1', files: [{ file_id }] });
        const { error } = ErrorEnvelope.parse(await response.json());
        return { status: response.status, code: error.code, message: error.message.replaceAll(file_id, '') };
      }),
    );
    expect(theirs?.status).toBeGreaterThanOrEqual(400);
    expect(theirs).toEqual(none);
  });
});

describe('tenancy: a suspended organization', () => {
  it.each(ofOrganizations)('is refused by $name', async (call) => {
    const tenant = suspended ?? (await aSuspendedTenant());
    expectRefused(await send(call, tenant, victim), 403, ['ORGANIZATION_SUSPENDED']);
  });

  let suspended: string | undefined;
  async function aSuspendedTenant(): Promise<string> {
    const { organization, key } = await operator.aTenant();
    await bodyOf(await operator.request('POST', `/admin/api/organizations/${organization.id}/suspend`));
    suspended = key.key;
    return suspended;
  }
});

describe('tenancy: calls of operators', () => {
  it.each(ofOperators)('$name is closed to everybody else', async (call) => {
    for (const key of ['', 'x'.repeat(ADMIN_TOKEN.length), victimKey, attacker.key]) {
      expectRefused(await send(call, key, victim), 401, ['INVALID_ADMIN_TOKEN']);
    }
  });

  it.each(ofOperators.filter(isNamed))('$name finds nothing under an id that is none', async (call) => {
    expectRefused(await send(call, ADMIN_TOKEN, NOTHING), 404, ['NOT_FOUND']);
  });
});

describe('tenancy: calls of anyone', () => {
  it.each(ofAnyone)('$name tells nothing of an organization', async (call) => {
    const { text } = await send(call, '', victim);
    expect(text).not.toContain(MARKER);
    expect(text).not.toContain(victim.organization);
  });
});

describe('tenancy: after all that', () => {
  it('the organization still has everything', async () => {
    const client = createApiClient(api.url, victimKey);
    // Models are nobody's own.
    const readable = ofOrganizations.filter(
      (call) => isNamed(call) && call.method === 'GET' && !call.path.startsWith('/v1/models/'),
    );
    for (const call of readable) {
      expect({ call: call.name, status: (await send(call, victimKey, victim)).status }).toEqual({
        call: call.name,
        status: 200,
      });
    }
    expect(await bodyOf(await client.request('GET', '/v1/organization'))).toMatchObject({ status: 'active' });
  });

  it('walked every call', () => {
    expect(ofOrganizations.length + ofOperators.length + ofAnyone.length).toBe(calls.length);
    expect(ofOrganizations.length).toBeGreaterThan(20);
  });
});
