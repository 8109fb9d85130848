"""A poll loop that takes descriptors in and out at any time."""

import math
import select
from collections.abc import Callable


class Loop:
    """Calls one handler for each descriptor that is ready."""

    def __init__(self) -> None:
        self._poll = select.poll()
        self._handlers: dict[int, Callable[[], None]] = {}

    def watch(self, descriptor: int, events: int, handler: Callable[[], None]) -> None:
        self._handlers[descriptor] = handler
        self._poll.register(descriptor, events)

    def forget(self, descriptor: int) -> None:
        if self._handlers.pop(descriptor, None):
            self._poll.unregister(descriptor)

    def turn(self, timeout_seconds: float | None) -> None:
        """Waits for the first event, at most so long, and calls the handlers of all that came."""
        # Rounded up: a deadline is never missed by waking a moment too early and spinning.
        timeout_ms = None if timeout_seconds is None else max(0, math.ceil(timeout_seconds * 1000))
        for descriptor, _ in self._poll.poll(timeout_ms):
            handler = self._handlers.get(descriptor)
            if handler:
                handler()
