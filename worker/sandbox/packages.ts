/** Asks a sandbox what its image holds. */
import { PackageList } from '../../shared/contracts/worker-status.ts';
import { createCollector } from './collector.ts';
import type { Sandbox } from './sandbox.ts';

/** Written when the image was built. */
const LIST_PATH = '/usr/share/code-interpreter/packages.json';
const TIMEOUT_MS = 10_000;

/** The Python version and every importable distribution; null when the image has no list. */
export async function readPackages(sandbox: Pick<Sandbox, 'run' | 'isClean'>): Promise<PackageList | null> {
  const collector = createCollector(() => undefined);
  const code = `print(open(${JSON.stringify(LIST_PATH)}).read())`;
  await sandbox.run(
    { run: 'packages', code, stdin: '', timeoutMs: TIMEOUT_MS, floodBytesMax: 1024 * 1024 },
    { onStarted: () => undefined, onBytes: collector.push },
    new AbortController().signal,
  );
  const { outputs } = collector.finish();
  await sandbox.isClean();
  const [first] = outputs;
  if (first?.type !== 'text') return null;
  return PackageList.safeParse(JSON.parse(first.text)).data ?? null;
}
