/** What the document shows for organizations, their keys and the audit. Pure. */
import { QUOTAS_EXAMPLE } from './quota-examples.ts';

const ORGANIZATION_ID = 'org_7d2fk0q9w3e5r8t1y6u4';
const KEY_ID = 'key_3c5e7g9i1k2m4o6q8s0u';
const NEXT_KEY_ID = 'key_9b7d5f3h1j2l4n6p8r0t';
const WHEN = '2026-01-01T12:00:00.000Z';

const COMMON = {
  id: ORGANIZATION_ID,
  object: 'organization',
  name: 'Acme',
  status: 'active',
  interpreter: true,
  created_at: WHEN,
};
const ORGANIZATION = { ...COMMON, isolation: null, default_model: null, queue_paused: false };
const OWN = { ...COMMON, isolation: 'organization', default_model: 'clever', limits: QUOTAS_EXAMPLE };

const KEY = {
  id: KEY_ID,
  object: 'api_key',
  organization_id: ORGANIZATION_ID,
  name: 'server',
  prefix: 'ak_4Jx0mQz',
  scopes: ['executions', 'files'],
  status: 'active',
  created_at: WHEN,
  last_used_at: '2026-01-02T08:15:00.000Z',
  expires_at: null,
  revoked_at: null,
};
const NEW_KEY = { ...KEY, last_used_at: null, key: 'ak_4Jx0mQz7Vb2nC5sLw8Tt1YhKp3RdGf6Ua9EoXiZcMq' };
const ROTATED_KEY = { ...NEW_KEY, id: NEXT_KEY_ID };
const REVOKED_KEY = { ...KEY, status: 'revoked', revoked_at: '2026-01-03T09:00:00.000Z' };

const AUDIT_ENTRY = {
  id: '4711',
  object: 'audit_entry',
  at: WHEN,
  actor: { type: 'operator', id: null, address: '203.0.113.7' },
  request_id: '0b5a2a6e-6f3c-4f0e-9a53-6a7c5a3f9a11',
  action: 'organization.update',
  outcome: 'done',
  organization_id: ORGANIZATION_ID,
  target_id: ORGANIZATION_ID,
  details: { renamed: true, interpreter: false },
};

const pageOf = (item: { readonly id: string }) => ({
  object: 'list',
  data: [item],
  has_more: false,
  first_id: item.id,
  last_id: item.id,
});

const READ_KEY = { answers: { 200: KEY } };
const LIST_KEYS = { answers: { 200: pageOf(KEY) } };
const CREATE_KEY = {
  requests: {
    plain: { summary: 'For running code', value: { name: 'server', scopes: ['executions', 'files'] } },
    ending: {
      summary: 'For a while',
      value: { name: 'contractor', scopes: ['executions'], expires_at: '2030-01-31T00:00:00Z' },
    },
  },
  answers: { 201: NEW_KEY },
};
const RENAME_KEY = {
  requests: { name: { value: { name: 'batch server' } } },
  answers: { 200: { ...KEY, name: 'batch server' } },
};
const ROTATE_KEY = {
  requests: {
    overlap: { summary: 'The old key lives on for a day', value: { overlap_s: 86_400 } },
    atOnce: { summary: 'The old key ends at once', value: {} },
  },
  answers: { 201: ROTATED_KEY },
};
const REVOKE_KEY = { answers: { 200: REVOKED_KEY } };

/** By `operationId`. */
export const ORGANIZATION_EXAMPLES = {
  readOwnOrganization: { answers: { 200: OWN } },
  updateOwnOrganization: {
    requests: { model: { summary: 'The model of responses that name none', value: { default_model: 'clever' } } },
    answers: { 200: OWN },
  },
  readOwnLimits: { answers: { 200: QUOTAS_EXAMPLE } },
  listKeys: LIST_KEYS,
  readKey: READ_KEY,
  createKey: CREATE_KEY,
  renameKey: RENAME_KEY,
  rotateKey: ROTATE_KEY,
  revokeKey: REVOKE_KEY,
  listKeysOfOrganization: LIST_KEYS,
  readKeyOfOrganization: READ_KEY,
  createKeyOfOrganization: CREATE_KEY,
  renameKeyOfOrganization: RENAME_KEY,
  rotateKeyOfOrganization: ROTATE_KEY,
  revokeKeyOfOrganization: REVOKE_KEY,
  listOrganizations: { answers: { 200: pageOf(ORGANIZATION) } },
  readOrganization: { answers: { 200: ORGANIZATION } },
  createOrganization: {
    requests: {
      plain: { summary: 'Only a name', value: { name: 'Acme' } },
      careful: { summary: 'A new container for every execution', value: { name: 'Acme', isolation: 'fresh' } },
    },
    answers: { 201: ORGANIZATION },
  },
  updateOrganization: {
    requests: {
      interpreter: { summary: 'Its code may not run any more', value: { interpreter: false } },
      rename: { summary: 'Another name', value: { name: 'Acme Europe' } },
      model: { summary: 'The model of responses that name none', value: { default_model: 'clever' } },
    },
    answers: { 200: { ...ORGANIZATION, interpreter: false } },
  },
  suspendOrganization: { answers: { 200: { ...ORGANIZATION, status: 'suspended' } } },
  resumeOrganization: { answers: { 200: ORGANIZATION } },
  deleteOrganization: { answers: { 202: { ...ORGANIZATION, status: 'deleting' } } },
  listAuditEntries: { answers: { 200: pageOf(AUDIT_ENTRY) } },
};
