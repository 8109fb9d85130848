/** What an execution shows, in the order in which it was shown, as a notebook does. */
import { Button } from '@mantine/core';
import { memo, useState } from 'react';
import type { Output } from '../../../shared/contracts/execution.ts';
import { formatCount } from '../parts/format.ts';
import { BundleOutput } from './bundle-output.tsx';
import { ErrorOutput } from './error-output.tsx';
import { FileOutput } from './file-output.tsx';
import { shownOf } from './shown-outputs.ts';
import { TextOutput } from './text-output.tsx';
import './output-list.css';

type Props = {
  readonly executionId: string;
  readonly outputs: readonly Output[];
  /** Whether the execution has ended: until then frames and downloads cannot be had. */
  readonly isStored: boolean;
};

export function OutputList(props: Props) {
  // What was opened and chosen belongs to one execution.
  return <Outputs key={props.executionId} {...props} />;
}

function Outputs({ executionId, outputs, isStored }: Props) {
  const [rounds, setRounds] = useState(0);
  const { first, leftOut, added } = shownOf(outputs.length, rounds);
  const itemAt = (output: Output, at: number) => (
    // Outputs are only ever added at the end.
    <li key={at} className="output" data-type={output.type}>
      <OneOutput output={output} executionId={executionId} at={at} isStored={isStored} />
    </li>
  );
  return (
    <ol className="outputs" aria-label="Outputs">
      {outputs.slice(0, first).map(itemAt)}
      {leftOut > 0 && (
        <li key="left-out" className="output-more">
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => {
              setRounds(rounds + 1);
            }}
          >
            Show {formatCount(added)} more ({formatCount(leftOut)} left out)
          </Button>
        </li>
      )}
      {outputs.slice(first + leftOut).map((output, at) => itemAt(output, first + leftOut + at))}
    </ol>
  );
}

type OneProps = {
  readonly output: Output;
  readonly executionId: string;
  readonly at: number;
  readonly isStored: boolean;
};

/** Drawn anew only when it changes itself, not at each that comes after it. */
const OneOutput = memo(function OneOutput({ output, ...place }: OneProps) {
  switch (output.type) {
    case 'text':
      return <TextOutput stream={output.stream} text={output.text} />;
    case 'result':
    case 'display':
      return <BundleOutput data={output.data} place={place} />;
    case 'error':
      return <ErrorOutput error={output} />;
    case 'file':
      return <FileOutput file={output} place={place} />;
  }
});
