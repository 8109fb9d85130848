"""Which users the code of this sandbox runs as: others than in any other sandbox of the host.

The kernel counts some things by user and not by sandbox: memory of pipes, watches of epoll, queued signals, descriptors
that are under way in sockets. Sandboxes that shared a user could use those up for each other.
"""

import os
from collections.abc import Iterator, Sequence

# Ids that nobody gives out (systemd.io/UIDS-GIDS): two of some thousand sandboxes hardly ever draw the same ones.
_FREE = range(0x7000_0000, 0x7FFE_0000)
# Where a user namespace has no such ids: above those of a system's own users, below what stands for unmapped ones.
_MAPPED = range(1_000, 65_534)


def draw(kinds: Sequence[str]) -> dict[str, int]:
    """One id, of a user and of a group, per kind of zygote: ids in a row, of which the first is even. The kinds never
    share one: ending a run kills every process of its uid, and the child that waits in the other zygote must neither
    die with it nor be in its reach.

    Raises OSError where the user namespace has too few ids.
    """
    size = len(kinds) + len(kinds) % 2
    for wanted in (_FREE, _MAPPED):
        places = [place for place in _allowed(wanted, _extents("uid"), _extents("gid")) if len(place) >= size]
        if places:
            place = max(places, key=len)
            first = place.start + size * (int.from_bytes(os.urandom(8)) % (len(place) // size))
            return {kind: first + offset for offset, kind in enumerate(kinds)}
    raise OSError("the user namespace has too few ids")


def _extents(kind: str) -> list[range]:
    """The ids that this process may take, as user_namespaces(7) lists them: first inside, first outside, count."""
    with open(f"/proc/self/{kind}_map", encoding="ascii") as lines:
        numbers = [[int(number) for number in line.split()] for line in lines]
    return [range(first, first + count) for first, _, count in numbers]


def _allowed(wanted: range, users: list[range], groups: list[range]) -> Iterator[range]:
    """The parts of `wanted` that are both users and groups here; each begins with an even id."""
    for user in users:
        for group in groups:
            first = max(wanted.start, user.start, group.start)
            yield range(first + first % 2, min(wanted.stop, user.stop, group.stop))
