"""Pictures whose pixels take too many bytes: of noise, and photographs."""

from collections.abc import Callable

_ATTEMPTS_MAX = 3
# Fewer pixels show more of the noise in each.
_CAUTION = 0.8


def shrunk(make: Callable[[float], bytes], bytes_max: int) -> bytes:
    """What `make` gives for the largest scale, at most 1, at which it fits; after a few attempts whatever came last."""
    scale = 1.0
    data = make(scale)
    for _ in range(_ATTEMPTS_MAX - 1):
        if len(data) <= bytes_max:
            break
        scale *= _CAUTION * (bytes_max / len(data)) ** 0.5
        data = make(scale)
    return data
