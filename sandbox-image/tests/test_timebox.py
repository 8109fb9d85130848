import signal
import threading
import time
import unittest

import support  # noqa: F401 - the path to the runner
from runner.timebox import TimeUp, within

SHORT_SECONDS = 0.05
# Far more than any test takes.
LONG_SECONDS = 60.0


def spin() -> None:
    while True:
        pass


class TimeboxTest(unittest.TestCase):
    def tearDown(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def test_gives_what_the_call_gives_or_raises(self) -> None:
        self.assertEqual(within(LONG_SECONDS, lambda: 5), 5)
        with self.assertRaises(ZeroDivisionError):
            within(LONG_SECONDS, lambda: 1 / 0)

    def test_ends_what_has_no_end(self) -> None:
        with self.assertRaises(TimeUp):
            within(SHORT_SECONDS, spin)

    def test_ends_what_swallows_the_end(self) -> None:
        def swallow_once() -> None:
            try:
                spin()
            except BaseException:  # noqa: BLE001, S110
                pass
            spin()

        with self.assertRaises(TimeUp):
            within(SHORT_SECONDS, swallow_once)

    def test_ends_the_inner_of_two_first(self) -> None:
        def outer() -> str:
            try:
                within(SHORT_SECONDS, spin)
            except TimeUp:
                return "went on"
            return "was not ended"

        self.assertEqual(within(LONG_SECONDS, outer), "went on")

    def test_puts_the_handler_and_the_alarm_of_the_code_back(self) -> None:
        rung = []
        signal.signal(signal.SIGALRM, lambda number, _frame: rung.append(number))
        signal.setitimer(signal.ITIMER_REAL, LONG_SECONDS, LONG_SECONDS)
        within(LONG_SECONDS, lambda: None)
        left, interval = signal.setitimer(signal.ITIMER_REAL, 0)
        self.assertTrue(0 < left <= LONG_SECONDS)
        self.assertEqual(interval, LONG_SECONDS)
        signal.raise_signal(signal.SIGALRM)
        self.assertEqual(rung, [signal.SIGALRM])

    def test_rings_an_alarm_of_the_code_that_came_due_meanwhile(self) -> None:
        rung = threading.Event()
        signal.signal(signal.SIGALRM, lambda _number, _frame: rung.set())
        signal.setitimer(signal.ITIMER_REAL, SHORT_SECONDS)
        within(LONG_SECONDS, lambda: time.sleep(2 * SHORT_SECONDS))
        self.assertTrue(rung.wait(10))

    def test_leaves_no_alarm_behind(self) -> None:
        within(LONG_SECONDS, lambda: None)
        self.assertEqual(signal.getitimer(signal.ITIMER_REAL), (0, 0))
        self.assertEqual(signal.getsignal(signal.SIGALRM), signal.SIG_DFL)

    def test_calls_without_a_bound_in_another_thread(self) -> None:
        given = []
        thread = threading.Thread(target=lambda: given.append(within(LONG_SECONDS, lambda: 5)))
        thread.start()
        thread.join()
        self.assertEqual(given, [5])


if __name__ == "__main__":
    unittest.main()
