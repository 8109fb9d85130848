import { NumberInput, Textarea } from '@mantine/core';

const TIMEOUT_SECONDS_MAX = 30;

export type RunChoice = { readonly stdin: string; readonly timeoutMs: number };

type Props = { readonly options: RunChoice; readonly onChange: (options: RunChoice) => void };

export function RunOptions({ options, onChange }: Props) {
  return (
    <>
      <NumberInput
        label="Time limit"
        suffix=" s"
        min={1}
        max={TIMEOUT_SECONDS_MAX}
        clampBehavior="strict"
        value={options.timeoutMs / 1000}
        onChange={(seconds) => {
          if (typeof seconds === 'number' && seconds > 0)
            onChange({ ...options, timeoutMs: Math.round(seconds * 1000) });
        }}
      />
      <Textarea
        label="Input"
        description="What the code reads from stdin."
        autosize
        minRows={2}
        maxRows={8}
        value={options.stdin}
        onChange={(event) => {
          onChange({ ...options, stdin: event.currentTarget.value });
        }}
      />
    </>
  );
}
