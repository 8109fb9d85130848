/** The conversation before: each turn is a response of its own, read when it is opened. */
import { useState } from 'react';
import { IdLink } from '../../parts/id-link.tsx';
import { ErrorState, LoadingState } from '../../parts/states.tsx';
import { Turn } from './turn.tsx';
import { useEarlierResponse } from './use-response.ts';

export function EarlierTurns({ ids }: { readonly ids: readonly string[] }) {
  return ids.map((id, at) => <EarlierTurn key={id} id={id} place={`${String(at + 1)} of ${String(ids.length)}`} />);
}

function EarlierTurn({ id, place }: { readonly id: string; readonly place: string }) {
  const [isOpened, setIsOpened] = useState(false);
  return (
    <details
      className="card response-fold"
      onToggle={(event) => {
        if (event.currentTarget.open) setIsOpened(true);
      }}
    >
      <summary>
        Earlier turn {place} <IdLink id={id} />
      </summary>
      {isOpened && (
        <div className="response-earlier">
          <EarlierContent id={id} />
        </div>
      )}
    </details>
  );
}

function EarlierContent({ id }: { readonly id: string }) {
  const { data, error, refetch } = useEarlierResponse(id, true);
  if (data !== undefined) return <Turn response={data} />;
  return error === null ? <LoadingState lines={3} /> : <ErrorState error={error} onRetry={() => void refetch()} />;
}
