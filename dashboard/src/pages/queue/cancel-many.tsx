/** Cancels many executions at once, after it has said how many. */
import { Alert, Progress, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { ConfirmDialog } from '../../parts/confirm-dialog.tsx';
import { formatCount } from '../../parts/format.ts';
import { OrganizationSelect } from '../../parts/organization-select.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { useMassCancel, type Cancelled } from './use-mass-cancel.ts';

const STATUSES = [
  { value: 'queued', label: 'Queued: they have not begun' },
  { value: 'running', label: 'Running: they are stopped' },
  { value: '', label: 'Both' },
];

type Props = {
  /** Only of this one. */
  readonly organizationId?: string;
  /** In a row of a table. */
  readonly isSmall?: boolean;
};

export function CancelMany({ organizationId, isSmall = false }: Props) {
  const [openedAt, setOpenedAt] = useState<string | null>(null);
  return (
    <>
      <RoleButton
        role="operator"
        variant="default"
        size={isSmall ? 'compact-xs' : 'sm'}
        onClick={() => {
          setOpenedAt(new Date().toISOString());
        }}
      >
        {isSmall ? 'Cancel…' : 'Cancel many…'}
      </RoleButton>
      {openedAt !== null && (
        <CancelDialog
          key={openedAt}
          openedAt={openedAt}
          organizationId={organizationId}
          onClose={() => {
            setOpenedAt(null);
          }}
        />
      )}
    </>
  );
}

type DialogProps = {
  /** What comes later is not meant: nobody has counted it. */
  readonly openedAt: string;
  readonly organizationId: string | undefined;
  readonly onClose: () => void;
};

function CancelDialog({ openedAt, organizationId, onClose }: DialogProps) {
  const [chosenId, setChosenId] = useState(organizationId ?? '');
  const [status, setStatus] = useState('queued');
  const { count, countError, done, cancel } = useMassCancel({
    ...(chosenId !== '' && { organization_id: chosenId }),
    ...(status !== '' && { status }),
    created_before: openedAt,
  });
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title="Cancel executions"
      danger
      blocked={count === undefined || count === 0}
      confirmLabel={count === undefined ? 'Cancel them' : `Cancel ${executions(count)}`}
      onConfirm={cancel}
    >
      <Stack gap="sm">
        {organizationId === undefined && (
          <OrganizationSelect label="Organization" value={chosenId} onChange={setChosenId} />
        )}
        <Select
          label="Which"
          data={STATUSES}
          value={status}
          allowDeselect={false}
          onChange={(value) => {
            setStatus(value ?? '');
          }}
        />
        {countError === null ? <Count count={count} isAll={chosenId === ''} /> : <CountFailed error={countError} />}
        {done !== null && <Done done={done} />}
      </Stack>
    </ConfirmDialog>
  );
}

function Count({ count, isAll }: { readonly count: number | undefined; readonly isAll: boolean }) {
  return (
    <Text size="sm" aria-live="polite" component="div">
      {count === undefined && <Skeleton height={20} width="70%" />}
      {count === 0 && 'There are none of these now.'}
      {count !== undefined && count > 0 && (
        <>
          This cancels <strong>{executions(count)}</strong>
          {isAll && ' of all organizations'}. It cannot be taken back.
        </>
      )}
    </Text>
  );
}

function CountFailed({ error }: { readonly error: Error }) {
  return (
    <Alert color="red" role="alert">
      {error.message}
    </Alert>
  );
}

/** One call reaches so many: the bar moves with each. */
function Done({ done: { reached, of } }: { readonly done: Cancelled }) {
  return (
    <Stack gap={4} role="status">
      <Text size="sm">{`${formatCount(reached)} of ${executions(of)} done`}</Text>
      <Progress value={of === 0 ? 100 : (reached / of) * 100} aria-hidden />
    </Stack>
  );
}

function executions(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'execution' : 'executions'}`;
}
