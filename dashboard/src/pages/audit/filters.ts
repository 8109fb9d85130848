/** What the audit can be narrowed by; the names are those of the address and of the api. */

export const AUDIT_FILTERS = { organization_id: '', actor_type: '', action: '', outcome: '' };

export type AuditFilterValues = { readonly [Name in keyof typeof AUDIT_FILTERS]: string };
export type ChangeAuditFilters = (change: Partial<AuditFilterValues>) => void;

/** Proposed where an action is typed; the api knows more, and takes any. */
export const ACTIONS = [
  'account.create',
  'account.delete',
  'account.update',
  'execution.cancel',
  'execution.read',
  'execution.retry',
  'execution.run',
  'executions.cancel',
  'file.delete',
  'file.upload',
  'key.create',
  'key.revoke',
  'key.rotate',
  'operator.access',
  'organization.access',
  'organization.create',
  'organization.delete',
  'organization.resume',
  'organization.suspend',
  'organization.update',
  'output.read',
  'queue.pause',
  'queue.resume',
  'quotas.update',
  'response.cancel',
  'response.read',
  'session.begin',
  'session.end',
  'webhook_delivery.redeliver',
  'webhook_endpoint.switch_off',
] as const;

const ACTION = /^[a-z_]+\.[a-z_]+$/;

export function isAction(text: string): boolean {
  return text === '' || ACTION.test(text);
}

export function isFiltered(filters: AuditFilterValues): boolean {
  return Object.values(filters).some((value) => value !== '');
}
