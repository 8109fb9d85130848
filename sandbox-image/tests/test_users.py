import unittest
from unittest import mock

import support  # noqa: F401 - makes the runner importable
from runner import users

_EVERYTHING = "         0          0 4294967295\n"
KINDS = ("bare", "scientific")


def drawn(uid_map: str, gid_map: str | None = None) -> tuple[int, int]:
    """The ids of the two kinds in a user namespace with these maps."""
    texts = {"/proc/self/uid_map": uid_map, "/proc/self/gid_map": uid_map if gid_map is None else gid_map}
    opened = mock.Mock(side_effect=lambda path, **_: mock.mock_open(read_data=texts[path])())
    with mock.patch("builtins.open", opened):
        ids = users.draw(KINDS)
    return ids["bare"], ids["scientific"]


class DrawTest(unittest.TestCase):
    def test_draws_a_pair_that_begins_evenly_among_ids_that_nobody_gives_out(self) -> None:
        for _ in range(100):
            bare, scientific = drawn(_EVERYTHING)
            self.assertIn(bare, range(0x7000_0000, 0x7FFE_0000, 2))
            self.assertEqual(scientific, bare + 1)

    def test_draws_others_each_time(self) -> None:
        self.assertGreater(len({drawn(_EVERYTHING) for _ in range(100)}), 95)

    def test_draws_from_the_whole_of_a_remapped_engines_ids_but_a_systems_own(self) -> None:
        firsts = {drawn("0 100000 65536\n")[0] for _ in range(1_000)}
        self.assertTrue(all(1_000 <= first < 65_533 and first % 2 == 0 for first in firsts))
        self.assertGreater(max(firsts) - min(firsts), 50_000)

    def test_draws_from_the_largest_part_of_a_rootless_engines_ids(self) -> None:
        self.assertIn(drawn("0 1000 1\n1 100000 65536\n")[0], range(1_000, 65_533, 2))

    def test_draws_what_is_a_user_and_a_group(self) -> None:
        self.assertEqual(drawn("0 100000 65536\n", "2000 102000 3\n"), (2_000, 2_001))

    def test_raises_where_there_are_too_few(self) -> None:
        for uid_map in ("", "0 1000 1\n", "1001 1001 2\n"):
            self.assertRaises(OSError, drawn, uid_map)


if __name__ == "__main__":
    unittest.main()
