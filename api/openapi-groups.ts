/** Groups of calls in the OpenAPI document, by how their paths begin. Pure. */

type Group = { readonly name: string; readonly description: string; readonly prefixes: readonly string[] };

/** The first whose prefix fits holds. */
export const GROUPS: readonly Group[] = [
  {
    name: 'Executions',
    description: 'Run code, follow it, read what came of it.',
    prefixes: ['/v1/executions'],
  },
  {
    name: 'Responses',
    description: 'A model that answers, and runs code on the way.',
    prefixes: ['/v1/model/response'],
  },
  {
    name: 'Compatible responses',
    description: 'The same responses in the shapes that the `openai` packages know.',
    prefixes: ['/v1/responses'],
  },
  { name: 'Assistants', description: 'What responses go by.', prefixes: ['/v1/assistants'] },
  { name: 'Models', description: 'Who answers.', prefixes: ['/v1/models'] },
  { name: 'System tools', description: 'What assistants can use.', prefixes: ['/v1/system-tools'] },
  { name: 'Files', description: 'What code can be given to read.', prefixes: ['/v1/files'] },
  { name: 'Packages', description: 'What code can import.', prefixes: ['/v1/packages'] },
  {
    name: 'Organization',
    description: 'What an organization is told of itself; its keys.',
    prefixes: ['/v1/organization'],
  },
  { name: 'Webhooks', description: 'Have results posted to you as they come.', prefixes: ['/v1/webhooks'] },
  { name: 'Usage', description: 'What an organization used.', prefixes: ['/v1/usage'] },
  {
    name: 'Organizations (operators)',
    description: 'Tenants, their keys and what is set for them. Without `ADMIN_TOKEN` these calls do not exist.',
    prefixes: ['/admin/api/organizations'],
  },
  {
    name: 'Executions (operators)',
    description: 'Executions of all organizations: look, cancel, run again.',
    prefixes: ['/admin/api/executions'],
  },
  {
    name: 'Overview (operators)',
    description: 'How the service does, and how it did.',
    prefixes: ['/admin/api/overview'],
  },
  {
    name: 'Responses (operators)',
    description: 'What models answered, of all organizations.',
    prefixes: ['/admin/api/responses'],
  },
  {
    name: 'Settings (operators)',
    description: 'What the service is set to.',
    prefixes: ['/admin/api/settings'],
  },
  {
    name: 'Workers (operators)',
    description: 'Who runs executions; drain and resume.',
    prefixes: ['/admin/api/workers'],
  },
  {
    name: 'Queue (operators)',
    description: 'What waits; hold it back and let it go on.',
    prefixes: ['/admin/api/queue'],
  },
  { name: 'Usage (operators)', description: 'What all organizations used.', prefixes: ['/admin/api/usage'] },
  {
    name: 'Audit (operators)',
    description: 'Who did what, from where, to what.',
    prefixes: ['/admin/api/audit'],
  },
  {
    name: 'Accounts (operators)',
    description: 'Operators by name, and their sessions.',
    prefixes: ['/admin/api/accounts', '/admin/api/session', '/admin/api/setup'],
  },
  {
    name: 'Health',
    description: 'For load balancers and watches; without a key.',
    prefixes: ['/healthz', '/readyz'],
  },
];

/** A path that names the organization is told by what follows. */
export function groupOf(path: string): string[] {
  const named = path.replace('/v1/organizations/{organization_id}', '/v1');
  const group = GROUPS.find(({ prefixes }) => prefixes.some((prefix) => named.startsWith(prefix)));
  return group === undefined ? [] : [group.name];
}
