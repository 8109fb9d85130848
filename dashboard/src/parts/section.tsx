/** A card with a heading: one matter of a page. */
import { Group, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import './section.css';

type Props = {
  readonly title: string;
  readonly actions?: ReactNode;
  /** Tables and code lie at the edge; everything else has a margin. */
  readonly flush?: boolean;
  readonly children: ReactNode;
};

export function Section({ title, actions, flush = false, children }: Props) {
  const id = useId();
  return (
    <section className="card section" aria-labelledby={id}>
      <Group justify="space-between" className="section-head" gap="xs">
        <Title order={2} id={id} size="h4">
          {title}
        </Title>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      <div className={flush ? 'section-flush' : 'section-body'}>{children}</div>
    </section>
  );
}
