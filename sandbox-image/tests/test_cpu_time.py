"""Whose processor time is whose."""

import unittest
from unittest import mock

import support  # noqa: F401 - the path to the runner

from runner import cgroup, cpu_time

RUNNER, CHILD = 1, 9


def seconds_used(sandbox: list[float | None], clocks: list[float | None]) -> float:
    """What is told of a run that its zygote saw end with 5 s, beside orphans with 2 s.

    sandbox and clocks: what the kernel tells at the start and at the end, of the sandbox and of the runner's process.
    The child had used 1 s when it got its job.
    """
    runner_clock = iter(clocks)
    with (
        mock.patch.object(cgroup, "cpu_seconds", side_effect=sandbox),
        mock.patch.object(cpu_time, "seconds_of", side_effect=lambda pid: 1.0 if pid == CHILD else next(runner_clock)),
    ):
        return cpu_time.CpuTime(CHILD, {RUNNER, CHILD}).seconds({RUNNER}, 5.0, 2.0)


class CpuTimeTest(unittest.TestCase):
    def test_is_what_the_sandbox_used_less_what_the_runner_used(self) -> None:
        self.assertEqual(seconds_used(sandbox=[100.0, 110.0], clocks=[3.0, 4.0]), 9.0)

    def test_is_never_negative(self) -> None:
        self.assertEqual(seconds_used(sandbox=[100.0, 100.5], clocks=[3.0, 4.0]), 0.0)

    def test_rests_on_the_wait_statuses_where_nobody_counts_for_the_sandbox(self) -> None:
        self.assertEqual(seconds_used(sandbox=[None, None], clocks=[3.0, 4.0]), 6.0)

    def test_rests_on_the_wait_statuses_when_a_process_of_the_runner_is_gone(self) -> None:
        self.assertEqual(seconds_used(sandbox=[100.0, 110.0], clocks=[3.0, None]), 6.0)


if __name__ == "__main__":
    unittest.main()
