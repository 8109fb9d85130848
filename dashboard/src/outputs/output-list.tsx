/** What an execution shows, in the order in which it was shown, as a notebook does. */
import type { Output } from '../../../shared/contracts/execution.ts';
import { BundleOutput } from './bundle-output.tsx';
import { ErrorOutput } from './error-output.tsx';
import { FileOutput } from './file-output.tsx';
import type { OutputPlace } from './output-place.ts';
import { TextOutput } from './text-output.tsx';
import './output-list.css';

type Props = {
  readonly executionId: string;
  readonly outputs: readonly Output[];
  /** Whether the execution has ended: until then frames and downloads cannot be had. */
  readonly isStored: boolean;
};

export function OutputList({ executionId, outputs, isStored }: Props) {
  return (
    <ol className="outputs" aria-label="Outputs">
      {outputs.map((output, at) => (
        // Outputs are only ever added at the end.
        <li key={at} className="output" data-type={output.type}>
          <OneOutput output={output} place={{ executionId, at, isStored }} />
        </li>
      ))}
    </ol>
  );
}

function OneOutput({ output, place }: { readonly output: Output; readonly place: OutputPlace }) {
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
}
