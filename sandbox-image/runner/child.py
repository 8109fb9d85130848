"""One child: gives up its privileges, waits for its job, becomes the program."""

import os
import socket

from . import diagnostics, execution, figures, landlock, privileges

READY = b"k"
# Followed by the format of figures.
JOB = b"J"
_JOB_BYTES_MAX = 16
# code, stdin, record pipe, stdout, stderr
JOB_DESCRIPTORS = 5
# Under the limit of 1024, out of the way: programs see their descriptors start at 3 as everywhere.
RECORD_DESCRIPTOR = 1023
_SETUP_FAILED = 71


def main(channel: socket.socket, uid: int, ruleset: landlock.Ruleset | None) -> None:
    """Never returns. No code runs unless every privilege is gone."""
    try:
        privileges.drop(uid, ruleset)
        _open_nowhere(RECORD_DESCRIPTOR)
        writer = execution.prepare(RECORD_DESCRIPTOR)
        channel.send(READY)
        source = _receive(channel)
    except BaseException as error:  # noqa: BLE001 - nothing may unwind into the zygote's code
        diagnostics.tell("child", error)
        os._exit(_SETUP_FAILED)
    execution.run(source, writer)


def _open_nowhere(descriptor: int) -> None:
    """Makes `descriptor` one that can be written to before the job has brought the real one."""
    null = os.open("/dev/null", os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(null, descriptor, inheritable=False)
    os.close(null)


def _receive(channel: socket.socket) -> str:
    """Waits for the job, puts its descriptors in place and returns the code."""
    message, descriptors, _, _ = socket.recv_fds(channel, _JOB_BYTES_MAX, JOB_DESCRIPTORS)
    if message[:1] != JOB or len(descriptors) != JOB_DESCRIPTORS:
        os._exit(0)  # the supervisor is gone
    channel.close()
    figures.use_format(message[1:].decode())
    code, stdin, record, stdout, stderr = descriptors
    os.dup2(record, RECORD_DESCRIPTOR, inheritable=False)
    for descriptor, target in ((stdin, 0), (stdout, 1), (stderr, 2)):
        os.dup2(descriptor, target)
    source = os.read(code, os.fstat(code).st_size)
    for descriptor in descriptors:
        os.close(descriptor)
    return source.decode("utf-8", "replace")
