import { describe, expect, it } from '@jest/globals';
import { retryAdvice } from '../../../../api/http/retry-advice.ts';
import { ERROR_STATUS, type ErrorCode } from '../../../../shared/contracts/errors.ts';

const codes = Object.keys(ERROR_STATUS).filter((code): code is ErrorCode => code in ERROR_STATUS);
const POST = { method: 'POST', hasKey: false };

describe('retry advice', () => {
  it.each(['SHUTTING_DOWN', 'RATE_LIMITED', 'QUEUE_FULL', 'NO_WORKER'] as const)('is to try again after %s', (code) => {
    expect(retryAdvice(code, POST)).toBe(true);
  });

  it.each(['QUEUE_UNAVAILABLE', 'DATABASE_UNAVAILABLE', 'INTERNAL'] as const)(
    'is not to post again after %s, where something may run',
    (code) => {
      expect(retryAdvice(code, POST)).toBe(false);
      expect(retryAdvice(code, { ...POST, method: 'GET' })).toBe(true);
    },
  );

  it('is to post again where a key keeps it from running twice', () => {
    expect(retryAdvice('DATABASE_UNAVAILABLE', { ...POST, hasKey: true })).toBe(true);
    expect(retryAdvice('INTERNAL', { ...POST, hasKey: true })).toBe(false);
  });

  it.each(['RESPONSE_ENDED', 'IDEMPOTENCY_CONFLICT', 'MODEL_NOT_CONFIGURED', 'REQUESTS_PER_DAY_EXCEEDED'] as const)(
    'is not to try again after %s, which time does not heal',
    (code) => {
      expect(retryAdvice(code, POST)).toBe(false);
    },
  );

  it.each(codes.filter((code) => [408, 409, 429].includes(ERROR_STATUS[code]) || ERROR_STATUS[code] >= 500))(
    'is given for %s, which clients would judge for themselves otherwise',
    (code) => {
      expect(retryAdvice(code, POST)).toBeDefined();
    },
  );
});
