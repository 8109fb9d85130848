/** Aborts when nothing was heard for so long. */
export function createSilence(silenceMs: number) {
  const controller = new AbortController();
  const begin = () =>
    setTimeout(() => {
      controller.abort();
    }, silenceMs);
  let timer = begin();
  return {
    signal: controller.signal,
    heard(): void {
      clearTimeout(timer);
      timer = begin();
    },
    stop(): void {
      clearTimeout(timer);
    },
  };
}
