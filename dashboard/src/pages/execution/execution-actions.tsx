/** What can be done with an execution. */
import { Button, Menu, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBraces, IconChevronDown, IconPlayerStop, IconRefresh, IconTerminal2 } from '@tabler/icons-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import type { OperatorExecution } from '../../../../shared/contracts/operator-execution.ts';
import { apiPath, useClient } from '../../api/client-context.ts';
import { copyText } from '../../parts/copy-text.ts';
import { JsonView } from '../../parts/json-view.tsx';
import { RoleButton } from '../../parts/role-button.tsx';
import { useAction } from '../../parts/use-action.ts';
import { isOpen } from '../executions/use-live-executions.ts';
import { curlCommand } from './curl-command.ts';
import { executionPath } from './use-execution.ts';

type Props = { readonly execution: OperatorExecution; readonly onChanged: () => void };

export function ExecutionActions({ execution, onChanged }: Props) {
  const [isRaw, setIsRaw] = useState(false);
  return (
    <>
      {isOpen(execution) ? <Cancel execution={execution} onChanged={onChanged} /> : <Retry execution={execution} />}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={14} />}>
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconTerminal2 size={16} />}
            onClick={() => {
              copyText(curlCommand(window.location.origin, execution)).then(
                () =>
                  notifications.show({
                    message: 'The command is copied. It takes the key from API_KEY.',
                    color: 'petrol',
                  }),
                () => notifications.show({ message: 'The browser did not let it be copied.', color: 'red' }),
              );
            }}
          >
            Copy as curl
          </Menu.Item>
          <Menu.Item
            leftSection={<IconBraces size={16} />}
            onClick={() => {
              setIsRaw(true);
            }}
          >
            Raw JSON
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isRaw}
        onClose={() => {
          setIsRaw(false);
        }}
        title="Raw JSON"
        size="xl"
      >
        <JsonView value={execution} label="The execution as JSON" />
      </Modal>
    </>
  );
}

function Cancel({ execution, onChanged }: Props) {
  const client = useClient();
  const cancel = useAction(() => client.send('POST', apiPath(executionPath(execution.id, '/cancel'))), {
    done: 'Its worker was told to stop it.',
    onDone: onChanged,
  });
  return (
    <RoleButton
      role="operator"
      color="red.8"
      leftSection={<IconPlayerStop size={16} />}
      loading={cancel.isRunning}
      onClick={cancel.run}
    >
      Cancel
    </RoleButton>
  );
}

function Retry({ execution }: Pick<Props, 'execution'>) {
  const client = useClient();
  const navigate = useNavigate();
  const retry = useAction(
    () => client.send<OperatorExecution>('POST', apiPath(executionPath(execution.id, '/retry'))),
    {
      done: 'It runs again, as a new execution.',
      onDone: ({ id }) => void navigate(executionPath(id)),
    },
  );
  return (
    <RoleButton
      role="operator"
      variant="default"
      leftSection={<IconRefresh size={16} />}
      loading={retry.isRunning}
      onClick={retry.run}
    >
      Run again
    </RoleButton>
  );
}
