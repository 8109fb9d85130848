/** Python about the processes that a sandbox has beside a run: supervisor, two zygotes, a child that waits. */

/**
 * `others` is the ids of these processes. In a new sandbox the other zygote gives way to the run for 2 s before it
 * imports its packages: the child that waits in it is waited for until it has given up its rights.
 */
export const RUNNER_PROCESSES = `
import os, time
def uid_of(pid):
    try:
        return open(f"/proc/{pid}/status").read().split("Uid:")[1].split()[0]
    except FileNotFoundError:
        return "0"
def all_pids(): return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
while len(all_pids()) < 5 or len({uid_of(pid) for pid in all_pids()}) < 3: time.sleep(0.01)
others = [pid for pid in all_pids() if pid != os.getpid()]
`;

/** Names the sandbox that runs it: its control group, or where a sandbox sees none, the moment in which it started. */
export const WHICH_SANDBOX = 'print(open("/proc/self/cgroup").read(), open("/proc/1/stat").read().split()[21])';
