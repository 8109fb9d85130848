/** A server started as root gives the privilege up before it serves anyone. */
import { statSync } from 'node:fs';

export type Privileges = {
  /** Name of a user that has a group of the same name; nothing happens when the process is not root or no name is given. */
  readonly user: string | undefined;
  /** A socket whose group the process keeps, so that it can still talk to the server behind it. */
  readonly groupOf?: string;
};

/**
 * Drops root for good: supplementary groups first, then gid, then uid (setuid(2): the other order fails).
 * Call it after every module is imported: the sources may lie where only root can read.
 */
export function dropPrivileges({ user, groupOf }: Privileges): void {
  if (user === undefined || process.getuid?.() !== 0) return;
  process.setgroups?.(groupOf === undefined ? [] : [statSync(groupOf).gid]);
  process.setgid?.(user);
  process.setuid?.(user);
}
