/** What the document shows for responses in the shapes of the OpenAI Responses API. Pure. */
const ID = 'resp_9z8y7x6w5v4u3t2s1r0q';
const CONTAINER_ID = 'cntr_9z8y7x6w5v4u3t2s1r0q';
const CALL_ID = 'ci_5s4d3f2g1h0j9k8l7p6o';
const MESSAGE_ID = 'msg_2w3e4r5t6y7u8i9o0p1a';
const CODE =
  "principal = 10000\nrate = 0.07\nyears = 20\nresult = principal * (1 + rate) ** years\nprint(f'${result:,.2f}')";
const TEXT = '$10,000 at 7% for 20 years grows to $38,696.84.';
const QUESTION = 'What is the compound interest on $10,000 at 7% for 20 years?';
const TOOLS = [{ type: 'code_interpreter', container: { type: 'auto' } }];
const PART = { type: 'output_text', text: TEXT, annotations: [], logprobs: [] };

const CALL = {
  ...{ id: CALL_ID, type: 'code_interpreter_call', status: 'completed', code: CODE, container_id: CONTAINER_ID },
  outputs: [{ type: 'logs', logs: '$38,696.84' }],
};
const MESSAGE = { type: 'message', id: MESSAGE_ID, status: 'completed', role: 'assistant', content: [PART] };

const BEGUN = {
  id: ID,
  object: 'response',
  created_at: 1_767_268_800,
  status: 'in_progress',
  completed_at: null,
  error: null,
  incomplete_details: null,
  usage: null,
  background: false,
  instructions: null,
  max_output_tokens: null,
  metadata: {},
  model: 'clever',
  output: [],
  ...{ parallel_tool_calls: true, store: true, truncation: 'disabled', text: { format: { type: 'text' } } },
  previous_response_id: null,
  temperature: null,
  top_p: null,
  tool_choice: 'auto',
  tools: TOOLS,
};

const RESPONSE = {
  ...BEGUN,
  status: 'completed',
  completed_at: 1_767_268_803,
  usage: {
    ...{ input_tokens: 412, input_tokens_details: { cached_tokens: 0 } },
    ...{ output_tokens: 96, output_tokens_details: { reasoning_tokens: 0 }, total_tokens: 508 },
  },
  output: [CALL, MESSAGE],
};

const AT = { output_index: 0, content_index: 0 };
const EVENTS: readonly ({ readonly type: string } & Readonly<Record<string, unknown>>)[] = [
  { type: 'response.created', response: BEGUN },
  { type: 'response.in_progress', response: BEGUN },
  { type: 'response.output_item.added', output_index: 0, item: { ...MESSAGE, status: 'in_progress', content: [] } },
  { type: 'response.content_part.added', item_id: MESSAGE_ID, ...AT, part: { ...PART, text: '' } },
  { type: 'response.output_text.delta', item_id: MESSAGE_ID, ...AT, delta: TEXT, logprobs: [] },
  { type: 'response.output_text.done', item_id: MESSAGE_ID, ...AT, text: TEXT, logprobs: [] },
  { type: 'response.content_part.done', item_id: MESSAGE_ID, ...AT, part: PART },
  { type: 'response.output_item.done', output_index: 0, item: MESSAGE },
  { type: 'response.completed', response: { ...RESPONSE, output: [MESSAGE] } },
];

const STREAM = EVENTS.map(
  ({ type, ...fields }, at) =>
    `event: ${type}\nid: ${String(at)}\ndata: ${JSON.stringify({ type, sequence_number: at, ...fields })}\n\n`,
).join('');

const ITEM = {
  ...{ id: 'msg_9z8y7x6w5v4u3t2s1r0q_0', type: 'message', status: 'completed', role: 'user' },
  content: [{ type: 'input_text', text: QUESTION }],
};

/** By `operationId`. */
export const OPENAI_RESPONSE_EXAMPLES = {
  createCompatibleResponse: {
    requests: {
      direct: {
        summary: 'Without any model: runs the fenced Python',
        value: { model: 'direct', tools: TOOLS, input: '```python\nprint(f"${10000 * 1.07 ** 20:,.2f}")\n```' },
      },
      question: {
        summary: 'A question, with what code gave in the answer',
        value: { tools: TOOLS, input: QUESTION, include: ['code_interpreter_call.outputs'] },
      },
    },
    answers: { 200: RESPONSE },
    events: STREAM,
  },
  readCompatibleResponse: { answers: { 200: RESPONSE }, events: STREAM },
  listInputItems: {
    answers: { 200: { object: 'list', data: [ITEM], has_more: false, first_id: ITEM.id, last_id: ITEM.id } },
  },
  cancelCompatibleResponse: { answers: { 200: { ...BEGUN, status: 'cancelled', completed_at: 1_767_268_801 } } },
  deleteCompatibleResponse: { answers: { 200: { id: ID, object: 'response', deleted: true } } },
};
