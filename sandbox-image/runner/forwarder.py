"""Carries what a run writes from its pipes to the worker: bounded, tagged by pipe, never looked into."""

import os
import select
import time

from .frames import HEADER
from .loop import Loop
from .outbox import Outbox
from .run import Run

# Before the first piece and after a small one a pipe rests, so that a loop of small writes becomes few frames, and all
# that a short run writes goes out with its end: a frame costs more than its bytes, and on the worker's side too. What a
# run writes last is not delayed: its end drains the pipes. One pipe rests at a time, and as soon as another has
# something, it is read first: a run that prints and then writes to its descriptor 1 is shown in that order.
_SMALL_BYTES = 4 * 1024
_REST_SECONDS = 0.002
# A pipe that was nearly full after its rest holds the run up: it rests half as long the next time.
_NEARLY_FULL_BYTES = 32 * 1024
_SHORT_REST_SECONDS = _REST_SECONDS / 2


class Forwarder:
    """Reads the pipes of one run at a time; not while the worker is slow: then they fill up and the run waits."""

    def __init__(self, loop: Loop, outbox: Outbox) -> None:
        self._loop = loop
        self._outbox = outbox
        self._run: Run | None = None
        self._watched: list[bytes] = []
        self._resting: bytes | None = None
        self._rests_until = 0.0
        self._has_rested = False
        self._fills_up = False

    def start(self, run: Run) -> None:
        self._run = run
        self._resting = None
        self._has_rested = False
        self._fills_up = False
        self._watch(run, list(run.pipes))

    def stop(self) -> None:
        """Leaves the pipes alone: the run is being killed, or has ended."""
        if self._run:
            self._watch(self._run, [])
        self._run = None

    def drain(self, run: Run) -> None:
        """Forwards what the pipes of an ended run hold at this moment."""
        for name in sorted(run.pipes, key=lambda name: name != self._resting):
            for data in run.drain(name):
                self._forward(name, data)

    def balance(self) -> None:
        """Once in every turn of the loop: reads on, or not."""
        run = self._run
        if not run:
            return
        if self._resting and time.monotonic() >= self._rests_until:
            self._resting = None
        self._watch(run, [] if self._outbox.is_full else [name for name in run.pipes if name != self._resting])

    def seconds_to_next_duty(self) -> float | None:
        """How long a pipe still rests; None if none does."""
        if not self._run or not self._resting or self._outbox.is_full:
            return None
        return max(0.0, self._rests_until - time.monotonic())

    def _watch(self, run: Run, names: list[bytes]) -> None:
        """Watches these and no others. The loop calls in the order in which it was told: records come first."""
        if names == self._watched:
            return
        self._watched = names
        for descriptor in run.pipes.values():
            self._loop.forget(descriptor)
        for name in names:
            self._loop.watch(run.pipes[name], select.POLLIN, lambda name=name: self._on_pipe(run, name))

    def _on_pipe(self, run: Run, name: bytes) -> None:
        if self._resting and self._resting != name:
            older, self._resting = self._resting, None
            self._read(run, older)
        if not self._has_rested or self._read(run, name):
            self._has_rested = True
            self._resting = name
            self._rests_until = time.monotonic() + (_SHORT_REST_SECONDS if self._fills_up else _REST_SECONDS)
            self._fills_up = False

    def _read(self, run: Run, name: bytes) -> bool:
        """Forwards a piece; whether it was a small one."""
        data = run.read(name)
        if data is None:
            descriptor = run.pipes.pop(name)
            self._watched = [other for other in self._watched if other != name]
            self._loop.forget(descriptor)
            os.close(descriptor)
            return False
        self._forward(name, data)
        self._fills_up = self._fills_up or len(data) >= _NEARLY_FULL_BYTES
        return 0 < len(data) < _SMALL_BYTES

    def _forward(self, name: bytes, data: bytes) -> None:
        if data:
            self._outbox.put(HEADER.pack(name, len(data)), data)
