"""A zygote: imports packages once, when it is told to, then forks a child for every execution and tells the supervisor
how it ended.

It never sees a byte of a job: the supervisor speaks to the child over a socket that the zygote only passes on. It has
one child at a time, in advance or running, and must stay single-threaded.
"""

import os
import signal
import socket
import struct

from . import child, huge_pages, imports, landlock, preload

LOAD = b"L"
HELLO = b"H"
FORK = b"F"
# Answers: pid of the new child; then pid, wait status, CPU seconds and largest resident set (bytes) of the ended one.
FORKED = struct.Struct("=cI")
ENDED = struct.Struct("=cIidQ")


def serve(kind: str, uid: int, channel: socket.socket) -> None:
    """The zygote's whole life; returns when the supervisor closes the channel."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if channel.recv(16) != LOAD:
        return
    preload.load(scientific=kind == imports.SCIENTIFIC)
    huge_pages.collapse()
    ruleset = landlock.prepare()
    channel.send(HELLO)
    while True:
        request, descriptors, _, _ = socket.recv_fds(channel, 16, 1)
        if request != FORK or len(descriptors) != 1:
            return
        pid = os.fork()
        if pid == 0:
            channel.close()
            child.main(socket.socket(fileno=descriptors[0]), uid, ruleset)
        os.close(descriptors[0])
        channel.send(FORKED.pack(b"P", pid))
        _, status, usage = os.wait4(pid, 0)
        cpu_seconds = usage.ru_utime + usage.ru_stime
        channel.send(ENDED.pack(b"D", pid, status, cpu_seconds, usage.ru_maxrss * 1024))
