/** Notices that the sandbox image was rebuilt, so that new packages reach the sandboxes without a restart. */

const LOOK_MS = 5_000;

export type ImageWatchDeps = {
  /** The hash of the image as the engine has it now. */
  readonly currentHash: () => Promise<string>;
  /** The hash of the image that sandboxes were started from; empty before the first one. */
  readonly usedHash: () => string;
  readonly onChange: () => void;
};

export function startImageWatch({ currentHash, usedHash, onChange }: ImageWatchDeps) {
  async function look(): Promise<void> {
    const used = usedHash();
    // An engine that does not answer, or has the image no more, is not a new image.
    const current = await currentHash().catch(() => used);
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
