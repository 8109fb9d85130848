/** What the bootstrap decides. Pure. */

/** The first Node that runs TypeScript without a flag. */
const NODE_MIN = [22, 18];

/** @param {string} version as `process.versions.node` gives it */
export function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
}

/**
 * Whether what npm says it installed (`node_modules/.package-lock.json`, written when an installation is complete) is
 * what the lock file asks for. Optional packages may be missing: they are made for other machines.
 * @param {string} lockText
 * @param {string} installedText empty when nothing is installed
 */
export function hasPackages(lockText, installedText) {
  if (installedText === '') return false;
  const installed = packagesOf(installedText);
  const wanted = packagesOf(lockText);
  const complete = [...wanted].every(([path, entry]) => {
    const found = installed.get(path);
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
  return complete && [...installed.keys()].every((path) => wanted.has(path));
}

/** A command ended by a signal ends its parent as shells have it: 128 and the signal's number. */
export function signalExitStatus(signal, numbers) {
  return 128 + (numbers[signal] ?? 0);
}

function packagesOf(text) {
  const entries = Object.entries(JSON.parse(text).packages ?? {});
  return new Map(entries.filter(([path]) => path !== ''));
}
