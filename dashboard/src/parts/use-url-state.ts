/** What a page shows, kept in its address: it can be sent to others, and the browser's back leads to it. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

export type UrlState = Readonly<Record<string, string>>;

/**
 * @param defaults the names, each with the value that stands for an address without it; a constant of the module
 * @returns the values, and a way to change some of them; what is changed begins the list anew (`after` goes)
 */
export function useUrlState<State extends UrlState>(
  defaults: State,
): readonly [{ readonly [Name in keyof State]: string }, (change: Partial<Record<keyof State, string>>) => void] {
  const [search, setSearch] = useSearchParams();
  const values = useMemo(() => valuesOf(defaults, search), [defaults, search]);
  const change = useCallback(
    (changed: Partial<Record<keyof State, string>>) => {
      setSearch((current) => changedSearch(defaults, current, changed), { replace: true });
    },
    [defaults, setSearch],
  );
  return [values, change];
}

function valuesOf<State extends UrlState>(defaults: State, search: URLSearchParams) {
  const entries = Object.keys(defaults).map((name) => [name, search.get(name) ?? defaults[name]]);
  // The names are those of `defaults`, which `Object.fromEntries` cannot say.
  return Object.fromEntries(entries) as { readonly [Name in keyof State]: string };
}

function changedSearch(defaults: UrlState, current: URLSearchParams, changed: Partial<Record<string, string>>) {
  const next = new URLSearchParams(current);
  next.delete('after');
  for (const [name, value] of Object.entries(changed)) {
    if (value === undefined || value === defaults[name]) next.delete(name);
    else next.set(name, value);
  }
  return next;
}
