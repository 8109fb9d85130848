/** Several commands in one round trip. */

type Replies = [error: Error | null, reply: unknown][] | null;

/** Waits for a pipeline. @throws the first command's error, when one failed */
export async function settle(executed: Promise<Replies>): Promise<void> {
  const failed = (await executed)?.find(([error]) => error !== null);
  if (failed?.[0]) throw failed[0];
}
