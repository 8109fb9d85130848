/** Says that what is shown may be old. */
import { Alert } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { IconWifiOff } from '@tabler/icons-react';
import { useReachable } from '../api/use-reachable.ts';

export function OfflineBanner() {
  const { online } = useNetwork();
  const isReachable = useReachable();
  return (
    <div role="status" aria-live="polite">
      {(!online || !isReachable) && (
        <Alert
          color="yellow"
          icon={<IconWifiOff size={18} />}
          mb="md"
          title={online ? 'The service cannot be reached' : 'This device is offline'}
        >
          What you see may be old. It is brought up to date as soon as the connection is back.
        </Alert>
      )}
    </div>
  );
}
