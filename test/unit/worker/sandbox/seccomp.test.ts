import { describe, expect, it } from '@jest/globals';
import { seccompFor } from '../../../../worker/sandbox/seccomp.ts';

const PROFILE = {
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [
    { comment: 'files', names: ['read', 'utimensat', 'write'], action: 'SCMP_ACT_ALLOW' },
    { comment: 'threads', names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
    { comment: 'queues', names: ['mq_open'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
  ],
};
const [files, , queues] = PROFILE.syscalls;
const read = (runtime: string): unknown => JSON.parse(seccompFor(runtime, JSON.stringify(PROFILE)));

describe('seccomp: profile for a runtime', () => {
  it('is the file as it stands for runc', () => {
    expect(read('runc')).toEqual(PROFILE);
  });
  it('lets clone3 through to gVisor, and refuses what would change the times of its devices', () => {
    const clone3 = { names: ['clone3'], action: 'SCMP_ACT_ALLOW' };
    const syscalls = [{ ...files, names: ['read', 'write'] }, queues, clone3];
    expect(read('runsc')).toEqual({ ...PROFILE, syscalls });
  });
});
