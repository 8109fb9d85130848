import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { insertedRow, newRow, toJob } from '../../../api/services/new-execution.ts';
import { ExecutionId, OrganizationId } from '../../../shared/contracts/ids.ts';
import { ExecutionJob } from '../../../shared/contracts/job.ts';
import { admitted } from '../../helpers/admitted.ts';

const jobOf = (traceparent?: string, fields: object = {}) =>
  toJob(
    insertedRow(
      newRow({
        id: ExecutionId.parse(`exec_${'a'.repeat(20)}`),
        organizationId: OrganizationId.parse(`org_${'b'.repeat(20)}`),
        ...admitted({ code: 'x', ...fields }),
        defaults: { isolation: 'fresh' },
        traceparent,
      }),
      new Date(0),
    ),
  );

describe('job: the trace it belongs to', () => {
  it('is absent where there is none, as in jobs of a version that knows of none', () => {
    expect(jobOf()).not.toHaveProperty('traceparent');
    expect(ExecutionJob.parse(jobOf())).toEqual(jobOf());
  });

  it('arrives with the job', () => {
    expect(ExecutionJob.parse(jobOf('a span')).traceparent).toBe('a span');
  });

  it('is, like all that it does not know, left out by a version that does not know of it', () => {
    expect(ExecutionJob.omit({ traceparent: true }).parse(jobOf('a span'))).toEqual(jobOf());
  });
});

describe('job: the format of figures', () => {
  it('is PNG unless the request says otherwise', () => {
    expect(ExecutionJob.parse(jobOf()).figure_format).toBe('png');
    expect(ExecutionJob.parse(jobOf(undefined, { figure_format: 'svg' })).figure_format).toBe('svg');
  });

  it('may be absent, as in jobs of an api that knows of none', () => {
    const older = { ...jobOf(), figure_format: undefined };
    expect(ExecutionJob.parse(JSON.parse(JSON.stringify(older)))).toEqual(older);
  });

  it('is left out by a worker that does not know of it', () => {
    const older = ExecutionJob.omit({ figure_format: true }).parse(jobOf());
    expect(older).not.toHaveProperty('figure_format');
  });
});

describe('job: its files', () => {
  const source = { kind: 'directory', key: `org_${'b'.repeat(20)}/${'0'.repeat(64)}` };
  const withFiles = { ...jobOf(), version: 2, files: [{ name: 'a', sha256: '0'.repeat(64), size_bytes: 1, source }] };

  it('are absent where there are none: any worker may take it', () => {
    expect(jobOf()).toMatchObject({ version: 1 });
    expect(jobOf()).not.toHaveProperty('files');
  });

  it('arrive with the job', () => {
    expect(ExecutionJob.parse(JSON.parse(JSON.stringify(withFiles)))).toEqual(withFiles);
  });

  it('keep a worker away that would run the code without them', () => {
    const older = ExecutionJob.omit({ files: true }).extend({ version: z.literal(1) });
    expect(older.safeParse(withFiles).success).toBe(false);
    expect(older.safeParse(jobOf()).success).toBe(true);
  });

  it('name no content but by organization and digest', () => {
    const path = {
      ...withFiles,
      files: [{ ...withFiles.files[0], source: { kind: 'directory', key: '../../etc/passwd' } }],
    };
    expect(ExecutionJob.safeParse(path).success).toBe(false);
  });
});
