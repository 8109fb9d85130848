"""Frames on their way to the worker: written without ever blocking, so that a slow worker cannot stop the clock."""

import os
from collections import deque

# More than this waiting means the worker is slow: the run's pipes are not read until it catches up.
WAITING_BYTES_HIGH = 512 * 1024


class Outbox:
    """A queue of bytes before a non-blocking descriptor."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        os.set_blocking(descriptor, False)

    @property
    def is_empty(self) -> bool:
        return not self._waiting

    @property
    def is_full(self) -> bool:
        return self._waiting_bytes >= WAITING_BYTES_HIGH

    def put(self, *parts: bytes) -> None:
        """Queues the parts of a frame; `flush` sends them. Frames that are sent together reach the worker in one piece."""
        for part in parts:
            if part:
                self._waiting.append(part)
                self._waiting_bytes += len(part)

    def flush(self) -> None:
        """Sends what can be sent without blocking. Raises OSError when nobody reads."""
        while self._waiting:
            batch = [self._waiting[index] for index in range(min(len(self._waiting), 16))]
            try:
                sent = os.writev(self.descriptor, batch)
            except BlockingIOError:
                return
            self._drop(sent)

    def _drop(self, sent: int) -> None:
        self._waiting_bytes -= sent
        while sent:
            first = self._waiting[0]
            if len(first) > sent:
                self._waiting[0] = first[sent:]
                return
            sent -= len(first)
            self._waiting.popleft()
