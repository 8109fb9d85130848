/** Python that takes memory in ways that need more than a line. */

/** Each child is under the limit; both together are over it. */
export const TWO_CHILDREN = `
import os, signal
for _ in range(2):
    if os.fork() == 0:
        kept = b"x" * 300_000_000
        signal.pause()
print(os.WTERMSIG(os.wait()[1]))
raise SystemExit(9)
`;

export const GRANDCHILD = `
import os
if os.fork() == 0:
    if os.fork() == 0:
        os.setsid()
        kept = b"x" * 700_000_000
        os._exit(0)
    os.waitstatus_to_exitcode(os.wait()[1])
    os._exit(0)
os.wait()
raise SystemExit(9)
`;

export const MEMFD = `
import os
kept = os.memfd_create("kept")
while True: os.write(kept, b"x" * 1_048_576)
`;

/** As many and as wide as they are allowed to be, in as many processes as there can be. */
export const PIPES = `
import fcntl, os, signal
def fill():
    pipes = []
    try:
        while True:
            pipes.append(os.pipe())
            try:
                fcntl.fcntl(pipes[-1][1], fcntl.F_SETPIPE_SZ, 1_048_576)
            except OSError:
                pass
            os.set_blocking(pipes[-1][1], False)
            try:
                while True: os.write(pipes[-1][1], b"x" * 1_048_576)
            except BlockingIOError:
                pass
    except OSError:
        signal.pause()
for _ in range(40):
    if os.fork() == 0: fill()
fill()
`;

export const SOCKETS = `
import os, signal, socket
def fill():
    pairs = []
    try:
        while True:
            pairs.append(socket.socketpair())
            pairs[-1][0].setblocking(False)
            try:
                while True: pairs[-1][0].send(b"x" * 65_536)
            except BlockingIOError:
                pass
    except OSError:
        signal.pause()
for _ in range(40):
    if os.fork() == 0: fill()
fill()
`;

/** Takes the run off the kernel's list of those that die first. */
export const SPARE_ITSELF = `
for name, value in (("oom_score_adj", "-1000"), ("oom_score_adj", "0"), ("oom_adj", "-17")):
    try:
        with open(f"/proc/self/{name}", "w") as file: file.write(value)
        print("spared")
    except OSError:
        print("refused", flush=True)
kept = b"x" * 700_000_000
`;
