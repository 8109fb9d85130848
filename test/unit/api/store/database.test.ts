import { describe, expect, it } from '@jest/globals';
import { DatabaseError } from 'pg';
import { isDataError, toAppError } from '../../../../api/store/database.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';

function databaseError(code: string): DatabaseError {
  const error = new DatabaseError('could not do it', 1, 'error');
  error.code = code;
  return error;
}

const codeOf = (error: unknown) => {
  const told = toAppError(error);
  return told instanceof AppError ? told.code : undefined;
};

describe('database: failures', () => {
  it.each(['53100'])('state %s is a full disk', (state) => {
    expect(codeOf(databaseError(state))).toBe('STORAGE_FULL');
  });

  it.each(['08006', '53300', '57014', '57P01', '57P03', '40001', '25006', '58030'])(
    'state %s is an outage',
    (state) => {
      expect(codeOf(databaseError(state))).toBe('DATABASE_UNAVAILABLE');
    },
  );

  it.each(['42P01', '23505', '22021', '42703'])('state %s is a fault of ours', (state) => {
    expect(codeOf(databaseError(state))).toBeUndefined();
  });

  it.each([
    'Connection terminated unexpectedly',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'connect ECONNREFUSED 127.0.0.1:5432',
  ])('"%s" is an outage', (message) => {
    expect(codeOf(new Error(message))).toBe('DATABASE_UNAVAILABLE');
  });

  it('"No space left on device" is a full disk, in whatever state it comes', () => {
    expect(codeOf(new Error('could not extend file: No space left on device'))).toBe('STORAGE_FULL');
  });

  it('leaves other errors as they are', () => {
    const error = new TypeError('x is not a function');
    expect(toAppError(error)).toBe(error);
  });
});

describe('database: data errors', () => {
  it.each([
    ['22021', true],
    ['22P05', true],
    ['23514', true],
    ['53100', false],
    ['57014', false],
  ])('state %s: %s', (state, expected) => {
    expect(isDataError(databaseError(state))).toBe(expected);
    expect(isDataError(new AppError('INTERNAL', 'x', { cause: databaseError(state) }))).toBe(expected);
  });
});
