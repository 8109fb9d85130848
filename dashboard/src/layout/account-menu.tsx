/** Who is logged in; the ways out. */
import { Avatar, Button, Menu, Text } from '@mantine/core';
import { IconDoorExit, IconKey, IconLogout } from '@tabler/icons-react';
import { useState } from 'react';
import { useClient } from '../api/client-context.ts';
import { useRights } from '../api/session.tsx';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { useAction } from '../parts/use-action.ts';
import { useSessionEnd } from './use-session-end.ts';
import { PasswordDialog } from './password-dialog.tsx';

export function AccountMenu() {
  const { account } = useRights();
  const client = useClient();
  const end = useSessionEnd();
  const [shown, setShown] = useState<'password' | 'everywhere' | null>(null);
  const logOut = useAction(() => client.send('DELETE', '/admin/api/session'), { onDone: end });
  const close = () => {
    setShown(null);
  };
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            px="xs"
            leftSection={<Avatar name={account.name} size={26} color="petrol" aria-hidden />}
          >
            <Text component="span" size="sm" className="account-name">
              {account.name}
            </Text>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {account.name} · {account.role}
          </Menu.Label>
          <Menu.Item
            leftSection={<IconKey size={16} />}
            onClick={() => {
              setShown('password');
            }}
          >
            Change password
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDoorExit size={16} />}
            onClick={() => {
              setShown('everywhere');
            }}
          >
            Log out everywhere
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            leftSection={<IconLogout size={16} />}
            onClick={() => {
              logOut.run();
            }}
          >
            Log out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <PasswordDialog opened={shown === 'password'} onClose={close} />
      <ConfirmDialog
        opened={shown === 'everywhere'}
        onClose={close}
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
