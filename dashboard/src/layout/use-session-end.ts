import { useQueryClient } from '@tanstack/react-query';
import { SESSION_KEY } from '../api/query-client.ts';

/** Forgets all that the session was shown, and asks who is logged in now. */
export function useSessionEnd(): () => void {
  const queryClient = useQueryClient();
  return () => {
    queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] });
    void queryClient.invalidateQueries({ queryKey: SESSION_KEY });
  };
}
