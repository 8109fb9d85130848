import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { choose, tighter, type BoundView, type Want } from '../../../../worker/pool/choose.ts';

const bound = (id: string, organizationId: string, idleSinceMs: number | null, reusable = true): BoundView => ({
  id,
  organizationId,
  idleSinceMs,
  reusable,
});
const want = (organizationId: string, fields: Partial<Want> = {}): Want => ({
  organizationId,
  isolation: 'organization',
  standard: true,
  ...fields,
});

describe('pool: choice', () => {
  it('reuses the organization’s own idle sandbox, the last used first', () => {
    const sandboxes = [bound('old', 'a', 1), bound('new', 'a', 2), bound('other', 'b', 3)];
    expect(choose(sandboxes, 4, want('a'))).toEqual({ kind: 'reuse', id: 'new' });
  });

  it('never reuses for an execution that wants a fresh one or other limits', () => {
    const sandboxes = [bound('own', 'a', 1)];
    expect(choose(sandboxes, 4, want('a', { isolation: 'fresh' })).kind).toBe('new');
    expect(choose(sandboxes, 4, want('a', { standard: false })).kind).toBe('new');
  });

  it('lets the longest idle one go when all slots are bound', () => {
    const sandboxes = [bound('busy', 'a', null), bound('idle-long', 'b', 1), bound('idle', 'c', 2)];
    expect(choose(sandboxes, 3, want('d'))).toEqual({ kind: 'new', evictId: 'idle-long' });
    expect(choose(sandboxes, 4, want('d'))).toEqual({ kind: 'new', evictId: null });
  });

  it('takes from the organization that holds most', () => {
    const sandboxes = [
      bound('only', 'b', 1),
      bound('a-busy', 'a', null),
      bound('a-new', 'a', 3),
      bound('a-old', 'a', 2),
    ];
    expect(choose(sandboxes, 4, want('c'))).toEqual({ kind: 'new', evictId: 'a-old' });
  });

  it('finds room for whoever comes, unless all are busy', () => {
    const anyBound = fc.record({
      id: fc.uuid(),
      organizationId: fc.constantFrom('a', 'b', 'c'),
      idleSinceMs: fc.option(fc.nat()),
      reusable: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyBound, { minLength: 1 }), (sandboxes) => {
        const choice = choose(sandboxes, sandboxes.length, want('d'));
        const isFull = sandboxes.every(({ idleSinceMs }) => idleSinceMs === null);
        expect(choice.kind === 'new' && choice.evictId === null).toBe(isFull);
      }),
    );
  });

  it('never gives one organization the sandbox of another, nor a busy one', () => {
    const anyBound = fc.record({
      id: fc.uuid(),
      organizationId: fc.constantFrom('a', 'b', 'c'),
      idleSinceMs: fc.option(fc.nat()),
      reusable: fc.boolean(),
    });
    const anyWant = fc.record({
      organizationId: fc.constantFrom('a', 'b', 'c'),
      isolation: fc.constantFrom('organization', 'fresh'),
      standard: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyBound), fc.integer({ min: 1, max: 8 }), anyWant, (sandboxes, slots, wanted) => {
        const choice = choose(sandboxes, slots, wanted);
        const touched = sandboxes.find(({ id }) => id === (choice.kind === 'reuse' ? choice.id : choice.evictId));
        if (touched !== undefined) expect(touched.idleSinceMs).not.toBeNull();
        if (choice.kind === 'reuse')
          expect(touched).toMatchObject({ organizationId: wanted.organizationId, reusable: true });
      }),
    );
  });
});

describe('isolation', () => {
  it('is only ever tightened', () => {
    expect(tighter('organization', 'organization')).toBe('organization');
    expect(tighter('organization', 'fresh')).toBe('fresh');
    expect(tighter('fresh', 'organization')).toBe('fresh');
  });
});
