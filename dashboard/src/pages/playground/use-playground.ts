/** One run in the playground: sent, followed, read whole when it has ended. */
import { useState } from 'react';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import { apiPath, useClient } from '../../api/client-context.ts';
import { useLiveExecution } from '../../outputs/use-live-execution.ts';
import { useAction } from '../../parts/use-action.ts';
import { executionPath } from '../execution/use-execution.ts';
import { isOpen } from '../executions/use-live-executions.ts';

export type Asked = {
  readonly organization_id: string;
  readonly code: string;
  readonly stdin?: string;
  readonly timeout_ms?: number;
  readonly files?: readonly { readonly file_id: string }[];
};

export function usePlayground(asked: Asked) {
  const client = useClient();
  const [execution, setExecution] = useState<OperatorExecution | null>(null);
  const isRunning = execution !== null && isOpen(execution);
  const id = execution?.id ?? '';
  const read = async () => {
    setExecution(await client.get<OperatorExecution>(apiPath(executionPath(id))));
  };
  const reading = useAction(read);
  const live = useLiveExecution(id, {
    isOpen: isRunning,
    onStarted: () => {
      setExecution((now) => now && { ...now, status: 'running' });
    },
    onFinished: reading.run,
  });
  const start = useAction(() => client.send<OperatorExecution>('POST', '/admin/api/executions', asked), {
    quiet: true,
    onDone: setExecution,
  });
  const cancel = useAction(() => client.send<OperatorExecution>('POST', apiPath(executionPath(id, '/cancel'))));
  return { execution, live, isRunning, start, cancel };
}
