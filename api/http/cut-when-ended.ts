/** Ends answers that go on for long, once who asked for them may do so no more. */
import type { Response } from 'express';

/**
 * Looks again and again; what cannot be told, as while the database is away, changes nothing.
 * @param isAdmitted may reject
 */
export function cutWhenEnded(res: Response, isAdmitted: () => Promise<boolean>, everyMs: number): void {
  if (res.closed) return;
  const look = async () => {
    if (!(await isAdmitted().catch(() => true))) res.destroy();
  };
  const timer = setInterval(() => void look(), everyMs);
  res.once('close', () => {
    clearInterval(timer);
  });
}
