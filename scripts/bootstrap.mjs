/**
 * The door to every command, for whatever Node (18 or newer) the machine has: provides the npm packages, among them
 * Node 24 itself, and runs the command's TypeScript on it.
 * Plain JavaScript on purpose: nothing is installed yet when it starts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasPackages, runsTypeScript, signalExitStatus } from './bootstrap-checks.mjs';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(PROJECT, 'node_modules');
const STAMP = join(MODULES, '.code-interpreter-lock-hash');
const COMMANDS = {
  start: ['scripts/start.ts'],
  test: ['scripts/test.ts'],
  image: ['scripts/image.ts'],
  bench: ['scripts/run-on-machine.ts', 'bench'],
  faults: ['scripts/run-on-machine.ts', 'faults'],
  soak: ['scripts/run-on-machine.ts', 'soak'],
  fuzz: ['scripts/run-on-machine.ts', 'fuzz'],
  compose: ['scripts/run-on-machine.ts', 'compose'],
  outputs: ['scripts/run-on-machine.ts', 'outputs'],
  screenshots: ['scripts/run-on-machine.ts', 'screenshots'],
  /** Only provides the npm packages. */
  install: undefined,
};

const [command = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(COMMANDS, command)) fail(`Say one of: ${Object.keys(COMMANDS).join(', ')}.`);
providePackages();
const script = COMMANDS[command];
if (script !== undefined) run(node24(), [...script, ...args]);

function providePackages() {
  const lockText = readFileSync(join(PROJECT, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lockText).digest('hex');
  if (readText(STAMP) === hash) return;
  if (!hasPackages(lockText, readText(join(MODULES, '.package-lock.json')))) installPackages();
  writeFileSync(STAMP, hash);
}

function installPackages() {
  const startedMs = Date.now();
  // The directory that is about to be replaced must not provide the node that replaces it.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((directory) => !directory.startsWith(MODULES))
    .join(delimiter);
  // Not `npm ci`: it refuses a lock file that lacks optional packages for other machines, as one written behind a
  // registry that does not carry them does. This takes the same versions and leaves the lock file as it is.
  const flags = [
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
    '--loglevel=error',
  ];
  const result = spawnSync('npm', ['install', ...flags], {
    cwd: PROJECT,
    env: { ...process.env, PATH: path },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.error !== undefined) fail(`npm packages: npm cannot be run (${result.error.message}); install npm.`);
  if (result.signal !== null) process.exit(signalExitStatus(result.signal, constants.signals));
  if (result.status !== 0) fail(`npm packages: npm install failed\n${result.stdout}${result.stderr}`);
  console.log(`npm packages: installed (${((Date.now() - startedMs) / 1000).toFixed(1)} s)`);
}

/** A Node that runs TypeScript directly: npm's own copy of Node 24, else the machine's. */
function node24() {
  const local = join(MODULES, '.bin', 'node');
  if (existsSync(local)) return local;
  if (runsTypeScript(process.versions.node)) return process.execPath;
  return fail(
    `Node ${process.versions.node} is too old to run this, and npm has no Node 24 for ${process.platform} on ${process.arch}: install Node 24.`,
  );
}

/**
 * Runs the command in this terminal's process group and ends as it ends. Every signal is handed on: a Ctrl-C at the
 * terminal then reaches the command twice, and its second arrival changes nothing there.
 */
function run(node, nodeArgs) {
  const child = spawn(node, nodeArgs, {
    cwd: PROJECT,
    stdio: 'inherit',
    env: { ...process.env, PATH: `${join(MODULES, '.bin')}${delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} cannot be run: ${error.message}`));
  child.on('exit', (status, signal) => {
    process.exitCode = signal === null ? status : signalExitStatus(signal, constants.signals);
  });
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
