import { describe, expect, it } from '@jest/globals';
import { chooseSuites, SUITES } from '../../../scripts/tests/suites.ts';
import { closingLine, readJestReport, readUnittestOutput } from '../../../scripts/tests/tally.ts';

const jest = (report: object) =>
  readJestReport(
    JSON.stringify({ numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, success: true, ...report }),
  );

describe('tally: jest', () => {
  it('counts what passed and failed', () => {
    expect(jest({ numPassedTests: 7, numFailedTests: 2, success: false })).toEqual({ passed: 7, failed: 2 });
  });
  it('counts a file that could not be loaded as a failure', () => {
    expect(jest({ numPassedTests: 7, numRuntimeErrorTestSuites: 1, success: false })).toEqual({ passed: 7, failed: 1 });
  });
  it('counts a run without any test as a failure', () => {
    expect(jest({})).toEqual({ passed: 0, failed: 1 });
  });
  it('counts a run that failed for another reason as a failure', () => {
    expect(jest({ numPassedTests: 3, success: false })).toEqual({ passed: 3, failed: 1 });
  });
  it.each(['', '{', '{"numPassedTests":3}'])('counts a report that says nothing as a failure: %j', (text) => {
    expect(readJestReport(text)).toEqual({ passed: 0, failed: 1 });
  });
});

describe('tally: unittest', () => {
  it.each([
    ['...\n-----\nRan 12 tests in 0.400s\n\nOK\n', { passed: 12, failed: 0 }],
    ['Ran 1 test in 0.1s\n\nOK\n', { passed: 1, failed: 0 }],
    ['Ran 12 tests in 0.4s\n\nOK (skipped=2)\n', { passed: 10, failed: 0 }],
    ['Ran 12 tests in 0.4s\n\nFAILED (failures=2, errors=1, skipped=1)\n', { passed: 8, failed: 3 }],
    ['Ran 2 tests in 0.4s\n\nFAILED (unexpected successes=1)\n', { passed: 1, failed: 1 }],
    ['Ran 0 tests in 0.000s\n\nOK\n', { passed: 0, failed: 1 }],
    ['Ran 0 tests in 0.000s\n\nNO TESTS RAN\n', { passed: 0, failed: 1 }],
    ['Traceback (most recent call last):\nImportError\n', { passed: 0, failed: 1 }],
    ['', { passed: 0, failed: 1 }],
  ])('reads %j', (output, expected) => {
    expect(readUnittestOutput(output)).toEqual(expected);
  });
});

describe('tally: closing line', () => {
  it('says both numbers', () => {
    expect(closingLine({ passed: 12, failed: 0 })).toBe('12 passed, 0 failed');
  });
});

describe('suites: choice', () => {
  it('is all but the long ones without a name', () => {
    expect(chooseSuites([])).toEqual(SUITES.filter((suite) => suite !== 'gvisor-attacks'));
  });
  it('is also a long one that was named', () => {
    expect(chooseSuites(['gvisor-attacks'])).toEqual(['gvisor-attacks']);
  });
  it('is what was named, in the usual order', () => {
    expect(chooseSuites(['e2e', 'unit'])).toEqual(['unit', 'e2e']);
  });
  it('is none for a name that is no suite', () => {
    expect(chooseSuites(['unit', 'e2'])).toBeUndefined();
  });
});
