/** Something a button does: told while it runs, when it is done, and when it fails. */
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/client.ts';

type Options<T> = {
  /** Shown when it is done. */
  readonly done?: string;
  /** Keys of what it changed; asked for again. */
  readonly changes?: readonly (readonly unknown[])[];
  readonly onDone?: (result: T) => void;
  /** The caller shows the error itself. */
  readonly quiet?: boolean;
};

export type Action = { readonly run: () => void; readonly isRunning: boolean; readonly error: Error | null };

export function useAction<T>(work: () => Promise<T>, options: Options<T> = {}): Action {
  const { run, isRunning, error } = useActionOn<undefined, T>(work, options);
  return {
    run: () => {
      run(undefined);
    },
    isRunning,
    error,
  };
}

/** The same for what is done with something that is only known when it is done. */
export function useActionOn<Subject, T>(work: (subject: Subject) => Promise<T>, options: Options<T> = {}) {
  const { done, changes = [], onDone, quiet = false } = options;
  const queryClient = useQueryClient();
  const { mutate, isPending, error } = useMutation<T, Error, Subject>({
    mutationFn: work,
    onSuccess: (result) => {
      for (const queryKey of changes) void queryClient.invalidateQueries({ queryKey });
      if (done !== undefined) notifications.show({ message: done, color: 'petrol' });
      onDone?.(result);
    },
    onError: (failure) => {
      if (!quiet) notifyFailure(failure);
    },
  });
  return { run: mutate, isRunning: isPending, error };
}

/** Tells of a failed action, with the id by which the log has it. */
export function notifyFailure(error: Error): void {
  const requestId = error instanceof ApiError ? error.requestId : null;
  const message = requestId === null ? error.message : `${error.message} (request ${requestId})`;
  notifications.show({ title: 'That did not work', message, color: 'red', autoClose: 10_000 });
}
