import { describe, expect, it } from '@jest/globals';
import { RunReport } from '../../../shared/contracts/result.ts';

const report = (outputs: readonly unknown[]) => ({
  version: 1,
  kind: 'finished',
  execution_id: `exec_${'a'.repeat(20)}`,
  organization_id: `org_${'b'.repeat(20)}`,
  generation: 1,
  attempt: 1,
  worker_id: 'worker',
  started_at_ms: 1,
  finished_at_ms: 2,
  exit: { reason: 'ok', code: 0, signal: null },
  outputs,
  truncated: { stdout: false, stderr: false, outputs: false },
  usage: { queue_ms: 0, start_ms: 0, wall_ms: 1, cpu_ms: 1, memory_peak_bytes: 1 },
});
const text = { type: 'text', stream: 'stdout', text: 'a' };

describe('run report', () => {
  it('comes back as it was posted', () => {
    expect(RunReport.parse(report([text]))).toEqual(report([text]));
  });

  it('loses an output of a kind that a later version made, and says so', () => {
    expect(RunReport.parse(report([text, { type: 'hologram', data: 1 }]))).toMatchObject({
      outputs: [text],
      truncated: { outputs: true },
    });
  });

  it('loses a field that a later version added', () => {
    expect(RunReport.parse({ ...report([]), colour: 'red' })).toEqual(report([]));
  });
});
