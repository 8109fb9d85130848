/** Which request the code at hand works for, so that what services log can be found by the request's id. */
import { AsyncLocalStorage } from 'node:async_hooks';

export function createRequestScope() {
  const scope = new AsyncLocalStorage<string>();
  return {
    /** `work`, and whatever it starts, belongs to the request. */
    run: <T>(requestId: string, work: () => T): T => scope.run(requestId, work),
    requestId: (): string | undefined => scope.getStore(),
  };
}

export type RequestScope = ReturnType<typeof createRequestScope>;
