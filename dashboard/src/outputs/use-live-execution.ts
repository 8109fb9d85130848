/** Follows an execution that has not ended: what it shows, as it shows it. */
import { useState } from 'react';
import type { OutputEvent } from '../../../shared/contracts/events.ts';
import type { StreamEvent } from '../api/event-stream.ts';
import { useEvents, type StreamState } from '../api/use-events.ts';
import { NO_OUTPUTS, withOutput, type LiveOutputs } from './live-outputs.ts';

type Options = {
  readonly isOpen: boolean;
  /** It began to run. */
  readonly onStarted?: () => void;
  /** It has ended, and can be read whole. */
  readonly onFinished: () => void;
};

/** @param id of the execution; outputs begin anew with another one */
export function useLiveExecution(
  id: string,
  { isOpen, onStarted, onFinished }: Options,
): LiveOutputs & { readonly state: StreamState } {
  const [shown, setShown] = useState<LiveOutputs & { readonly id: string }>({ ...NO_OUTPUTS, id });
  const state = useEvents(`/executions/${encodeURIComponent(id)}/events`, {
    enabled: isOpen,
    onEvent: ({ name, data }: StreamEvent) => {
      switch (name) {
        case 'execution.started':
          onStarted?.();
          return undefined;
        case 'execution.output':
          // The api and these pages are of one release: the event has the shape of the contract.
          setShown((now) => ({ ...withOutput(now.id === id ? now : NO_OUTPUTS, data as OutputEvent), id }));
          return undefined;
        case 'execution.finished':
          onFinished();
          return 'stop';
        default:
          return undefined;
      }
    },
  });
  return shown.id === id ? { ...shown, state } : { ...NO_OUTPUTS, state };
}
