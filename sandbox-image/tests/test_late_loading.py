"""When the zygotes that no code has asked for import their packages."""

import unittest

import support  # noqa: F401
from runner.late_loading import LateLoading


class LateLoadingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.loading = LateLoading()

    def test_is_not_due_before_the_greeting(self) -> None:
        self.assertIsNone(self.loading.due_at(is_running=False))

    def test_is_due_soon_when_no_code_comes(self) -> None:
        self.loading.greeted(10.0)
        self.assertEqual(self.loading.due_at(is_running=False), 10.1)

    def test_gives_way_to_code_for_a_while(self) -> None:
        self.loading.greeted(10.0)
        self.assertEqual(self.loading.due_at(is_running=True), 12.0)

    def test_waits_again_after_a_run_as_the_sandbox_may_go(self) -> None:
        self.loading.greeted(10.0)
        self.loading.idle(11.0)
        self.assertEqual(self.loading.due_at(is_running=False), 11.1)

    def test_is_not_put_off_for_ever_by_runs_that_follow_one_another(self) -> None:
        self.loading.greeted(10.0)
        self.loading.idle(11.99)
        self.assertEqual(self.loading.due_at(is_running=False), 12.0)

    def test_is_done_once(self) -> None:
        self.loading.greeted(10.0)
        self.loading.done()
        self.loading.idle(11.0)
        self.assertIsNone(self.loading.due_at(is_running=False))


if __name__ == "__main__":
    unittest.main()
