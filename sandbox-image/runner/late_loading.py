"""When the zygotes that no code has asked for import their packages, which is most of the work of a start. Pure.

A sandbox that serves one short plain block and goes never does it. One that waits does it soon. While code runs they give
way to it for a while: they would take its processor time.
"""

_IDLE_SECONDS = 0.1
_LATEST_SECONDS = 2.0


class LateLoading:
    """Times on the monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._latest: float | None = None
        self._idle_since = 0.0

    def greeted(self, now: float) -> None:
        """Runs may come from now on."""
        self._latest = now + _LATEST_SECONDS
        self._idle_since = now

    def idle(self, now: float) -> None:
        """A run is over."""
        self._idle_since = now

    def done(self) -> None:
        self._latest = None

    def due_at(self, *, is_running: bool) -> float | None:
        """None before the greeting, and when it is done."""
        if self._latest is None or is_running:
            return self._latest
        return min(self._latest, self._idle_since + _IDLE_SECONDS)
