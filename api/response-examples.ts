/** What the document shows for responses, assistants and tools. Pure. */
const ID = 'resp_9z8y7x6w5v4u3t2s1r0q';
const ASSISTANT_ID = 'asst_1a2b3c4d5e6f7g8h9i0j';
const ORGANIZATION_ID = 'org_7d2fk0q9w3e5r8t1y6u4';
const CODE =
  "principal = 10000\nrate = 0.07\nyears = 20\nresult = principal * (1 + rate) ** years\nprint(f'${result:,.2f}')";
const TEXT = '$10,000 at 7% for 20 years grows to $38,696.84.';
const TOOLS = [{ type: 'code_interpreter' }];
const ITEM_ID = 'ci_5s4d3f2g1h0j9k8l7p6o';
const MESSAGE_ID = 'msg_2w3e4r5t6y7u8i9o0p1a';

const SUMMARY = {
  id: ID,
  object: 'response',
  organization_id: ORGANIZATION_ID,
  assistant_id: ASSISTANT_ID,
  previous_response_id: null,
  thread_id: null,
  model: 'clever',
  status: 'completed',
  background: false,
  created_at: '2026-01-01T12:00:00.000Z',
  completed_at: '2026-01-01T12:00:03.000Z',
  usage: { input_tokens: 412, output_tokens: 96, total_tokens: 508 },
  error: null,
  metadata: {},
  warnings: [],
};

const CALL = {
  type: 'code_interpreter_call',
  id: ITEM_ID,
  status: 'completed',
  code: CODE,
  outputs: [{ type: 'text', text: '$38,696.84' }],
  execution_id: 'exec_4s0kq7n2m9x1c5v8b3z6',
};

const MESSAGE = {
  type: 'message',
  id: MESSAGE_ID,
  status: 'completed',
  role: 'assistant',
  content: [{ type: 'output_text', text: TEXT }],
};

const MODEL = { id: 'clever', object: 'model', created: 0, owned_by: 'openai-compatible' };
const DIRECT_MODEL = { ...MODEL, id: 'direct', owned_by: 'built-in' };

/** As reading it shows it. */
export const RESPONSE_EXAMPLE = { ...SUMMARY, output: [CALL, MESSAGE] };

const REQUEST = {
  assistant_id: ASSISTANT_ID,
  tools: TOOLS,
  inputs: [{ role: 'user', content: 'What is the compound interest on $10,000 at 7% for 20 years?' }],
};

const DIRECT = {
  model: 'direct',
  tools: TOOLS,
  inputs: [{ role: 'user', content: '```python\nprint(f"${10000 * 1.07 ** 20:,.2f}")\n```' }],
};

const EVENTS: readonly (readonly [name: string, data: unknown])[] = [
  ['response.created', { id: ID, status: 'in_progress' }],
  ['response.in_progress', { id: ID, status: 'in_progress' }],
  ['response.output_item.added', { index: 0, item: { ...MESSAGE, status: 'in_progress', content: [] } }],
  ['response.output_text.delta', { index: 0, delta: TEXT }],
  ['response.output_text.done', { index: 0, text: TEXT }],
  ['response.output_item.done', { index: 0, item: MESSAGE }],
  ['response.completed', { status: 'completed', usage: SUMMARY.usage, response: { ...SUMMARY, output: [MESSAGE] } }],
];

const STREAM = EVENTS.map(
  ([name, data], at) => `event: ${name}\nid: 0-${String(at + 1)}\ndata: ${JSON.stringify(data)}\n\n`,
).join('');

const ASSISTANT = {
  id: ASSISTANT_ID,
  object: 'assistant',
  organization_id: ORGANIZATION_ID,
  name: 'Analyst',
  instructions: 'Be brief.',
  model: 'clever',
  tools: [{ type: 'code_interpreter', mode: 'auto', outputs: true }],
  file_ids: [],
  temperature: null,
  max_output_tokens: null,
  max_steps: null,
  metadata: {},
  created_at: '2026-01-01T12:00:00.000Z',
  updated_at: '2026-01-01T12:00:00.000Z',
};

const NEW_ASSISTANT = { name: 'Analyst', instructions: 'Be brief.', model: 'direct', tools: TOOLS };

const TOOL = {
  id: 'tool_code_interpreter',
  object: 'system_tool',
  name: 'Code interpreter',
  description: 'Writes and runs Python in a sandbox to calculate, analyze data and draw.',
  category: 'computation',
  toolKey: 'codeInterpreter',
  isAvailable: true,
  capabilities: {
    modes: ['on', 'off', 'auto'],
    parameters: [{ name: 'mode', type: 'string', default: 'auto', description: '`auto`: the model decides.' }],
  },
  limits: {
    timeout_ms: 30_000,
    memory_mb: 512,
    code_bytes: 262_144,
    text_bytes: 1_048_576,
    network: false,
    file_system_writes: false,
  },
  packages: { python: '3.13.5', packages: [{ name: 'numpy', version: '2.2.4' }] },
  modelCompatibility: ['clever', 'direct'],
  isPreview: false,
  pricing: null,
};

function listOf(item: { readonly id: string }) {
  return { object: 'list', data: [item], has_more: false, first_id: item.id, last_id: item.id };
}

/** By `operationId`. */
/** As lists show them. */
export const RESPONSE_ITEM_EXAMPLES = { summary: SUMMARY, assistant: ASSISTANT };

export const RESPONSE_EXAMPLES = {
  createResponse: {
    requests: {
      direct: { summary: 'Without any model: runs the fenced Python', value: DIRECT },
      question: { summary: 'A question', value: REQUEST },
    },
    answers: { 200: RESPONSE_EXAMPLE },
    events: STREAM,
  },
  streamResponse: { requests: { direct: { summary: 'Without any model', value: DIRECT } }, events: STREAM },
  readResponse: { answers: { 200: RESPONSE_EXAMPLE } },
  listResponses: { answers: { 200: listOf(SUMMARY) } },
  cancelResponse: { answers: { 200: { ...RESPONSE_EXAMPLE, status: 'cancelled', output: [] } } },
  deleteResponse: { answers: { 200: { id: ID, object: 'response', deleted: true } } },
  createAssistant: {
    requests: { plain: { value: NEW_ASSISTANT } },
    answers: { 201: { ...ASSISTANT, warnings: [] } },
  },
  readAssistant: { answers: { 200: ASSISTANT } },
  listAssistants: { answers: { 200: listOf(ASSISTANT) } },
  updateAssistant: {
    requests: { plain: { value: { temperature: 0.5 } } },
    answers: { 200: { ...ASSISTANT, temperature: 0.5, warnings: [] } },
  },
  deleteAssistant: { answers: { 200: { id: ASSISTANT_ID, object: 'assistant', deleted: true } } },
  listSystemTools: { answers: { 200: { object: 'list', data: [TOOL] } } },
  listModels: {
    answers: {
      200: { object: 'list', data: [MODEL, DIRECT_MODEL], has_more: false, first_id: 'clever', last_id: 'direct' },
    },
  },
  readModel: { answers: { 200: MODEL } },
};
