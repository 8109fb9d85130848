import { describe, expect, it } from '@jest/globals';
import { hasPackages, runsTypeScript, signalExitStatus } from '../../../scripts/bootstrap-checks.mjs';

describe('bootstrap: runs TypeScript', () => {
  it.each([
    ['18.19.1', false],
    ['20.20.2', false],
    ['22.17.9', false],
    ['22.18.0', true],
    ['23.0.0', true],
    ['24.21.0', true],
  ])('Node %s: %s', (version, expected) => {
    expect(runsTypeScript(version)).toBe(expected);
  });
});

describe('bootstrap: has packages', () => {
  const lock = (packages: Record<string, object>) =>
    JSON.stringify({ packages: { '': { name: 'project' }, ...packages } });
  const wanted = lock({
    'node_modules/zod': { version: '4.6.7' },
    'node_modules/other-os': { version: '1.0.0', optional: true },
  });

  it('is false when nothing is installed', () => {
    expect(hasPackages(wanted, '')).toBe(false);
  });
  it('is true without an optional package', () => {
    expect(hasPackages(wanted, lock({ 'node_modules/zod': { version: '4.6.7' } }))).toBe(true);
  });
  it('is false for another version', () => {
    expect(hasPackages(wanted, lock({ 'node_modules/zod': { version: '4.6.6' } }))).toBe(false);
  });
  it('is false without a package that is not optional', () => {
    expect(hasPackages(wanted, lock({ 'node_modules/other-os': { version: '1.0.0' } }))).toBe(false);
  });
  it('is false with a package that the lock file does not name', () => {
    const installed = lock({ 'node_modules/zod': { version: '4.6.7' }, 'node_modules/left': { version: '1.0.0' } });
    expect(hasPackages(wanted, installed)).toBe(false);
  });
});

describe('bootstrap: exit status', () => {
  it('is 128 and the number of the signal', () => {
    expect(signalExitStatus('SIGINT', { SIGINT: 2 })).toBe(130);
  });
});
