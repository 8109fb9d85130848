/** How passwords are kept and compared: Argon2id, off the event loop. */
import { hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet: Argon2id with 19 MiB, two passes, one lane (RFC 9106 describes the parameters). */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export type Passwords = {
  /** With parameters and a fresh salt in it. */
  hash(password: string): Promise<string>;
  /** @param known a hash; without one it takes as long and is false */
  matches(known: string | undefined, password: string): Promise<boolean>;
};

export function createPasswords(): Passwords {
  let nobodys: Promise<string> | undefined;
  return {
    hash: (password) => hash(password, PARAMETERS),
    async matches(known, password) {
      nobodys ??= hash('', PARAMETERS);
      const isSame = await verify(known ?? (await nobodys), password);
      return known !== undefined && isSame;
    },
  };
}
