/** Who is logged in; the ways out. */
import { Avatar, Button, Menu, Text } from '@mantine/core';
import { IconDoorExit, IconKey, IconLogout } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useClient } from '../api/client-context.ts';
import { useRights } from '../api/session.tsx';
import { useAction } from '../parts/use-action.ts';
import { useSessionEnd } from './use-session-end.ts';
import type { ShownDialog } from './account-dialogs.tsx';

const AccountDialogs = lazy(async () => ({ default: (await import('./account-dialogs.tsx')).AccountDialogs }));

export function AccountMenu() {
  const { account } = useRights();
  const client = useClient();
  const end = useSessionEnd();
  const [shown, setShown] = useState<ShownDialog>(null);
  const [wasShown, setWasShown] = useState(false);
  const show = (dialog: ShownDialog) => {
    setShown(dialog);
    setWasShown(true);
  };
  const logOut = useAction(() => client.send('DELETE', '/admin/api/session'), { onDone: end });
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
              show('password');
            }}
          >
            Change password
          </Menu.Item>
          <Menu.Item
            leftSection={<IconDoorExit size={16} />}
            onClick={() => {
              show('everywhere');
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
      {wasShown && (
        <Suspense fallback={null}>
          <AccountDialogs
            shown={shown}
            onClose={() => {
              setShown(null);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
