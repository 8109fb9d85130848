import { CodeView } from './code-view.tsx';

/** A value as JSON, to read and to copy. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }) {
  return <CodeView code={JSON.stringify(value, null, 2)} language="text" label={label} />;
}
