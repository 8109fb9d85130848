"""Entry point: `python3 -m runner`."""

import os
import signal

from . import diagnostics, environment, landlock, users
from .frames import FrameError
from .imports import KINDS
from .loop import Loop
from .outbox import Outbox
from .supervisor import Supervisor
from .zygotes import start_zygotes

_STATUS_BAD_FRAME = 70
_STATUS_BROKEN = 71


def main() -> None:
    """Starts the zygotes and serves until the worker is gone. Exit status 70: a broken frame; 71: a broken runner."""
    environment.apply()
    # PID 1 takes no signal that it has no handler for, and it has none: a run could send it one in the moment in which
    # `sweep` has taken the run's uid.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        zygotes = start_zygotes(users.draw(KINDS))
        os.set_blocking(0, False)
        Supervisor(Loop(), Outbox(1), zygotes, landlock.abi()).serve()
    except FrameError as error:
        _give_up(_STATUS_BAD_FRAME, error)
    except BaseException as error:  # noqa: BLE001 - Python would print it, and it may quote a run
        _give_up(_STATUS_BROKEN, error)


def _give_up(status: int, error: BaseException) -> None:
    try:
        diagnostics.tell("supervisor", error)
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
