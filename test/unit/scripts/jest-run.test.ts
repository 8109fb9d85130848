import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify } from '../../../scripts/setup/process-identity.ts';
import { runJest } from '../../../scripts/tests/test-program.ts';
import { eventually } from '../../helpers/eventually.ts';

/** Stands in for jest: tells that all is well, and does not end. */
const LINGERING_JEST = `
const { writeFileSync } = require('node:fs');
const report = { numPassedTests: 7, numFailedTests: 0, numRuntimeErrorTestSuites: 0, success: true };
writeFileSync(process.argv[process.argv.indexOf('--outputFile') + 1], JSON.stringify(report));
setInterval(() => {}, 1_000);
`;

/** Stands in for jest: starts a service, says which, and runs until it is ended. */
const BUSY_JEST = `
const { spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const service = spawn('sleep', ['600'], { stdio: 'ignore' });
writeFileSync('service', String(service.pid));
`;

describe('jest run', () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'jest-run-'));
    mkdirSync(join(project, 'node_modules', 'jest', 'bin'), { recursive: true });
  });
  const standIn = (script: string) => {
    writeFileSync(join(project, 'node_modules', 'jest', 'bin', 'jest.js'), script);
  };
  afterEach(() => {
    rmSync(project, { recursive: true, force: true });
  });

  it('ends what its tests had started when it is broken off, and counts as a failure', async () => {
    standIn(BUSY_JEST);
    const stopping = new AbortController();
    const running = runJest({ project, suite: 'unit', env: {}, signal: stopping.signal, args: [] });
    const file = join(project, 'service');
    const pid = Number(await eventually(() => existsSync(file) && readFileSync(file, 'utf8')));
    expect(identify(pid)).toBeDefined();
    stopping.abort();
    expect(await running).toEqual({ passed: 0, failed: 1 });
    expect(identify(pid)).toBeUndefined();
  });

  it('is a failure that ends soon where jest tells its numbers and does not end', async () => {
    standIn(LINGERING_JEST);
    const { signal } = new AbortController();
    const run = { project, suite: 'unit', env: {}, signal, args: [], exitMsMax: 50 } as const;
    expect(await runJest(run)).toEqual({ passed: 7, failed: 1 });
  });
});
