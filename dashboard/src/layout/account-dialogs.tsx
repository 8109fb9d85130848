/** What the account's menu opens. Loaded when it is first asked for. */
import { useClient } from '../api/client-context.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { useSessionEnd } from './use-session-end.ts';

export type ShownDialog = 'password' | 'everywhere' | null;

type Props = { readonly shown: ShownDialog; readonly onClose: () => void };

export function AccountDialogs({ shown, onClose }: Props) {
  const client = useClient();
  const end = useSessionEnd();
  return (
    <>
      <PasswordDialog opened={shown === 'password'} onClose={onClose} />
      <ConfirmDialog
        opened={shown === 'everywhere'}
        onClose={onClose}
        title="Log out everywhere?"
        confirmLabel="Log out everywhere"
        onConfirm={async () => {
          await client.send('DELETE', '/admin/api/sessions');
          end();
        }}
      >
        Ends every session of this account, on this device and on all others.
      </ConfirmDialog>
    </>
  );
}
