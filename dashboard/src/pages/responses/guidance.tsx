/** What the model was told beforehand; folded, because it is long and often the same. */
import type { OperatorResponse } from '../../../../shared/contracts/operator-response.ts';
import { CodeView } from '../../parts/code-view.tsx';

type Props = { readonly response: Pick<OperatorResponse, 'instructions' | 'guidance'> };

export function Guidance({ response: { instructions, guidance } }: Props) {
  return (
    <>
      <Folded name="Guidance of the assistant and the system" text={guidance} />
      <Folded name="Instructions" text={instructions ?? ''} />
    </>
  );
}

function Folded({ name, text }: { readonly name: string; readonly text: string }) {
  if (text === '') return null;
  return (
    <details className="card response-fold">
      <summary>{name}</summary>
      <CodeView code={text} language="text" label={name} maxHeight={320} />
    </details>
  );
}
