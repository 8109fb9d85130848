/** Pure: the seccomp profile in the form that a runtime can keep to. */
import { z } from 'zod';

const Profile = z.looseObject({ syscalls: z.array(z.looseObject({ names: z.array(z.string()) })) });

/**
 * gVisor answers every refused call with EPERM, whatever number the rule names. The C library makes threads and
 * processes without clone3 only where that answers ENOSYS, so the call goes through to gVisor: it has none (ENOSYS) or
 * its own, of which a namespace would be one inside gVisor.
 */
const PASSED_ON = ['clone3'];

/** gVisor's /dev is not read-only: the times of its devices, which the next run can read, are left alone. */
const REFUSED = ['utime', 'utimes', 'utimensat', 'futimesat'];

/**
 * @param text the profile, as the file in the repository has it
 * @returns JSON for the engine
 */
export function seccompFor(runtime: string, text: string): string {
  const profile = Profile.parse(JSON.parse(text));
  return JSON.stringify(runtime === 'runsc' ? forGvisor(profile) : profile);
}

function forGvisor(profile: z.infer<typeof Profile>): z.infer<typeof Profile> {
  const taken = [...PASSED_ON, ...REFUSED];
  const syscalls = profile.syscalls
    .map((rule) => ({ ...rule, names: rule.names.filter((name) => !taken.includes(name)) }))
    .filter(({ names }) => names.length > 0);
  return { ...profile, syscalls: [...syscalls, { names: PASSED_ON, action: 'SCMP_ACT_ALLOW' }] };
}
