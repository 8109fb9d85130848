/**
 * The rules of the fair index without its method: first in first out within an organization, at most slots + 1 in
 * flight, no room left while something waits, and over any time in which two organizations both have something waiting
 * |served_b / w_b − served_d / w_d| ≤ 1 / w_b + 1 / w_d.
 */
import { expect } from '@jest/globals';

type State = 'queued' | 'in flight' | 'ended';
type Entry = { readonly id: string; readonly organization: string; state: State };
/** How far ahead the first organization of a pair was at most and at least, in one busy interval. */
type Lead = { now: number; least: number; most: number };

const ROUNDING = 1e-9;

export function createFairModel(weightOf: (organization: string) => number) {
  const entries = new Map<string, Entry>();
  const leads = new Map<string, Lead>();
  let slots = 0;

  const withState = (state: State) => () =>
    [...entries.values()].filter((entry) => entry.state === state).map(({ id }) => id);
  const queued = withState('queued');
  const inFlight = withState('in flight');
  const backlogOf = (organization: string) =>
    [...entries.values()].filter((entry) => entry.state === 'queued' && entry.organization === organization);

  function known(id: string): Entry {
    const entry = entries.get(id);
    if (entry === undefined) throw new Error(`never submitted: ${id}`);
    return entry;
  }

  function forgetLeadsOf(organization: string): void {
    for (const pair of leads.keys()) if (pair.includes(organization)) leads.delete(pair);
  }

  function serve(organization: string): void {
    const others = new Set(queued().map((id) => known(id).organization));
    others.delete(organization);
    for (const other of others) {
      const [first, second] = organization < other ? [organization, other] : [other, organization];
      const lead = leads.get(first + second) ?? { now: 0, least: 0, most: 0 };
      lead.now += (organization === first ? 1 : -1) / weightOf(organization);
      lead.least = Math.min(lead.least, lead.now);
      lead.most = Math.max(lead.most, lead.now);
      leads.set(first + second, lead);
      expect(lead.most - lead.least).toBeLessThanOrEqual(1 / weightOf(first) + 1 / weightOf(second) + ROUNDING);
    }
  }

  return {
    queued,
    inFlight,
    ended: withState('ended'),
    /** A new queued id of the organization. */
    submit(organization: string): string {
      const id = `${organization}${String(entries.size)}`;
      entries.set(id, { id, organization, state: 'queued' });
      return id;
    },
    setSlots(count: number): void {
      slots = count;
    },
    end(id: string): void {
      const { organization } = known(id);
      known(id).state = 'ended';
      if (backlogOf(organization).length === 0) forgetLeadsOf(organization);
    },
    giveBack(id: string): void {
      known(id).state = 'queued';
      forgetLeadsOf(known(id).organization);
    },
    /** What the index let out after a step. */
    released(ids: readonly string[]): void {
      for (const id of ids) {
        const entry = known(id);
        expect(entry.state).toBe('queued');
        expect(backlogOf(entry.organization)[0]?.id).toBe(id);
        expect(inFlight().length).toBeLessThanOrEqual(slots);
        serve(entry.organization);
        entry.state = 'in flight';
        if (backlogOf(entry.organization).length === 0) forgetLeadsOf(entry.organization);
      }
      if (slots > 0 && queued().length > 0) expect(inFlight().length).toBeGreaterThan(slots);
    },
  };
}

export type FairModel = ReturnType<typeof createFairModel>;
