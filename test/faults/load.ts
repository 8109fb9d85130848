/** A steady load: clients that submit, wait, ask and cancel, and note what they were told. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { ExecutionStatus, isFinal } from '../../shared/contracts/statuses.ts';
import type { End, Seen } from './check.ts';
import { taskOf, type Task } from './workload.ts';

export type LoadOptions = {
  readonly seed: number;
  readonly urls: readonly string[];
  readonly keys: readonly string[];
  readonly clients: number;
  /** Between an answer and the next request of a client. */
  readonly thinkMs: number;
  /** Aborted when no new task is to begin. */
  readonly stop: AbortSignal;
};

const REQUEST_TIMEOUT_MS = 20_000;
const WAIT_SECONDS = 15;
const TRIES = 8;
const TRY_AGAIN_MS = 400;
const POLL_MS = 700;
const POLLS = 20;
/** Enough for every task, and short enough that nothing waits for the longest limit. */
const TASK_TIMEOUT_MS = 10_000;
/** What an outage of a server answers with. */
const OUTAGE_STATUS = 503;

const Told = z.object({ id: z.string(), status: ExecutionStatus, stdout: z.string() });
type Told = z.infer<typeof Told>;
type Answer = { readonly status: number; readonly text: string };
type Notes = { readonly acknowledged: string[]; readonly ends: End[]; readonly unexpected: string[] };

export type LoadResult = { readonly seen: readonly Seen[]; readonly requests: number; readonly failedRequests: number };

/** Resolves when all clients have ended their last task. */
export async function runLoad({ seed, urls, keys, clients, thinkMs, stop }: LoadOptions): Promise<LoadResult> {
  const seen: Seen[] = [];
  let next = 0;
  let requests = 0;
  let failedRequests = 0;

  /** Undefined when there was no answer. */
  async function request(task: Task, tryNumber: number, path: string, init: RequestInit): Promise<Answer | undefined> {
    requests += 1;
    // Each try goes to another process, as behind a balancer.
    const url = urls[(task.number + tryNumber) % urls.length] ?? '';
    const key = keys[task.number % keys.length] ?? '';
    try {
      const response = await fetch(url + path, {
        ...init,
        headers: { authorization: `Bearer ${key}`, ...init.headers },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      const answer = { status: response.status, text: await response.text() };
      if (answer.status >= OUTAGE_STATUS) failedRequests += 1;
      return answer;
    } catch {
      failedRequests += 1;
      return undefined;
    }
  }

  /** Tries until something else than an outage is answered. */
  async function insist(task: Task, path: string, init: RequestInit): Promise<Answer | undefined> {
    for (let tryNumber = 0; tryNumber < TRIES; tryNumber += 1) {
      const answer = await request(task, tryNumber, path, init);
      if (answer !== undefined && answer.status !== OUTAGE_STATUS) return answer;
      await delay(TRY_AGAIN_MS);
    }
    return undefined;
  }

  async function submit(task: Task, notes: Notes): Promise<Told | undefined> {
    const answer = await insist(task, `/v1/executions${task.mode === 'sync' ? `?wait=${String(WAIT_SECONDS)}` : ''}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `${String(seed)}-${String(task.number)}` },
      body: JSON.stringify({
        code: task.code,
        stdin: task.stdin,
        isolation: task.isolation,
        timeout_ms: TASK_TIMEOUT_MS,
        metadata: { task: String(task.number) },
      }),
    });
    const told = note(answer, [200, 202], notes);
    if (told !== undefined) notes.acknowledged.push(told.id);
    return told;
  }

  async function cancel(task: Task, id: string, notes: Notes): Promise<void> {
    await delay(task.cancelAfterMs);
    const answer = await insist(task, `/v1/executions/${id}/cancel`, { method: 'POST' });
    if (answer?.status !== 409) note(answer, [200], notes);
  }

  async function untilFinal(task: Task, id: string, notes: Notes): Promise<void> {
    for (let polls = 0; polls < POLLS; polls += 1) {
      await delay(POLL_MS);
      const told = note(await insist(task, `/v1/executions/${id}`, {}), [200], notes);
      if (told !== undefined && isFinal(told.status)) return;
    }
  }

  async function perform(task: Task): Promise<void> {
    const notes: Notes = { acknowledged: [], ends: [], unexpected: [] };
    let cancelAsked = false;
    const told = await submit(task, notes);
    if (told !== undefined && !isFinal(told.status)) {
      cancelAsked = task.mode === 'cancel';
      if (cancelAsked) await cancel(task, told.id, notes);
      await untilFinal(task, told.id, notes);
    }
    seen.push({ task, cancelAsked, ...notes });
  }

  async function client(): Promise<void> {
    while (!stop.aborted) {
      await perform(taskOf(seed, (next += 1)));
      await delay(thinkMs);
    }
  }

  await Promise.all(Array.from({ length: clients }, client));
  return { seen, requests, failedRequests };
}

/** Writes down what an answer tells. @returns the execution in it, if it is one of these statuses */
function note(answer: Answer | undefined, expected: readonly number[], notes: Notes): Told | undefined {
  if (answer === undefined) return undefined;
  if (!expected.includes(answer.status)) {
    notes.unexpected.push(`${String(answer.status)}: ${answer.text.slice(0, 300)}`);
    return undefined;
  }
  const told = Told.parse(JSON.parse(answer.text));
  if (isFinal(told.status)) notes.ends.push({ status: told.status, stdout: told.stdout });
  return told;
}
