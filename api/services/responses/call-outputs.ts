/** From an execution to what a call shows of it, and to what the model reads of it. Pure. */
import type { MimeBundle, Output, ShownExit } from '../../../shared/contracts/execution.ts';
import type { CallOutput, CodeInterpreterCall } from '../../../shared/contracts/response-item.ts';
import type { ExitReason } from '../../../shared/contracts/statuses.ts';

/** What is read of an execution that has ended. */
export type EndedRun = { readonly outputs: readonly Output[]; readonly exit: ShownExit };

const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;

/** Every end of the code itself is a completed call: an exception is something to read. */
const CALL_STATUS: Readonly<Record<ExitReason, CodeInterpreterCall['status']>> = {
  ok: 'completed',
  exception: 'completed',
  exit: 'completed',
  timed_out: 'incomplete',
  out_of_memory: 'incomplete',
  output_limit: 'incomplete',
  killed: 'incomplete',
  cancelled: 'incomplete',
  sandbox_lost: 'failed',
};

export function callStatus(reason: ExitReason): CodeInterpreterCall['status'] {
  return CALL_STATUS[reason];
}

/** In the order they were made; the newline that ends a text is left out, and an end that explains itself by nothing else is told last. */
export function callOutputs({ outputs, exit }: EndedRun): CallOutput[] {
  const shown = outputs.flatMap(shownOutput).filter((output) => output.type !== 'text' || output.text !== '');
  if (exit.hint !== undefined) return [...shown, text(`${exit.reason}: ${exit.hint}`)];
  return exit.reason === 'exit' ? [...shown, text(`exit code ${String(exit.code)}`)] : shown;
}

function shownOutput(output: Output): CallOutput[] {
  switch (output.type) {
    case 'text':
      return [text(output.text.replace(/\r?\n$/, ''))];
    case 'result':
    case 'display':
      return bundleOutputs(output.data);
    case 'file':
      return [text(`[file ${output.name}, ${output.mime_type}, ${String(output.size_bytes)} bytes]`)];
    case 'error':
      return [text([output.traceback.trimEnd(), output.hint].filter((part) => part !== undefined).join('\n'))];
  }
}

/** A picture stands for its value; whatever else a value is, it has a text. */
function bundleOutputs(data: MimeBundle): CallOutput[] {
  const picture = PICTURES.find((type) => data[type] !== undefined);
  if (picture !== undefined) return [image(`data:${picture};base64,${data[picture]?.replaceAll(/\s/g, '') ?? ''}`)];
  const svg = data['image/svg+xml'];
  if (svg !== undefined) return [image(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`)];
  return [text(data['text/plain'] ?? data['text/markdown'] ?? data['text/latex'] ?? data['text/html'] ?? '')];
}

function text(value: string): CallOutput {
  return { type: 'text', text: value };
}

function image(url: string): CallOutput {
  return { type: 'image', url };
}
