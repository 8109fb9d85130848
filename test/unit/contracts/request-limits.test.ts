/** Every field with a bound of its own, at the bound and one past it; those of executions stand in their own tests. */
import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { ChangePassword, CreateAccount, LogIn } from '../../../shared/contracts/account.ts';
import { CreateApiKey, RotateApiKey } from '../../../shared/contracts/api-key.ts';
import { CreateAssistant } from '../../../shared/contracts/assistant.ts';
import * as limits from '../../../shared/contracts/limits.ts';
import { CreateOpenAiResponse } from '../../../shared/contracts/openai-response.ts';
import { CreateResponse } from '../../../shared/contracts/response.ts';
import { CreateWebhookEndpoint, RotateWebhookSecret } from '../../../shared/contracts/webhook.ts';

type Case = readonly [what: string, schema: z.ZodType, bound: number, body: (size: number) => object];

const chars = (count: number) => 'x'.repeat(count);
const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const password = 'a long enough password';
const message = { role: 'user', content: 'Hi' };
const tool = { type: 'code_interpreter' };
const url = (count: number) => `https://example.com/${chars(count - 'https://example.com/'.length)}`;

const CASES: readonly Case[] = [
  ['an account’s name', CreateAccount, limits.ACCOUNT_NAME_CHARACTERS_MAX, (n) => ({ name: chars(n), password })],
  ['the name that logs in', LogIn, limits.ACCOUNT_NAME_CHARACTERS_MAX, (n) => ({ name: chars(n), password })],
  ['a password', CreateAccount, limits.PASSWORD_CHARACTERS_MAX, (n) => ({ name: 'a', password: chars(n) })],
  ['a password that is compared', LogIn, limits.PASSWORD_CHARACTERS_MAX, (n) => ({ name: 'a', password: chars(n) })],
  [
    'a new password',
    ChangePassword,
    limits.PASSWORD_CHARACTERS_MAX,
    (n) => ({ current_password: 'x', new_password: chars(n) }),
  ],
  ['a key’s name', CreateApiKey, limits.API_KEY_NAME_CHARACTERS_MAX, (n) => ({ name: chars(n) })],
  ['an overlap of keys', RotateApiKey, limits.API_KEY_OVERLAP_SECONDS_MAX, (n) => ({ overlap_s: n })],
  ['an assistant’s name', CreateAssistant, limits.ASSISTANT_NAME_CHARACTERS_MAX, (n) => ({ name: chars(n) })],
  [
    'an assistant’s instructions',
    CreateAssistant,
    limits.ASSISTANT_INSTRUCTIONS_BYTES_MAX,
    (n) => ({ name: 'a', instructions: chars(n) }),
  ],
  [
    'an assistant’s files',
    CreateAssistant,
    limits.ASSISTANT_FILES_MAX,
    (n) => ({ name: 'a', file_ids: many(n, `file_${'0'.repeat(20)}`) }),
  ],
  ['an assistant’s steps', CreateAssistant, limits.RESPONSE_STEPS_MAX, (n) => ({ name: 'a', max_steps: n })],
  ['messages', CreateResponse, limits.RESPONSE_MESSAGES_MAX, (n) => ({ inputs: many(n, message) })],
  [
    'parts of a message',
    CreateResponse,
    limits.MESSAGE_PARTS_MAX,
    (n) => ({ inputs: [{ role: 'user', content: many(n, { type: 'text', text: 'x' }) }] }),
  ],
  ['tools', CreateResponse, limits.RESPONSE_TOOLS_MAX, (n) => ({ inputs: 'Hi', tools: many(n, tool) })],
  ['a model’s name', CreateResponse, limits.MODEL_NAME_CHARACTERS_MAX, (n) => ({ inputs: 'Hi', model: chars(n) })],
  ['a thread’s id', CreateResponse, limits.THREAD_ID_CHARACTERS_MAX, (n) => ({ inputs: 'Hi', thread_id: chars(n) })],
  ['steps', CreateResponse, limits.RESPONSE_STEPS_MAX, (n) => ({ inputs: 'Hi', max_steps: n })],
  ['tokens', CreateResponse, limits.OUTPUT_TOKENS_MAX, (n) => ({ inputs: 'Hi', max_output_tokens: n })],
  ['items', CreateOpenAiResponse, limits.RESPONSE_MESSAGES_MAX, (n) => ({ input: many(n, message) })],
  ['compatible tools', CreateOpenAiResponse, limits.RESPONSE_TOOLS_MAX, (n) => ({ input: 'Hi', tools: many(n, tool) })],
  ['a webhook’s address', CreateWebhookEndpoint, limits.WEBHOOK_URL_CHARACTERS_MAX, (n) => ({ url: url(n) })],
  [
    'a webhook’s description',
    CreateWebhookEndpoint,
    limits.WEBHOOK_DESCRIPTION_CHARACTERS_MAX,
    (n) => ({ url: url(30), description: chars(n) }),
  ],
  ['an overlap of secrets', RotateWebhookSecret, limits.WEBHOOK_OVERLAP_SECONDS_MAX, (n) => ({ overlap_s: n })],
];

describe('requests: bounds', () => {
  it.each(CASES)('take %s up to the most', (_what, schema, bound, body) => {
    expect(schema.safeParse(body(bound)).error?.issues).toBeUndefined();
  });

  it.each(CASES)('refuse %s beyond the most', (_what, schema, bound, body) => {
    expect(schema.safeParse(body(bound + 1)).success).toBe(false);
  });

  it('refuse a password that is too short', () => {
    const ofLength = (length: number) => CreateAccount.safeParse({ name: 'a', password: chars(length) }).success;
    expect(ofLength(limits.PASSWORD_CHARACTERS_MIN)).toBe(true);
    expect(ofLength(limits.PASSWORD_CHARACTERS_MIN - 1)).toBe(false);
  });
});
