/** How this process may do what only root may: as root, through sudo, or not at all. */
import { isRoot } from './account.ts';
import { findProgram, runCommand, type CommandOptions, type CommandResult } from './command.ts';

export type RootAccess =
  | { readonly kind: 'root' }
  /** `asks`: sudo will ask for a password at the terminal. */
  | { readonly kind: 'sudo'; readonly program: string; readonly asks: boolean }
  | { readonly kind: 'none' };

export async function rootAccess(): Promise<RootAccess> {
  if (isRoot()) return { kind: 'root' };
  const program = findProgram('sudo');
  if (program === undefined) return { kind: 'none' };
  const silent = await runCommand(program, ['-n', 'true']);
  if (silent.status === 0) return { kind: 'sudo', program, asks: false };
  return process.stdin.isTTY ? { kind: 'sudo', program, asks: true } : { kind: 'none' };
}

/** Runs a program as root; the caller has made sure that `access` is not `none`. */
export function runAsRoot(
  access: RootAccess,
  [program, ...args]: readonly [string, ...string[]],
  options: CommandOptions = {},
): Promise<CommandResult> {
  if (access.kind !== 'sudo') return runCommand(program, args, options);
  // sudo keeps no environment of its own accord; what the command needs goes through env.
  const settings = Object.entries(options.env ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${value}`],
  );
  // A sudo that asks must stay in the terminal's process group, or it could not read the password.
  return runCommand(access.program, ['env', ...settings, program, ...args], {
    ...options,
    detached: (options.detached ?? false) && !access.asks,
  });
}
