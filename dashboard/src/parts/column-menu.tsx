/** Which columns of a table are shown. */
import { ActionIcon, Checkbox, Popover, Stack, Tooltip } from '@mantine/core';
import { IconColumns } from '@tabler/icons-react';
import type { Visibility } from './use-hidden-columns.ts';

type Props = {
  readonly columns: readonly { readonly id: string; readonly header: string }[];
  readonly visibility: Visibility;
  readonly onChange: (visibility: Visibility) => void;
};

export function ColumnMenu({ columns, visibility, onChange }: Props) {
  const shown = columns.filter(({ id }) => visibility[id] !== false).length;
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Tooltip label="Columns">
          <ActionIcon variant="subtle" color="gray" aria-label="Columns">
            <IconColumns size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {columns.map(({ id, header }) => {
            const isShown = visibility[id] !== false;
            return (
              <Checkbox
                key={id}
                size="xs"
                label={header}
                checked={isShown}
                // One column stays: a table of none cannot be read.
                disabled={isShown && shown === 1}
                onChange={() => {
                  onChange({ ...visibility, [id]: !isShown });
                }}
              />
            );
          })}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
