/** An id, short enough for a table: the whole of it on hover and by copying. */
import { Group, Tooltip } from '@mantine/core';
import { Link } from 'react-router';
import { CopyButton } from './copy-button.tsx';

const SHOWN_CHARACTERS = 6;

/** Where the thing that an id names is shown, by the id's prefix. */
const PATHS: Readonly<Record<string, string>> = {
  exec: '/executions',
  org: '/organizations',
  resp: '/responses',
};

type Props = {
  readonly id: string | null | undefined;
  /** Whole, with a button that copies it. */
  readonly whole?: boolean;
};

export function IdLink({ id, whole = false }: Props) {
  if (id === null || id === undefined) return <span aria-label="none">–</span>;
  const path = PATHS[id.split('_')[0] ?? ''];
  const text = <span className="mono nowrap">{whole ? id : shortId(id)}</span>;
  const shown =
    path === undefined ? (
      <span>{text}</span>
    ) : (
      <Link className="link" to={`${path}/${encodeURIComponent(id)}`}>
        {text}
      </Link>
    );
  if (!whole) return <Tooltip label={id}>{shown}</Tooltip>;
  return (
    <Group gap={4} wrap="nowrap" component="span" display="inline-flex" maw="100%">
      <span className="id-whole">{shown}</span>
      <CopyButton text={id} what="id" />
    </Group>
  );
}

/** `exec_4s0kq7…`; an id without a prefix is left as it is. */
export function shortId(id: string): string {
  const at = id.indexOf('_');
  return at < 0 || id.length <= at + 1 + SHOWN_CHARACTERS ? id : `${id.slice(0, at + 1 + SHOWN_CHARACTERS)}…`;
}
