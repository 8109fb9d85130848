/** What operators do, through the API: for tests. */
import { ApiKey, NewApiKey } from '../../shared/contracts/api-key.ts';
import { AuditEntry } from '../../shared/contracts/audit.ts';
import { Organization } from '../../shared/contracts/organization.ts';
import { createApiClient, type ApiClient } from './api-client.ts';

/** The token of every api that a test starts for operators. */
export const ADMIN_TOKEN = 'operators-of-the-tests-0123456789abcdef';

/** A call's JSON, once its status is the one expected. */
export async function bodyOf(response: Response, status = 200): Promise<unknown> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`not ${String(status)} but ${String(response.status)}: ${text}`);
  return JSON.parse(text);
}

export function createOperator(url: string) {
  const { request } = createApiClient(url, ADMIN_TOKEN);
  const organizations = '/admin/api/organizations';

  return {
    request,
    async createOrganization(body: object = {}): Promise<Organization> {
      const response = await request('POST', organizations, { body: { name: 'Acme', ...body } });
      return Organization.parse(await bodyOf(response, 201));
    },
    async createKey(organizationId: string, body: object = {}): Promise<NewApiKey> {
      const all = ['executions', 'files', 'responses', 'organization'];
      const response = await request('POST', `${organizations}/${organizationId}/keys`, {
        body: { name: 'key', scopes: all, ...body },
      });
      return NewApiKey.parse(await bodyOf(response, 201));
    },
    async readKey(organizationId: string, keyId: string): Promise<ApiKey> {
      return ApiKey.parse(await bodyOf(await request('GET', `${organizations}/${organizationId}/keys/${keyId}`)));
    },
    /** A new organization and a client with a key of it. */
    async aTenant(body: object = {}): Promise<ApiClient & { organization: Organization; key: NewApiKey }> {
      const organization = await this.createOrganization(body);
      const key = await this.createKey(organization.id);
      return { ...createApiClient(url, key.key), organization, key };
    },
    /** Newest first. */
    async audit(query: Readonly<Record<string, string>>): Promise<AuditEntry[]> {
      const body = await bodyOf(await request('GET', `/admin/api/audit?${String(new URLSearchParams(query))}`));
      return AuditEntry.array().parse(Object(body).data);
    },
  };
}

export type Operator = ReturnType<typeof createOperator>;
