/** What is shown of each worker. */
import { Group, Progress, Stack, Text, Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import type { OperatorWorker } from '../../../../shared/contracts/operator-worker.ts';
import type { Column } from '../../parts/data-table.tsx';
import { CopyButton } from '../../parts/copy-button.tsx';
import { formatAge, formatBytes, formatCount } from '../../parts/format.ts';
import { shortId } from '../../parts/id-link.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { WorkerActions } from './worker-actions.tsx';
import './worker-columns.css';

const HASH_CHARACTERS = 8;
/** From here on what waits for a CPU is worth a look. */
const LOAD_HIGH = 1;
const MEMORY_HIGH = 0.9;

export const WORKER_COLUMNS: readonly Column<OperatorWorker>[] = [
  { id: 'id', header: 'Worker', cell: (row) => <Name worker={row} /> },
  { id: 'state', header: 'State', cell: (row) => <State worker={row} /> },
  { id: 'slots', header: 'Slots busy', cell: (row) => <Slots worker={row} /> },
  { id: 'sandboxes', header: 'Sandboxes', cell: ({ sandboxes }) => <Sandboxes sandboxes={sandboxes} /> },
  { id: 'load', header: 'Load', cell: ({ machine }) => <Load machine={machine} /> },
  { id: 'memory', header: 'Memory', cell: ({ machine }) => <Memory machine={machine} /> },
  { id: 'heartbeat', header: 'Heartbeat', align: 'right', cell: (row) => formatAge(row.heartbeat_age_ms) },
  { id: 'versions', header: 'Versions', cell: (row) => <Versions worker={row} /> },
  { id: 'image', header: 'Image', cell: ({ image_hash: hash }) => <ImageHash hash={hash} /> },
  {
    id: 'engine',
    header: 'Engine',
    hidden: true,
    cell: ({ engine, runtime }) => <InTwo first={engine.version ?? '–'} second={runtime} />,
  },
  { id: 'started_at', header: 'Started', hidden: true, cell: (row) => <Time at={row.started_at} relative /> },
  { id: 'actions', header: 'Actions', align: 'right', cell: (row) => <WorkerActions worker={row} /> },
];

type Props = { readonly worker: OperatorWorker };

function Name({ worker: { id, host } }: Props) {
  return (
    <Stack gap={0}>
      <Tooltip label={`${id}: its executions`}>
        <Link className="link mono nowrap" to={`/executions?worker_id=${encodeURIComponent(id)}`}>
          {shortId(id)}
        </Link>
      </Tooltip>
      <Text size="xs" c="dimmed" className="nowrap">
        {host}
      </Text>
    </Stack>
  );
}

/** With what its engine says, where that is ill. */
function State({ worker: { state, engine } }: Props) {
  return (
    <Stack gap={2} align="flex-start">
      <StatusBadge status={state} />
      {!engine.healthy && state !== 'dead' && (
        <Text size="xs" c="dimmed" className="cell-text" title={engine.detail ?? undefined}>
          {engine.detail ?? 'Its engine does not answer.'}
        </Text>
      )}
    </Stack>
  );
}

function Slots({ worker: { busy, slots } }: Props) {
  return (
    <Stack gap={4}>
      <span className="numbers nowrap">
        {formatCount(busy)} of {formatCount(slots)}
      </span>
      <Progress value={slots === 0 ? 0 : (busy / slots) * 100} size="sm" aria-hidden />
    </Stack>
  );
}

function Sandboxes({ sandboxes: { warm, bound, starting } }: Pick<OperatorWorker, 'sandboxes'>) {
  return (
    <InTwo
      first={`${formatCount(warm)} warm`}
      second={`${formatCount(bound)} bound${starting > 0 ? ` · ${formatCount(starting)} starting` : ''}`}
    />
  );
}

function Load({ machine }: Pick<OperatorWorker, 'machine'>) {
  if (machine === null) return <span aria-label="not known">–</span>;
  const { load, cpus } = machine;
  return <InTwo isHigh={load / cpus > LOAD_HIGH} first={load.toFixed(2)} second={`on ${formatCount(cpus)} CPUs`} />;
}

function Memory({ machine }: Pick<OperatorWorker, 'machine'>) {
  if (machine === null) return <span aria-label="not known">–</span>;
  const { memory_bytes: all, memory_free_bytes: free } = machine;
  return (
    <InTwo
      isHigh={(all - free) / all > MEMORY_HIGH}
      first={formatBytes(all - free)}
      second={`of ${formatBytes(all)}`}
    />
  );
}

function Versions({ worker: { service_version: version, python } }: Props) {
  return <InTwo first={version} second={python === null ? 'Python not known' : `Python ${python}`} />;
}

type InTwoProps = { readonly first: string; readonly second: string; readonly isHigh?: boolean };

function InTwo({ first, second, isHigh = false }: InTwoProps) {
  return (
    <Stack gap={0} className="numbers nowrap">
      <Text size="sm" className={isHigh ? 'worker-high' : ''}>
        {first}
      </Text>
      <Text size="xs" c="dimmed">
        {second}
      </Text>
    </Stack>
  );
}

function ImageHash({ hash }: { readonly hash: string }) {
  return (
    <Group gap={2} wrap="nowrap">
      <Tooltip label={hash}>
        <span className="mono">{hash.replace('sha256:', '').slice(0, HASH_CHARACTERS)}</span>
      </Tooltip>
      <CopyButton text={hash} what="image hash" />
    </Group>
  );
}
