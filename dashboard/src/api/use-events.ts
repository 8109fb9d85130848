/** Follows a stream of events, and takes it up again where it broke off. */
import { useEffect, useEffectEvent, useState } from 'react';
import { ApiError } from './client.ts';
import { apiPath, useClient } from './client-context.ts';
import { readEvents, type StreamEvent } from './event-stream.ts';

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 15_000;

/** `off`: not asked for. `waiting`: lost, and about to be opened again. `ended`: there is no more, or it was refused. */
export type StreamState = 'off' | 'opening' | 'open' | 'waiting' | 'ended';

type Options = {
  readonly enabled?: boolean;
  /** Returns `stop` at the last event of the stream. */
  readonly onEvent: (event: StreamEvent) => 'stop' | undefined;
};

/** Follows `/admin/api` + `path` while the component is shown. */
export function useEvents(path: string, { enabled = true, onEvent }: Options): StreamState {
  const client = useClient();
  const [state, setState] = useState<StreamState>('opening');
  const handle = useEffectEvent(onEvent);

  useEffect(() => {
    if (!enabled) return undefined;
    const abort = new AbortController();
    let lastEventId: string | null = null;
    let isStopped = false;
    let failures = 0;

    const onRead = (event: StreamEvent) => {
      lastEventId = event.id ?? lastEventId;
      failures = 0;
      setState('open');
      if (handle(event) === 'stop') isStopped = true;
    };
    const readOnce = async (): Promise<boolean> => {
      try {
        const { isOver } = await readEvents(client, { path: apiPath(path), lastEventId, signal: abort.signal }, onRead);
        return isOver || isStopped;
      } catch (error) {
        return isRefusal(error);
      }
    };
    const follow = async () => {
      setState('opening');
      while (!abort.signal.aborted && !(await readOnce())) {
        if (abort.signal.aborted) return;
        setState('waiting');
        await pause(Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** failures), abort.signal);
        failures += 1;
      }
      if (!abort.signal.aborted) setState('ended');
    };
    void follow();
    return () => {
      abort.abort();
    };
  }, [client, path, enabled]);

  return enabled ? state : 'off';
}

/** Whether asking again would be answered in the same way. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, durationMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
