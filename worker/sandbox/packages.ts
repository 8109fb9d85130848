/** Asks a sandbox what its image holds. */
import { PackageList } from '../../shared/contracts/worker-status.ts';
import { createCollector } from './collector.ts';
import type { Sandbox } from './sandbox.ts';

/** Written when the image was built. */
const LIST_PATH = '/usr/share/code-interpreter/packages.json';
const TIMEOUT_MS = 10_000;
const LIST_BYTES_MAX = 1024 * 1024;

/**
 * The Python version and every importable distribution; null when the image has no readable list.
 * @throws when the sandbox cannot be used any more, or `signal` is aborted
 */
export async function readPackages(
  sandbox: Pick<Sandbox, 'run' | 'isClean'>,
  signal: AbortSignal,
): Promise<PackageList | null> {
  const collector = createCollector(() => undefined);
  const code = `print(open(${JSON.stringify(LIST_PATH)}).read())`;
  await sandbox.run(
    { run: 'packages', code, stdin: '', timeoutMs: TIMEOUT_MS, floodBytesMax: LIST_BYTES_MAX },
    { onStarted: () => undefined, onBytes: collector.push },
    signal,
  );
  const [first] = collector.finish().outputs;
  signal.throwIfAborted();
  if (!(await sandbox.isClean())) throw new Error('The sandbox is not clean after its package list was read');
  return first?.type === 'text' ? parseList(first.text) : null;
}

function parseList(text: string): PackageList | null {
  try {
    return PackageList.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
