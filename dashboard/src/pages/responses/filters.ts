/** What the list of responses can be narrowed by; the names are those of the address and of the api. */

export const RESPONSE_FILTERS = { organization_id: '', status: '', model: '' };

export type ResponseFilterValues = { readonly [Name in keyof typeof RESPONSE_FILTERS]: string };
export type ChangeResponseFilters = (change: Partial<ResponseFilterValues>) => void;

export function isFiltered(filters: ResponseFilterValues): boolean {
  return Object.values(filters).some((value) => value !== '');
}
