/** What a response asks of a model: one step of a conversation, as it comes. Nothing here knows who makes the model. */

export type Picture = { readonly type: 'image'; readonly mediaType: string; readonly base64: string };
export type MessagePart = { readonly type: 'text'; readonly text: string } | Picture;

/** What a provider wants to see again with what its model said, by the provider's name: nobody else reads it. */
export type Signatures = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** A code block that the model wants to be run. */
export type CodeCall = {
  readonly callId: string;
  readonly code: string;
  readonly signatures?: Signatures | undefined;
};

export type ModelMessage =
  | { readonly role: 'user'; readonly parts: readonly MessagePart[] }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly CodeCall[] }
  /** What came of the calls of the message before: one result for each. */
  | { readonly role: 'results'; readonly results: readonly CallResult[] };

export type CallResult = { readonly callId: string; readonly parts: readonly MessagePart[] };

export type StepRequest = {
  readonly instructions: string;
  readonly messages: readonly ModelMessage[];
  /** `offered`: the model decides; `required`: it must call; `withheld`: it is told of no tool. */
  readonly code: 'offered' | 'required' | 'withheld';
  readonly temperature?: number | undefined;
  /** Tokens that the step may write at most. */
  readonly outputTokensMax?: number | undefined;
};

export type TokenUsage = { readonly inputTokens: number; readonly outputTokens: number };

export type StepPart =
  | { readonly type: 'text'; readonly delta: string }
  /** A piece of a call's code, before the call is whole. */
  | { readonly type: 'code'; readonly callId: string; readonly delta: string }
  | ({ readonly type: 'call' } & CodeCall)
  /** A call that cannot be understood; `problem` is for the model to read. */
  | { readonly type: 'malformed_call'; readonly callId: string; readonly problem: string }
  | { readonly type: 'end'; readonly reason: 'done' | 'length' | 'filtered'; readonly usage: TokenUsage };

export type Model = {
  /** As it is named in the settings. */
  readonly name: string;
  readonly takesPictures: boolean;
  /**
   * Ends with one `end`.
   * @throws ModelError
   */
  step(request: StepRequest, signal: AbortSignal): AsyncIterable<StepPart>;
};

export type ModelFault =
  'MODEL_UNAVAILABLE' | 'MODEL_TIMEOUT' | 'MODEL_RATE_LIMITED' | 'MODEL_REFUSED' | 'MODEL_ANSWER_INVALID';

/** A model did not do its part. Its message is for the organization: it names no key and no address. */
export class ModelError extends Error {
  readonly code: ModelFault;
  /** Whether the same step may succeed when it is asked again. */
  readonly isPassing: boolean;
  /** How long the provider asks to wait, in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ModelFault,
    message: string,
    options: { readonly isPassing: boolean; readonly retryAfterMs?: number; readonly cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'ModelError';
    this.code = code;
    this.isPassing = options.isPassing;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
