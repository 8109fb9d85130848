import type { Overview } from '../../../../shared/contracts/operator-overview.ts';
import { useAsk } from '../../api/client-context.ts';
import { Fields } from '../../parts/fields.tsx';
import { ErrorState, LoadingState } from '../../parts/states.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';

const ASK_AGAIN_MS = 10_000;
const NAMES = { database: 'Database', redis: 'Redis', engines: 'Engines' } as const;

export function HealthFields() {
  const { data, error, refetch } = useAsk<Overview>('/overview', { refetchMs: ASK_AGAIN_MS });
  if (data === undefined)
    return error === null ? <LoadingState lines={1} /> : <ErrorState error={error} onRetry={() => void refetch()} />;
  const { health } = data.now;
  return (
    <Fields
      fields={(['database', 'redis', 'engines'] as const).map((part) => ({
        name: NAMES[part],
        value: <StatusBadge status={health[part].ok ? 'up' : 'down'} label={health[part].detail} />,
      }))}
    />
  );
}
