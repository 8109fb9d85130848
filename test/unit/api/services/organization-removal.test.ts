import { describe, expect, it } from '@jest/globals';
import { createOrganizationRemoval } from '../../../../api/services/organization-removal.ts';
import { AppError } from '../../../../shared/contracts/errors.ts';
import { ExecutionId, OrganizationId } from '../../../../shared/contracts/ids.ts';

const id = OrganizationId.parse(`org_${'a'.repeat(20)}`);
const other = OrganizationId.parse(`org_${'b'.repeat(20)}`);
const executionId = ExecutionId.parse(`exec_${'c'.repeat(20)}`);
const GRACE_MS = 1_000;

type Stand = { answering?: boolean; open: number; rows: number; isLeft: boolean; deleting: OrganizationId[] };

function removalOf(stand: Stand, { filesFail = 0, failsFor = undefined as OrganizationId | undefined } = {}) {
  const steps: string[] = [];
  let clockMs = 0;
  let failing = filesFail;
  const { removal } = createOrganizationRemoval({
    store: {
      deleting: () => Promise.resolve(stand.deleting),
      hasOpenExecutions: () => Promise.resolve(stand.open > 0),
      removeRows(_of, limit) {
        const count = Math.min(stand.rows, limit);
        stand.rows -= count;
        clockMs += 100;
        if (count > 0) steps.push('rows');
        return Promise.resolve({ count, executionIds: count > 0 ? [executionId] : [] });
      },
      remove(of) {
        steps.push(`remove ${of}`);
        if (!stand.isLeft) stand.deleting = stand.deleting.filter((one) => one !== of);
        return Promise.resolve(!stand.isLeft);
      },
    },
    cancelOpen: (of) => {
      if (of === failsFor) return Promise.reject(new Error('broken'));
      steps.push('cancel');
      return Promise.resolve();
    },
    endResponses: () => Promise.resolve(stand.answering !== true),
    removeFiles() {
      steps.push('files');
      failing -= 1;
      return failing >= 0 ? Promise.reject(new AppError('FILE_STORAGE_UNAVAILABLE', 'Away.')) : Promise.resolve();
    },
    fairIndex: {
      forget: () => {
        steps.push('index');
        return Promise.resolve({ released: [] });
      },
    },
    dispatcher: { dispatch: () => undefined },
    keys: {
      forgetExecutions: (ids) => {
        if (ids.length > 0) steps.push('keys of executions');
        return Promise.resolve();
      },
      forgetOrganization: () => Promise.resolve(),
    },
    audit: {
      record: ({ action }) => {
        steps.push(action);
        return Promise.resolve();
      },
    },
    nowMs: () => clockMs,
    report: (message) => steps.push(message),
    graceMs: GRACE_MS,
  });
  /** Passes as long after each other as the reconciler makes them. */
  async function passes(count: number): Promise<void> {
    for (let at = 0; at < count; at += 1) {
      await removal();
      clockMs += 1_000;
    }
  }
  return { steps, passes, removal };
}

const stand = (change: Partial<Stand> = {}): Stand => ({ open: 0, rows: 0, isLeft: false, deleting: [id], ...change });

describe('organization removal', () => {
  it('removes nothing while something runs, or a request may be on its way', async () => {
    const running = stand({ open: 1, rows: 1 });
    const { steps, passes } = removalOf(running);
    await passes(3);
    expect(steps).toEqual(['cancel', 'cancel', 'cancel']);
    running.open = 0;
    await passes(1);
    expect(steps).toContain('rows');
    const young = removalOf(stand({ rows: 1 }));
    await young.removal();
    expect(young.steps).toEqual(['cancel']);
  });

  it('removes nothing while responses are being made, which would have more code run', async () => {
    const answering = stand({ answering: true, rows: 1 });
    const { steps, passes } = removalOf(answering);
    await passes(3);
    expect(steps).toEqual(['cancel', 'cancel', 'cancel']);
    answering.answering = false;
    await passes(1);
    expect(steps).toContain('rows');
  });

  it('removes rows, then files, then what Redis has, and the organization last', async () => {
    const { steps, passes } = removalOf(stand({ rows: 1 }));
    await passes(4);
    expect(steps.filter((step) => step !== 'cancel')).toEqual([
      'rows',
      'keys of executions',
      'files',
      'index',
      `remove ${id}`,
      'organization.remove',
    ]);
  });

  it('leaves the other steps of the reconciler their time, however much there is', async () => {
    const { steps, passes } = removalOf(stand({ rows: 1_000_000 }));
    await passes(2);
    expect(steps.filter((step) => step === 'rows').length).toBeLessThan(5);
    expect(steps).not.toContain('files');
  });

  it('begins the files again after a failure, and goes on', async () => {
    const { steps, passes } = removalOf(stand(), { filesFail: 2 });
    await passes(6);
    expect(steps.filter((step) => step === 'files')).toHaveLength(3);
    expect(steps.at(-1)).toBe('organization.remove');
  });

  it('looks again when something came meanwhile', async () => {
    const late = stand({ isLeft: true });
    const { steps, passes } = removalOf(late);
    await passes(3);
    expect(steps).not.toContain('organization.remove');
    late.isLeft = false;
    await passes(3);
    expect(steps.filter((step) => step === 'files').length).toBeGreaterThan(1);
    expect(steps.at(-1)).toBe('organization.remove');
  });

  it('is not held up by an organization that cannot be removed', async () => {
    const { steps, passes } = removalOf(stand({ deleting: [other, id] }), { failsFor: other });
    await passes(4);
    expect(steps).toContain(`remove ${id}`);
    expect(steps).not.toContain(`remove ${other}`);
  });
});
