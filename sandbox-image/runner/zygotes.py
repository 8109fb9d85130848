"""The supervisor's side of the zygotes."""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass

from . import diagnostics, imports, zygote


@dataclass(frozen=True)
class Ended:
    """How a child ended, as its zygote saw it."""

    pid: int
    status: int
    cpu_seconds: float
    resident_bytes_max: int


@dataclass
class Child:
    """A child that waits for its job, or runs it."""

    channel: socket.socket
    pid: int | None = None
    is_ready: bool = False


class ZygoteLost(diagnostics.RunnerError):
    """A zygote, or a child before it had its job, is gone: the sandbox is of no more use."""


class Zygote:
    """One zygote process and the child it has, if any. `child` is None until one is asked for, and after it ended."""

    def __init__(self, kind: str, uid: int, close_in_zygote: Callable[[], None]) -> None:
        self.kind = kind
        self.uid = uid
        self.child: Child | None = None
        self.is_asked = False
        self.is_up = False
        self.channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.pid = os.fork()
        if self.pid == 0:
            _live(kind, uid, self.channel, theirs, close_in_zygote)
        theirs.close()
        self.channel.setblocking(False)

    def load(self) -> None:
        """Has it import its packages, once; that it is up comes as an event."""
        if not self.is_asked:
            self.is_asked = True
            self.channel.send(zygote.LOAD)

    def fork(self) -> Child:
        """Asks for a child, and for the packages before. Its pid and its readiness come as events."""
        self.load()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        ours.setblocking(False)
        self.child = Child(channel=ours)
        socket.send_fds(self.channel, [zygote.FORK], [theirs.fileno()])
        theirs.close()
        return self.child

    def read(self) -> Ended | None:
        """Takes one message of the zygote; the end of its child is returned. Raises ZygoteLost if it is gone."""
        try:
            message = self.channel.recv(64)
        except BlockingIOError:
            return None
        except OSError as error:
            raise ZygoteLost(f"{self.kind}: {error.strerror}") from error
        if message == zygote.HELLO:
            self.is_up = True
        elif len(message) == zygote.FORKED.size and self.child is not None:
            self.child.pid = zygote.FORKED.unpack(message)[1]
        elif len(message) == zygote.ENDED.size:
            return Ended(*zygote.ENDED.unpack(message)[1:])
        else:
            raise ZygoteLost(f"{self.kind}: closed its channel")
        return None


def start_zygotes(uids: dict[str, int]) -> dict[str, Zygote]:
    """A zygote of each kind, whose children run as this user. The bare one begins to import at once."""
    zygotes: dict[str, Zygote] = {}
    for kind, uid in uids.items():
        earlier = list(zygotes.values())
        zygotes[kind] = Zygote(kind, uid, lambda earlier=earlier: [zygote.channel.close() for zygote in earlier])
        if kind == imports.BARE:
            zygotes[kind].load()
    return zygotes


def _live(kind: str, uid: int, ours: socket.socket, theirs: socket.socket, close_others: Callable[[], None]) -> None:
    """The forked process: keeps stderr and its channel, nothing else of the supervisor."""
    status = 71
    try:
        ours.close()
        close_others()
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        os.close(null)
        zygote.serve(kind, uid, theirs)
        status = 0
    except BaseException as error:  # noqa: BLE001 - nothing may unwind into the supervisor's own code
        diagnostics.tell(f"zygote {kind}", error)
    finally:
        os._exit(status)
