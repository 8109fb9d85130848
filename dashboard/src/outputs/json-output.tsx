import { CodeView } from '../parts/code-view.tsx';

export function JsonOutput({ text }: { readonly text: string }) {
  return <CodeView code={indented(text)} language="text" label="Output as JSON" />;
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
