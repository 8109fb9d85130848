/** Why nothing could be delivered: what the log of deliveries says. */
import type { DeliveryError } from '../../shared/contracts/webhook.ts';

export class DeliveryFailure extends Error {
  readonly reason: DeliveryError;

  constructor(reason: DeliveryError, cause?: unknown) {
    super(`not delivered: ${reason}`, { cause });
    this.name = 'DeliveryFailure';
    this.reason = reason;
  }
}

/** What the outcome of `work` is, with its failures told as `reason`, unless they say what they are. */
export async function failingAs<T>(reason: DeliveryError, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof DeliveryFailure ? cause : new DeliveryFailure(reason, cause);
  }
}
