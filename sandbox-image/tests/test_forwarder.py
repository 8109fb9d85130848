"""The order in which a run's pipes are read, and when they rest."""

import os
import time
import unittest
from unittest import mock

import support  # noqa: F401
from runner.forwarder import Forwarder
from runner.loop import Loop
from runner.run import PIPE_NAMES, Job, Run


class FakeOutbox:
    is_full = False

    def __init__(self) -> None:
        self.frames: list[tuple[bytes, bytes]] = []

    def put(self, header: bytes, data: bytes) -> None:
        self.frames.append((header[:1], data))


class ForwarderTest(unittest.TestCase):
    def setUp(self) -> None:
        self.loop = Loop()
        self.outbox = FakeOutbox()
        self.forwarder = Forwarder(self.loop, self.outbox)  # type: ignore[arg-type]
        self.run_ = Run(Job("run", "", "", 1000, 1_000_000), zygote=None)  # type: ignore[arg-type]
        self.writers = {}
        for name in PIPE_NAMES:
            read, self.writers[name] = os.pipe()
            os.set_blocking(read, False)
            self.run_.pipes[name] = read
        self.addCleanup(self.run_.close)
        self.addCleanup(lambda: [os.close(writer) for writer in self.writers.values()])
        self.forwarder.start(self.run_)

    def turn(self, seconds: float = 0.0) -> None:
        self.loop.turn(seconds)
        self.forwarder.balance()

    def write(self, name: bytes, data: bytes) -> None:
        os.write(self.writers[name], data)

    def wait_for(self, count: int) -> None:
        end = time.monotonic() + 5
        while len(self.outbox.frames) < count and time.monotonic() < end:
            self.turn(self.forwarder.seconds_to_next_duty() or 0.01)

    def end(self) -> list[tuple[bytes, bytes]]:
        self.forwarder.stop()
        self.forwarder.drain(self.run_)
        return self.outbox.frames

    def test_all_that_a_short_run_writes_to_one_pipe_goes_out_with_its_end(self) -> None:
        for data in (b"a", b"b"):
            self.write(b"r", data)
            self.turn()
        self.assertEqual(self.outbox.frames, [])
        self.assertEqual(self.end(), [(b"r", b"ab")])

    def test_a_record_comes_before_raw_bytes_that_are_found_with_it(self) -> None:
        self.write(b"r", b"first")
        self.write(b"o", b"second")
        self.turn()
        self.wait_for(2)
        self.assertEqual(self.end(), [(b"r", b"first"), (b"o", b"second")])

    def test_the_order_of_the_pipes_is_that_in_which_they_were_written(self) -> None:
        for index, name in enumerate((b"o", b"r", b"e", b"o", b"r", b"r", b"e", b"o", b"o", b"r")):
            self.write(name, b"%d" % index)
            self.turn()
        self.assertEqual(b"".join(data for _, data in self.end()), b"0123456789")

    def test_a_loop_of_small_writes_becomes_few_frames(self) -> None:
        for _ in range(1000):
            self.write(b"r", b"x")
            self.turn()
        frames = self.end()
        self.assertEqual(sum(len(data) for _, data in frames), 1000)
        self.assertLess(len(frames), 500)

    def test_a_pipe_is_read_again_after_its_rest(self) -> None:
        self.write(b"r", b"a")
        self.wait_for(1)
        self.write(b"r", b"b")
        self.wait_for(2)
        self.assertEqual(self.outbox.frames, [(b"r", b"a"), (b"r", b"b")])

    def test_a_pipe_that_fills_up_while_it_rests_rests_half_as_long_the_next_time(self) -> None:
        clock = mock.Mock(**{"monotonic.return_value": 0.0})
        with mock.patch("runner.forwarder.time", clock):
            rests = []
            for size in (1, 1, 40_000, 1, 1):
                self.write(b"r", b"x" * size)
                self.turn()
                rests.append(self.forwarder.seconds_to_next_duty())
                clock.monotonic.return_value += 1.0
                self.turn()  # ends the rest
        self.assertEqual([rest and round(rest * 1000) for rest in rests], [2, 2, None, 1, 2])

    def test_a_resting_pipe_that_nobody_writes_to_any_more_is_closed_when_another_has_something(self) -> None:
        self.write(b"o", b"a")
        self.turn()
        os.close(self.writers.pop(b"o"))
        for data in (b"b", b"c", b"d"):
            self.write(b"r", data)
            self.turn()
            self.write(b"e", data)
            self.turn()
        self.assertEqual(b"".join(data for _, data in self.end()), b"abbccdd")

    def test_nothing_is_read_while_the_worker_is_slow(self) -> None:
        self.outbox.is_full = True
        self.forwarder.balance()
        self.write(b"r", b"a")
        self.turn()
        self.assertIsNone(self.forwarder.seconds_to_next_duty())
        self.assertEqual(self.outbox.frames, [])
        self.outbox.is_full = False
        self.forwarder.balance()
        self.wait_for(1)
        self.assertEqual(self.outbox.frames, [(b"r", b"a")])

    def test_a_pipe_whose_writers_are_gone_is_closed(self) -> None:
        self.write(b"o", b"last")
        os.close(self.writers.pop(b"o"))
        end = time.monotonic() + 5
        while b"o" in self.run_.pipes and time.monotonic() < end:
            self.turn(self.forwarder.seconds_to_next_duty() or 0.01)
        self.assertNotIn(b"o", self.run_.pipes)
        self.assertEqual(self.outbox.frames, [(b"o", b"last")])


if __name__ == "__main__":
    unittest.main()
