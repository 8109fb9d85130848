/** What stands where content would: nothing yet, nothing at all, not allowed, or broken. */
import { Alert, Button, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconInbox, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AccountRole } from '../../../shared/contracts/account.ts';
import { ApiError } from '../api/client.ts';
import './states.css';

/** Grey lines in the place of what is on its way. */
export function LoadingState({ lines = 6 }: { readonly lines?: number }) {
  return (
    <Stack gap="sm" role="status" aria-label="Loading">
      <Skeleton height={28} width="32%" />
      {Array.from({ length: lines }, (_, at) => (
        <Skeleton key={at} height={18} width={at % 3 === 2 ? '70%' : '100%'} />
      ))}
    </Stack>
  );
}

type EmptyProps = {
  readonly title: string;
  /** What there would be, or how to get some. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly icon?: ReactNode;
};

export function EmptyState({ title, children, action, icon }: EmptyProps) {
  return (
    <div className="state">
      <span className="state-icon" aria-hidden>
        {icon ?? <IconInbox size={28} stroke={1.4} />}
      </span>
      <Title order={3} size="h4">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" size="sm" maw={460}>
          {children}
        </Text>
      )}
      {action}
    </div>
  );
}

type ErrorProps = {
  readonly error: Error;
  readonly onRetry?: (() => void) | undefined;
  /** What was being done: `The executions could not be loaded`. */
  readonly title?: string;
};

/** A failure with what support needs to find it; a missing right is told as such. */
export function ErrorState({ error, onRetry, title = 'This could not be loaded' }: ErrorProps) {
  if (error instanceof ApiError && error.code === 'INSUFFICIENT_PERMISSIONS')
    return <NoPermissionState>{error.message}</NoPermissionState>;
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Alert
      color="red"
      title={error instanceof ApiError && error.status === 404 ? 'Not found' : title}
      icon={<IconAlertTriangle size={20} />}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{error.message}</Text>
        {requestId !== null && (
          <Text size="xs" c="dimmed">
            Request <Code>{requestId}</Code>
          </Text>
        )}
        {onRetry !== undefined && (
          <Group>
            <Button size="xs" variant="default" onClick={onRetry}>
              Try again
            </Button>
          </Group>
        )}
      </Stack>
    </Alert>
  );
}

type NoPermissionProps = { readonly role?: AccountRole; readonly children?: ReactNode };

export function NoPermissionState({ role, children }: NoPermissionProps) {
  return (
    <EmptyState title="Your account may not see this" icon={<IconLock size={28} stroke={1.4} />}>
      {children ?? `It needs the role ${role ?? 'operator'}. An admin can give it to you.`}
    </EmptyState>
  );
}
