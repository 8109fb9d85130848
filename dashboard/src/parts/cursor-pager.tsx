/** Forth and back through a list that is read page by page. */
import { Button, Group, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconChevronsLeft } from '@tabler/icons-react';
import type { CursorPages } from './use-cursor-list.ts';

type Props = { readonly pages: CursorPages; readonly count: number | undefined; readonly isFetching?: boolean };

export function CursorPager({ pages, count, isFetching = false }: Props) {
  return (
    <>
      <Text size="xs" c="dimmed" aria-live="polite">
        {count === undefined || isFetching ? 'Loading…' : `${String(count)} on this page`}
      </Text>
      <Group gap="xs" component="nav" aria-label="Pages of the list">
        {!pages.isFirst && (
          <Button size="xs" variant="subtle" leftSection={<IconChevronsLeft size={14} />} onClick={pages.onFirst}>
            First
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          leftSection={<IconChevronLeft size={14} />}
          disabled={pages.onPrevious === null}
          onClick={() => pages.onPrevious?.()}
        >
          Previous
        </Button>
        <Button
          size="xs"
          variant="default"
          rightSection={<IconChevronRight size={14} />}
          disabled={pages.onNext === null}
          onClick={() => pages.onNext?.()}
        >
          Next
        </Button>
      </Group>
    </>
  );
}
