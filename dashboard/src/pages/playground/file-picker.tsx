/** Which of the organization's files the code finds at /mnt/data; new ones can be added. */
import { Checkbox, FileButton, Group, Stack, Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import type { StoredFile } from '../../../../shared/contracts/stored-file.ts';
import { apiPath, askKey, useAsk, useClient } from '../../api/client-context.ts';
import { formatBytes } from '../../parts/format.ts';
import { RoleButton } from '../../parts/role-button.tsx';
import { ErrorState } from '../../parts/states.tsx';
import { useActionOn } from '../../parts/use-action.ts';
import type { CursorPage } from '../../parts/use-cursor-list.ts';

const SHOWN_FILES = 50;

type Props = {
  readonly organizationId: string;
  readonly chosen: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
};

export function FilePicker({ organizationId, chosen, onChange }: Props) {
  const client = useClient();
  const path = `/organizations/${encodeURIComponent(organizationId)}/files`;
  const files = useAsk<CursorPage<StoredFile>>(path, { query: { limit: SHOWN_FILES } });
  const upload = useActionOn(
    (file: File) => {
      const form = new FormData();
      form.set('file', file);
      return client.send<StoredFile>('POST', apiPath(path), form);
    },
    {
      changes: [askKey(path)],
      onDone: ({ id }) => {
        onChange([...chosen, id]);
      },
    },
  );
  const rows = files.data?.data ?? [];
  return (
    <Stack gap="xs" component="fieldset" className="playground-files">
      <Group justify="space-between" component="legend" wrap="nowrap">
        <Text size="sm" fw={500}>
          Files at /mnt/data
        </Text>
        <FileButton
          onChange={(file) => {
            if (file !== null) upload.run(file);
          }}
        >
          {({ onClick }) => (
            <RoleButton
              role="operator"
              size="compact-xs"
              variant="subtle"
              leftSection={<IconUpload size={13} />}
              loading={upload.isRunning}
              onClick={onClick}
            >
              Add
            </RoleButton>
          )}
        </FileButton>
      </Group>
      {files.error !== null && <ErrorState error={files.error} onRetry={() => void files.refetch()} />}
      {files.data !== undefined && rows.length === 0 && (
        <Text size="xs" c="dimmed">
          The organization has no files.
        </Text>
      )}
      <div className="playground-file-list">
        {rows.map(({ id, filename, bytes }) => (
          <Checkbox
            key={id}
            size="xs"
            label={filename}
            description={formatBytes(bytes)}
            checked={chosen.includes(id)}
            onChange={(event) => {
              onChange(event.currentTarget.checked ? [...chosen, id] : chosen.filter((one) => one !== id));
            }}
          />
        ))}
      </div>
    </Stack>
  );
}
