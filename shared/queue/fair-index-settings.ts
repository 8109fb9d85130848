/** What operators set for an organization, as far as the fair index follows it. Pure. */
export type IndexSettings = {
  /** Turns that it gets while others wait, beside theirs; 1 where nothing was set. */
  readonly weight: number;
  /** Most executions in flight at a time; null: as many as there are slots. */
  readonly cap: number | null;
  /** Whether what it has queued is held back. */
  readonly paused: boolean;
  /** A higher one is a later state; 1 where nothing was ever set. */
  readonly version: number;
};

/** As the scripts keep it: `weight|cap|paused|version`. */
export function settingsText({ weight, cap, paused, version }: IndexSettings): string {
  return [weight, cap ?? '', paused ? 1 : 0, version].join('|');
}

/** @throws Error for what the scripts never wrote */
export function parseSettings(text: string): IndexSettings {
  const [weight, cap, paused, version] = text.split('|');
  if (version === undefined) throw new Error(`not settings of an organization: ${text}`);
  return {
    weight: Number(weight),
    cap: cap === '' ? null : Number(cap),
    paused: paused === '1',
    version: Number(version),
  };
}
