import os
import unittest
from unittest import mock

import support  # noqa: F401 - makes the runner importable
from runner import landlock


def exit_status_of(work) -> int:
    """What `work` returns in a process of its own: a restriction is for good."""
    pid = os.fork()
    if pid == 0:
        status = 99
        try:
            status = work()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def errno_of_opening(path: str, flags: int) -> int:
    try:
        os.close(os.open(path, flags))
    except OSError as error:
        return error.errno or 98
    return 0


def restricted(path: str, flags: int) -> int:
    ruleset = landlock.prepare()
    assert ruleset is not None
    landlock.forbid_new_privileges()
    landlock.restrict_self(ruleset)
    return errno_of_opening(path, flags)


class WithoutLandlockTest(unittest.TestCase):
    def test_finds_none_in_a_kernel_that_does_not_know_the_call(self) -> None:
        with mock.patch.object(landlock, "_syscall", return_value=-1):
            self.assertEqual((landlock.abi(), landlock.prepare()), (0, None))


@unittest.skipIf(landlock.abi() == 0, "this kernel has no Landlock")
class RestrictionTest(unittest.TestCase):
    def test_refuses_writes_that_the_mode_allows(self) -> None:
        self.assertEqual(exit_status_of(lambda: restricted("/dev/zero", os.O_WRONLY)), 13)

    def test_lets_write_to_null(self) -> None:
        self.assertEqual(exit_status_of(lambda: restricted("/dev/null", os.O_WRONLY)), 0)

    def test_lets_read(self) -> None:
        self.assertEqual(exit_status_of(lambda: restricted("/dev/zero", os.O_RDONLY)), 0)

    def test_raises_when_privileges_could_still_be_gained(self) -> None:
        def restrict_at_once() -> int:
            ruleset = landlock.prepare()
            if os.getuid() == 0:
                os.setuid(65532)
            try:
                landlock.restrict_self(ruleset)
            except OSError as error:
                return error.errno or 98
            return 0

        no_new_privileges = "NoNewPrivs:\t1" in open("/proc/self/status").read()
        self.assertEqual(exit_status_of(restrict_at_once), 0 if no_new_privileges else 1)


if __name__ == "__main__":
    unittest.main()
