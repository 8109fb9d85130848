/** Notices that the sandbox image was rebuilt, so that new packages reach the sandboxes without a restart. */

const LOOK_MS = 5_000;

export type ImageWatchDeps = {
  /** The id of the image as the engine has it now. */
  readonly currentId: () => Promise<string>;
  /** The id of the image that sandboxes were started from; empty before the first one. */
  readonly usedId: () => string;
  readonly onChange: () => void;
};

export function startImageWatch({ currentId, usedId, onChange }: ImageWatchDeps) {
  async function look(): Promise<void> {
    const used = usedId();
    // An engine that does not answer, or has the image no more, is not a new image.
    const current = await currentId().catch(() => used);
    if (used !== '' && current !== used) onChange();
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    look,
    stop(): void {
      clearInterval(timer);
    },
  };
}
