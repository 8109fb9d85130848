/**
 * Brings the composed service up on the machine's engine, with stand-ins for the public base images, asks everything of
 * it that it promises, takes it down and looks for what is left. Needs root, docker, docker-compose, mmdebstrap, npm:
 * `npm run test:compose` provides them.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unlessAborted } from '../../shared/platform/deadline.ts';
import { makeBases } from './bases.ts';
import { createDeployment, removeImages, type Deployment } from './deployment.ts';
import { breakOff } from './command.ts';
import { createSteps } from './steps.ts';

let passed = 0;
let failed = 0;
const stopping = new AbortController();

async function step(name: string, act: () => Promise<void>): Promise<void> {
  const startedMs = performance.now();
  try {
    await act();
    passed += 1;
    say(`✓ ${name} (${seconds(startedMs)})`);
  } catch (error) {
    failed += 1;
    say(
      `✗ ${name} (${seconds(startedMs)})\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }
}

const seconds = (startedMs: number): string => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Stops at the first failure: every step builds on the ones before. */
async function test(deployment: Deployment): Promise<void> {
  for (const [name, act] of createSteps(deployment)) {
    await step(name, () => unlessAborted(act(), stopping.signal));
    if (stopping.signal.aborted) return;
    if (failed > 0) {
      say(await deployment.compose('logs', '--tail', '20', 'worker', 'redis', 'postgres', 'migrate').catch(String));
      return;
    }
  }
}

/** Takes everything away that the run has made, also where a step of this fails; then tells what went wrong. */
async function clear(name: string, directory: string, deployment: Deployment | undefined): Promise<void> {
  const sandboxes = (await deployment?.takeDown()) ?? [];
  await removeImages(name);
  await rm(directory, { recursive: true, force: true });
  assert.deepEqual(sandboxes, [], 'sandboxes that outlived their workers');
  assert.deepEqual(await deployment?.leftovers(), deployment === undefined ? undefined : []);
}

async function main(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) return;
      stopping.abort(new Error(`stopped by ${signal}`));
      breakOff();
    });
  }
  const name = `ci-compose-${randomBytes(3).toString('hex')}`;
  const directory = await mkdtemp(join(tmpdir(), `${name}-`));
  let deployment: Deployment | undefined;
  try {
    await step('makes stand-ins for the base images', async () => {
      deployment = await createDeployment(name, directory, await makeBases(name, directory));
    });
    if (deployment !== undefined) await test(deployment);
  } finally {
    await step('leaves nothing', () => clear(name, directory, deployment));
  }
  say(`${String(passed)} passed, ${String(failed)} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
