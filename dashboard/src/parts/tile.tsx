/** One number of now, leading to what is behind it. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import './tile.css';

type Props = {
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly tone?: 'warn' | 'bad' | undefined;
  readonly to: string;
};

export function Tile({ label, value, note, tone, to }: Props) {
  return (
    <Link className="card tile" to={to} data-tone={tone}>
      <Text component="span" size="xs" c="dimmed" fw={600}>
        {label}
      </Text>
      <span className="tile-value numbers">{value}</span>
      <Text component="span" size="xs" c="dimmed" className="numbers">
        {note}
      </Text>
    </Link>
  );
}

export function Tiles({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="tiles" role="group" aria-label={label}>
      {children}
    </div>
  );
}
