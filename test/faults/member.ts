/** One process of the service that is started again whenever it ends, as a restart policy would. */
import { setTimeout as delay } from 'node:timers/promises';
import { within } from '../../shared/platform/deadline.ts';
import type { LogLine, ServiceProcess } from '../helpers/service-process.ts';

/** A process that finds its servers gone may give up at its start: it is started again, so often in that time. */
const START_TIMEOUT_MS = 90_000;
const START_AGAIN_MS = 300;
/** Runs end within their limit, connections within seconds. */
const STOP_TIMEOUT_MS = 45_000;
const LINES_SHOWN = 15;
const CHARACTERS_SHOWN = 500;

export type MemberOptions = {
  readonly name: string;
  /** @param first what the first start logged when it was ready, to start on the same port again */
  readonly start: (first: LogLine | undefined) => ServiceProcess;
  /** What it logs when it is ready. */
  readonly readyMessage: string;
  /** Told of what no process may do: to end unasked, or not to end when asked. */
  readonly onMisconduct: (what: string) => void;
};

export type Member = Awaited<ReturnType<typeof startMember>>;

export async function startMember({ name, start, readyMessage, onMisconduct }: MemberOptions) {
  const workerIds = new Set<string>();
  const asked = new WeakSet<ServiceProcess>();
  const started: ServiceProcess[] = [];
  let first: LogLine | undefined;
  let current = begin();
  let failedStarts = 0;
  let retired = false;
  await untilReady();

  function begin(): ServiceProcess {
    const process = start(first);
    started.push(process);
    return process;
  }

  async function up(): Promise<void> {
    if (retired) return;
    current = begin();
    return untilReady();
  }

  async function untilReady(): Promise<void> {
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      const process = current;
      try {
        const ready = await process.logged(readyMessage);
        first ??= ready;
        watch(process);
        return;
      } catch (error) {
        await process.end('SIGKILL');
        failedStarts += 1;
        if (retired || performance.now() > deadline) throw error;
        await delay(START_AGAIN_MS);
        current = begin();
      } finally {
        noteWorkerId(process);
      }
    }
  }

  function noteWorkerId({ lines }: ServiceProcess): void {
    const id = /"workerId":"(worker_[0-9a-f-]+)"/.exec(lines.join('\n'))?.[1];
    if (id !== undefined) workerIds.add(id);
  }

  function watch(process: ServiceProcess): void {
    void process.ended.then((how) => {
      if (asked.has(process)) return;
      onMisconduct(`${name} ended unasked with ${String(how)}:\n${lastLines(process)}`);
      up().catch((error: unknown) => {
        onMisconduct(`${name} did not start again: ${String(error)}`);
      });
    });
  }

  async function down(signal: NodeJS.Signals): Promise<void> {
    asked.add(current);
    await within(STOP_TIMEOUT_MS, current.end(signal)).catch(async () => {
      onMisconduct(
        `${name} did not end within ${String(STOP_TIMEOUT_MS / 1_000)} s of ${signal}:\n${lastLines(current)}`,
      );
      await current.end('SIGKILL');
    });
  }

  return {
    name,
    /** What it logged when it was ready for the first time. */
    first: (): LogLine => first ?? {},
    /** Of every worker that it ever was; the last one is alive. */
    workerIds: (): string[] => [...workerIds],
    pid: (): number => current.pid,
    /** How often it gave up before it was ready, for want of its servers. */
    failedStarts: (): number => failedStarts,
    kill: () => down('SIGKILL'),
    stop: () => down('SIGTERM'),
    /** Ends it for good: whatever fault is under way does not start it again. */
    async retire(): Promise<void> {
      retired = true;
      await down('SIGTERM');
      // One that ended unasked at the moment of a fault may have been started twice.
      await Promise.all(started.map((process) => process.end('SIGKILL')));
    },
    freeze: () => {
      current.signal('SIGSTOP');
    },
    thaw: () => {
      current.signal('SIGCONT');
    },
    /** Resolves once it is ready. */
    startAgain: up,
  };
}

function lastLines({ lines }: ServiceProcess): string {
  return lines
    .slice(-LINES_SHOWN)
    .map((line) => line.slice(0, CHARACTERS_SHOWN))
    .join('\n');
}
