/** Every call of the OpenAPI document, and requests for it: for tests that walk all of them. */
import { z } from 'zod';
import { createOpenApiDocument } from '../../api/openapi.ts';
import { Scope } from '../../shared/contracts/organization.ts';

const Requirement = z.record(z.string(), z.array(z.string()));
const Operation = z.object({
  operationId: z.string(),
  security: z.array(Requirement),
  parameters: z
    .array(
      z.object({
        in: z.string(),
        name: z.string(),
        required: z.boolean().default(false),
        schema: z.object({ enum: z.array(z.string()).optional() }).optional(),
      }),
    )
    .default([]),
  requestBody: z
    .object({
      content: z.record(
        z.string(),
        z.object({ examples: z.record(z.string(), z.object({ value: z.unknown() })).optional() }),
      ),
    })
    .optional(),
});
const Paths = z.record(z.string(), z.record(z.string(), Operation));

export type Call = z.infer<typeof Operation> & {
  readonly name: string;
  readonly method: string;
  readonly path: string;
};

export const calls: readonly Call[] = Object.entries(
  Paths.parse(JSON.parse(JSON.stringify(createOpenApiDocument().paths))),
).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({
    ...operation,
    name: `${method.toUpperCase()} ${path}`,
    method: method.toUpperCase(),
    path,
  })),
);
export const ofOrganizations = calls.filter(({ security }) => security.some((one) => 'bearer' in one));
export const ofOperators = calls.filter(({ security }) => security.some((one) => 'adminToken' in one));
/** Of an account that is logged in: the operators' token has no session. */
export const isOfSession = ({ path }: Call): boolean => path.startsWith('/admin/api/session');
export const ofAnyone = calls.filter(({ security }) => security.length === 0);
export const isNamed = ({ path }: Call): boolean => path.includes('{');
/** What a key needs for the call. */
export const scopeOf = ({ security }: Call): Scope | undefined => Scope.safeParse(security[0]?.['bearer']?.[0]).data;

/** What a path can name. */
export type Kind =
  | 'execution'
  | 'file'
  | 'key'
  | 'endpoint'
  | 'delivery'
  | 'organization'
  | 'worker'
  | 'account'
  | 'output'
  | 'response'
  | 'assistant'
  | 'model';
export type Ids = Readonly<Record<Kind, string>>;

/** A call that names something that is not in here cannot be walked: its test fails. */
const IDS: readonly (readonly [path: string, parameter: string, kind: Kind])[] = [
  ['/v1/executions/{id}', 'id', 'execution'],
  ['/v1/executions/{id}', 'n', 'output'],
  ['/v1/files/{id}', 'id', 'file'],
  ['/v1/model/response/{id}', 'id', 'response'],
  ['/v1/responses/{id}', 'id', 'response'],
  ['/v1/assistants/{id}', 'id', 'assistant'],
  ['/v1/models/{name}', 'name', 'model'],
  ['/v1/organization/keys/{id}', 'id', 'key'],
  ['/v1/organizations/{organization_id}', 'organization_id', 'organization'],
  ['/v1/webhooks/endpoints/{id}', 'id', 'endpoint'],
  ['/v1/webhooks/deliveries/{id}', 'id', 'delivery'],
  ['/admin/api/organizations/{id}', 'id', 'organization'],
  ['/admin/api/organizations/{id}/keys/{key_id}', 'key_id', 'key'],
  ['/admin/api/organizations/{id}/webhooks/deliveries/{delivery_id}', 'delivery_id', 'delivery'],
  ['/admin/api/organizations/{id}/files/{file_id}', 'file_id', 'file'],
  ['/admin/api/executions/{id}', 'id', 'execution'],
  ['/admin/api/executions/{id}', 'n', 'output'],
  ['/admin/api/responses/{id}', 'id', 'response'],
  ['/admin/api/workers/{id}', 'id', 'worker'],
  ['/admin/api/accounts/{id}', 'id', 'account'],
  ['/admin/api/queue/organizations/{id}', 'id', 'organization'],
];

/** Well-formed ids of nothing. */
export const NOTHING: Ids = {
  execution: `exec_${'0'.repeat(20)}`,
  file: `file_${'0'.repeat(20)}`,
  key: `key_${'0'.repeat(20)}`,
  endpoint: `hook_${'0'.repeat(20)}`,
  delivery: `msg_${'0'.repeat(20)}`,
  organization: `org_${'0'.repeat(20)}`,
  worker: 'worker-of-nobody',
  account: `acct_${'0'.repeat(20)}`,
  output: '0',
  response: `resp_${'0'.repeat(20)}`,
  assistant: `asst_${'0'.repeat(20)}`,
  model: 'model-of-nobody',
};

/** What `{parameter}` in the path names. @throws Error when nobody has said so */
export function kindOf(path: string, parameter: string): Kind {
  const kind = IDS.findLast(([known, name]) => name === parameter && path.startsWith(known))?.[2];
  if (kind === undefined) throw new Error(`${path}: say in IDS what {${parameter}} names`);
  return kind;
}

/** What the call cannot do without, of the first kind that it takes. */
function queryOf({ parameters }: Call): string {
  const needed = parameters.filter((parameter) => parameter.in === 'query' && parameter.required);
  const query = new URLSearchParams();
  for (const { name, schema } of needed) query.set(name, schema?.enum?.[0] ?? '');
  return needed.length === 0 ? '' : `?${String(query)}`;
}

/** The path with every parameter filled in. */
function pathOf(call: Call, ids: Ids): string {
  return namedPath(call, ids) + queryOf(call);
}

function namedPath({ path }: Call, ids: Ids): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(ids[kindOf(path, name)]));
}

/** A body that the call takes. */
function bodyFor({ name, requestBody }: Call): { body?: unknown } {
  if (requestBody === undefined) return {};
  const examples = requestBody.content['application/json']?.examples;
  if (examples !== undefined) return { body: Object.values(examples)[0]?.value };
  if (requestBody.content['multipart/form-data'] === undefined) throw new Error(`${name}: an unknown kind of body`);
  const form = new FormData();
  form.append('file', new Blob(['a,b\n1,2\n']), 'table.csv');
  return { body: form };
}

/** Sends the call with a body that it takes. Without a key where `key` is empty. */
export async function send(url: string, call: Call, { key, ids, headers = {} }: Sender) {
  const { body } = bodyFor(call);
  const isForm = body instanceof FormData;
  const response = await fetch(url + pathOf(call, ids), {
    method: call.method,
    headers: {
      ...headers,
      ...(key !== '' && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  return { status: response.status, text: await textOf(response, call) };
}

/** Of what never ends, the beginning. */
async function textOf(response: Response, { operationId }: Call): Promise<string> {
  if (operationId !== 'followOverview' || !response.ok) return response.text();
  for await (const chunk of response.body ?? []) return Buffer.from(chunk).toString();
  return '';
}

type Sender = { readonly key: string; readonly ids: Ids; readonly headers?: Readonly<Record<string, string>> };
