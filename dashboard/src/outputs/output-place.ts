/** Where an output stands, for what is loaded apart. */
export type OutputPlace = {
  readonly executionId: string;
  /** Among the outputs of its execution, from 0. */
  readonly at: number;
  readonly isStored: boolean;
};

/** The address of an output's content, as a download. */
export function outputUrl(place: OutputPlace): string {
  return `/admin/api/executions/${encodeURIComponent(place.executionId)}/outputs/${String(place.at)}`;
}

/** The address of markup as a page without scripts and without an origin. */
export function frameUrl(place: OutputPlace, type: string): string {
  return `${outputUrl(place)}/frame?type=${encodeURIComponent(type)}`;
}
