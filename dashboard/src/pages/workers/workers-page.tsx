/** Processes that take executions and own sandboxes. */
import { Badge, CloseButton } from '@mantine/core';
import type { OperatorWorker } from '../../../../shared/contracts/operator-worker.ts';
import { useAsk } from '../../api/client-context.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { formatCount } from '../../parts/format.ts';
import { Page } from '../../parts/page.tsx';
import { EmptyState } from '../../parts/states.tsx';
import { useUrlState } from '../../parts/use-url-state.ts';
import { WORKER_COLUMNS } from './worker-columns.tsx';

/** The dead are told as dead within seconds. */
const REFETCH_MS = 2_000;
const DEFAULTS = { worker: '' };

export function WorkersPage() {
  const [{ worker }, setState] = useUrlState(DEFAULTS);
  const workers = useAsk<{ readonly data: readonly OperatorWorker[] }>('/workers', { refetchMs: REFETCH_MS });
  const all = workers.data?.data;
  const shown = worker === '' ? all : all?.filter(({ id }) => id === worker);
  return (
    <Page title="Workers" description={<Summary workers={all} />}>
      <DataTable
        name="Workers"
        columns={WORKER_COLUMNS}
        rows={shown}
        rowKey={({ id }) => id}
        rowTone={({ state }) => (state === 'dead' ? 'muted' : undefined)}
        error={workers.error}
        onRetry={() => void workers.refetch()}
        toolbar={
          worker !== '' && (
            <OnlyOne
              id={worker}
              onAll={() => {
                setState({ worker: '' });
              }}
            />
          )
        }
        empty={<NoWorkers isOne={worker !== ''} />}
      />
    </Page>
  );
}

function Summary({ workers }: { readonly workers: readonly OperatorWorker[] | undefined }) {
  if (workers === undefined || workers.length === 0) return 'They take executions and own sandboxes.';
  const taking = workers.filter(({ state }) => state === 'taking');
  const sum = (of: (worker: OperatorWorker) => number) =>
    formatCount(taking.reduce((total, one) => total + of(one), 0));
  return `${formatCount(taking.length)} of ${formatCount(workers.length)} take executions: ${sum(({ busy }) => busy)} of ${sum(({ slots }) => slots)} slots busy.`;
}

function OnlyOne({ id, onAll }: { readonly id: string; readonly onAll: () => void }) {
  return (
    <Badge
      variant="default"
      tt="none"
      size="lg"
      rightSection={<CloseButton size="xs" aria-label="Show all workers" onClick={onAll} />}
    >
      {`Worker: ${id}`}
    </Badge>
  );
}

function NoWorkers({ isOne }: { readonly isOne: boolean }) {
  if (isOne) {
    return (
      <EmptyState title="This worker is gone">
        Workers that ended are not shown, and those that died for a quarter of an hour only.
      </EmptyState>
    );
  }
  return <EmptyState title="No workers">Executions wait until one starts.</EmptyState>;
}
