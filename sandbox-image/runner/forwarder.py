"""Carries what a run writes from its pipes to the worker: bounded, tagged by pipe, never looked into."""

import os
import select
import time

from .frames import HEADER
from .loop import Loop
from .outbox import Outbox
from .run import PIPE_NAMES, Run

# Before the first piece and after a small one the pipes rest, so that a loop of small writes becomes few frames, and
# all that a short run writes goes out with its end: a frame costs more than its bytes, and on the worker's side too.
# What a run writes last is not delayed: its end drains the pipes.
_SMALL_BYTES = 4 * 1024
_REST_SECONDS = 0.002


class Forwarder:
    """Reads the pipes of one run at a time; not while the worker is slow: then they fill up and the run waits."""

    def __init__(self, loop: Loop, outbox: Outbox) -> None:
        self._loop = loop
        self._outbox = outbox
        self._run: Run | None = None
        self._is_watching = False
        self._rests_until = 0.0
        self._has_rested = False

    def start(self, run: Run) -> None:
        self._run = run
        self._rests_until = 0.0
        self._has_rested = False
        self._watch(run)

    def stop(self) -> None:
        """Leaves the pipes alone: the run is being killed, or has ended."""
        if self._run:
            self._forget(self._run)
        self._run = None

    def drain(self, run: Run) -> None:
        """Forwards what the pipes of an ended run hold at this moment."""
        for name in PIPE_NAMES:
            if name in run.pipes:
                for data in run.drain(name):
                    self._forward(name, data)

    def balance(self) -> None:
        """Once in every turn of the loop: reads on, or not."""
        run = self._run
        if not run:
            return
        should_watch = not self._outbox.is_full and time.monotonic() >= self._rests_until
        if should_watch and not self._is_watching:
            self._watch(run)
        elif not should_watch and self._is_watching:
            self._forget(run)

    def seconds_to_next_duty(self) -> float | None:
        """How long the pipes still rest; None if they do not."""
        if not self._run or self._is_watching or self._outbox.is_full:
            return None
        return max(0.0, self._rests_until - time.monotonic())

    def _watch(self, run: Run) -> None:
        self._is_watching = True
        for name, descriptor in run.pipes.items():
            self._loop.watch(descriptor, select.POLLIN, lambda name=name: self._on_pipe(run, name))

    def _forget(self, run: Run) -> None:
        self._is_watching = False
        for descriptor in run.pipes.values():
            self._loop.forget(descriptor)

    def _on_pipe(self, run: Run, name: bytes) -> None:
        if not self._has_rested:
            self._rest()
            return
        data = run.read(name)
        if data is None:
            descriptor = run.pipes.pop(name)
            self._loop.forget(descriptor)
            os.close(descriptor)
        elif data:
            self._forward(name, data)
            if len(data) < _SMALL_BYTES:
                self._rest()

    def _rest(self) -> None:
        self._has_rested = True
        self._rests_until = time.monotonic() + _REST_SECONDS

    def _forward(self, name: bytes, data: bytes) -> None:
        if data:
            self._outbox.put(HEADER.pack(name, len(data)), data)
