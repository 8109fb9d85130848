/**
 * The rules of the fair index without its method: first in first out within an organization, at most slots + 1 in
 * flight, caps and pauses kept, no room left while something may be served, and over any time in which two
 * organizations could both be served at every moment, kept their weights and got no turn back
 * |served_b / w_b − served_d / w_d| ≤ 1 / w_b + 1 / w_d.
 */
import { expect } from '@jest/globals';

type State = 'queued' | 'in flight' | 'ended';
type Entry = { readonly id: string; readonly organization: string; state: State };
/** How far ahead the first organization of a pair was at most and at least, in one busy interval. */
type Lead = { now: number; least: number; most: number };

const ROUNDING = 1e-9;

type Rule = { readonly weight: number; readonly cap: number | null; readonly paused: boolean };
const PLAIN: Rule = { weight: 1, cap: null, paused: false };

export function createFairModel() {
  const entries = new Map<string, Entry>();
  const leads = new Map<string, Lead>();
  const rules = new Map<string, Rule>();
  let slots = 0;
  let paused = false;

  const ruleOf = (organization: string) => rules.get(organization) ?? PLAIN;
  const weightOf = (organization: string) => ruleOf(organization).weight;
  const withState = (state: State) => () =>
    [...entries.values()].filter((entry) => entry.state === state).map(({ id }) => id);
  const queued = withState('queued');
  const inFlight = withState('in flight');
  const of = (organization: string, state: State) =>
    [...entries.values()].filter((entry) => entry.state === state && entry.organization === organization);
  const backlogOf = (organization: string) => of(organization, 'queued');

  function mayBeServed(organization: string): boolean {
    const rule = ruleOf(organization);
    const hasRoom = rule.cap === null || of(organization, 'in flight').length < rule.cap;
    return !rule.paused && hasRoom && backlogOf(organization).length > 0;
  }
  const servable = () => [...new Set([...entries.values()].map((entry) => entry.organization))].filter(mayBeServed);

  function known(id: string): Entry {
    const entry = entries.get(id);
    if (entry === undefined) throw new Error(`never submitted: ${id}`);
    return entry;
  }

  function forgetLeadsOf(organization: string): void {
    for (const pair of leads.keys()) if (pair.includes(organization)) leads.delete(pair);
  }

  function serve(organization: string): void {
    for (const other of servable().filter((one) => one !== organization)) {
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
      if (!mayBeServed(organization)) forgetLeadsOf(organization);
    },
    /** What is set for the organization from now on. */
    configure(organization: string, rule: Rule): void {
      const before = ruleOf(organization);
      rules.set(organization, rule);
      if (rule.weight !== before.weight || !mayBeServed(organization)) forgetLeadsOf(organization);
    },
    setPaused(isPaused: boolean): void {
      paused = isPaused;
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
        expect([paused, mayBeServed(entry.organization)]).toEqual([false, true]);
        expect(backlogOf(entry.organization)[0]?.id).toBe(id);
        expect(inFlight().length).toBeLessThanOrEqual(slots);
        serve(entry.organization);
        entry.state = 'in flight';
        if (!mayBeServed(entry.organization)) forgetLeadsOf(entry.organization);
      }
      if (slots > 0 && !paused && servable().length > 0) expect(inFlight().length).toBeGreaterThan(slots);
    },
  };
}

export type FairModel = ReturnType<typeof createFairModel>;
