/** A response as the service knows it; faces show it, each in its own words. */
import type { AssistantId, OrganizationId, ResponseId } from '../../../shared/contracts/ids.ts';
import type { ResponseItem } from '../../../shared/contracts/response-item.ts';
import type { TokenUsage } from '../../models/model.ts';
import type { CodeSetting } from './modes.ts';
import type { ResponseFile } from './file-record.ts';
import type { ResponseEvent } from '../../../shared/contracts/response-event.ts';

export const RESPONSE_STATUSES = ['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled'] as const;
export type ResponseStatus = (typeof RESPONSE_STATUSES)[number];

export type ResponseFault = { readonly code: string; readonly message: string };

/** What a response is made with, after everything that its request left open was decided. */
export type StoredRequest = {
  readonly code: CodeSetting;
  /** The request's own. */
  readonly instructions: string | null;
  /** The assistant's, and what messages of the role `system` say. */
  readonly guidance: string;
  readonly temperature: number | null;
  readonly outputTokensMax: number | null;
  readonly stepsMax: number;
  /** Whether what code writes is told while it runs. */
  readonly live: boolean;
  /** Left out by responses that were made before files could be used. */
  readonly files?: readonly ResponseFile[];
  readonly fileRetrieval?: boolean;
};

/** What asking the model for one step took. */
export type ModelStep = {
  /** Of what came of it, in order. */
  readonly itemIds: readonly string[];
  /** With attempts in vain, and the waits between them. */
  readonly modelMs: number;
  /** Of the last attempt: until its answer began. Null where nothing came. */
  readonly firstTokenMs: number | null;
  readonly attempts: number;
  /** Null where the answer did not come to its end: nobody told then. */
  readonly usage: TokenUsage | null;
};

export type ResponseRecord = {
  readonly id: ResponseId;
  readonly organizationId: OrganizationId;
  readonly assistantId: AssistantId | null;
  readonly previousResponseId: ResponseId | null;
  readonly threadId: string | null;
  readonly model: string;
  readonly status: ResponseStatus;
  readonly background: boolean;
  readonly code: CodeSetting;
  readonly instructions: string | null;
  readonly temperature: number | null;
  readonly outputTokensMax: number | null;
  readonly items: readonly ResponseItem[];
  readonly usage: TokenUsage | null;
  /** Why it failed, or is incomplete. */
  readonly fault: ResponseFault | null;
  readonly warnings: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly completedAt: Date | null;
};

/** What a reader of a response's stream gets, in order; the first is `created`, the last `ended`. */
export type StreamedEvent =
  | { readonly type: 'created'; readonly response: ResponseRecord }
  | { readonly type: 'in_progress'; readonly response: ResponseRecord }
  | ResponseEvent
  | { readonly type: 'ended'; readonly response: ResponseRecord };

/** `number`: what a reader gives back to go on after this event. */
export type NumberedEvent = {
  readonly number: number;
  readonly event: StreamedEvent;
  /** Told from the row, as the log is gone: numbers are not those of before. */
  readonly isRetold?: true;
};

export function isOver(status: ResponseStatus): boolean {
  return status !== 'queued' && status !== 'in_progress';
}
