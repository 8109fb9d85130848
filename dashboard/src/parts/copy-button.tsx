/** Copies a text, and says that it did. */
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { copyText } from './copy-text.ts';

type Props = {
  readonly text: string;
  /** What is copied: `id`, `secret`. */
  readonly what: string;
  /** With words instead of a tooltip. */
  readonly label?: string;
};

type State = 'ready' | 'copied' | 'failed';

const TOLD_MS = 1_500;
const ICONS = { ready: IconCopy, copied: IconCheck, failed: IconX };

export function CopyButton({ text, what, label }: Props) {
  const [state, setState] = useState<State>('ready');
  const tell = (told: State) => {
    setState(told);
    setTimeout(() => {
      setState('ready');
    }, TOLD_MS);
  };
  const copy = () => {
    copyText(text).then(
      () => {
        tell('copied');
      },
      () => {
        tell('failed');
      },
    );
  };
  const Icon = ICONS[state];
  const told = { ready: label ?? `Copy ${what}`, copied: 'Copied', failed: 'The browser refused' }[state];
  if (label !== undefined) {
    return (
      <Button variant="default" leftSection={<Icon size={16} stroke={1.6} />} onClick={copy}>
        {told}
      </Button>
    );
  }
  return (
    <Tooltip label={told}>
      <ActionIcon variant="subtle" color="gray" size="sm" onClick={copy} aria-label={told}>
        <Icon size={15} stroke={1.6} />
      </ActionIcon>
    </Tooltip>
  );
}
