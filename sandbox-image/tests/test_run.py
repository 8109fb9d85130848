import os
import unittest

import support  # noqa: F401
from runner.frames import FrameError
from runner.outbox import WAITING_BYTES_HIGH, Outbox
from runner.run import Job, Run, parse_job

JOB = {"run": "r", "code": "1", "stdin": "", "timeout_ms": 30_000, "flood_bytes_max": 100}


class ZygoteStandIn:
    uid = 1


def a_run(flood_bytes_max: int = 100) -> tuple[Run, int]:
    """A run with one pipe; the other end of it."""
    run = Run(Job(**{**JOB, "flood_bytes_max": flood_bytes_max}), ZygoteStandIn())  # type: ignore[arg-type]
    read, write = os.pipe()
    os.set_blocking(read, False)
    run.pipes = {b"o": read}
    return run, write


class JobTest(unittest.TestCase):
    def test_takes_a_whole_job(self) -> None:
        self.assertEqual(parse_job({**JOB, "later": 1}), Job(**JOB))

    def test_takes_a_job_of_a_worker_that_knows_of_no_formats(self) -> None:
        self.assertEqual(parse_job(JOB).figure_format, "png")

    def test_takes_the_two_formats_of_figures_and_no_other(self) -> None:
        for figure_format in ("png", "svg"):
            self.assertEqual(parse_job({**JOB, "figure_format": figure_format}).figure_format, figure_format)
        for value in ("pdf", "", None, 1, ["png"], "png\0"):
            with self.assertRaises(FrameError):
                parse_job({**JOB, "figure_format": value})

    def test_refuses_missing_and_wrong_fields(self) -> None:
        for name in JOB:
            with self.assertRaises(FrameError):
                parse_job({key: value for key, value in JOB.items() if key != name})
        for name, value in (("code", 1), ("timeout_ms", "1"), ("timeout_ms", 0), ("timeout_ms", True)):
            with self.assertRaises(FrameError):
                parse_job({**JOB, name: value})
        for value in (float("nan"), float("inf"), -1):
            with self.assertRaises(FrameError):
                parse_job({**JOB, "flood_bytes_max": value})


class FloodLimitTest(unittest.TestCase):
    def test_forwards_exactly_the_limit(self) -> None:
        run, write = a_run(10)
        os.write(write, b"x" * 10)
        self.assertEqual((run.read(b"o"), run.cause), (b"x" * 10, None))

    def test_cuts_one_byte_past_the_limit_and_names_the_cause(self) -> None:
        run, write = a_run(10)
        os.write(write, b"x" * 11)
        self.assertEqual((run.read(b"o"), run.cause), (b"x" * 10, "output_limit"))

    def test_the_first_cause_stays(self) -> None:
        run, write = a_run(10)
        run.cause = "timed_out"
        os.write(write, b"x" * 11)
        run.read(b"o")
        self.assertEqual(run.cause, "timed_out")


class DrainTest(unittest.TestCase):
    def test_takes_what_is_there_and_does_not_wait_for_a_writer_that_stays(self) -> None:
        run, write = a_run(10_000)
        os.write(write, b"x" * 5_000)
        self.assertEqual(b"".join(run.drain(b"o")), b"x" * 5_000)

    def test_an_empty_pipe_reads_as_nothing_and_a_closed_one_as_its_end(self) -> None:
        run, write = a_run()
        self.assertEqual(run.read(b"o"), b"")
        os.close(write)
        self.assertIsNone(run.read(b"o"))


class ReportTest(unittest.TestCase):
    def test_an_end_that_nobody_saw_is_a_kill(self) -> None:
        run, _ = a_run()
        run.cause = "lost"
        report = run.report(None, set())
        self.assertEqual((report["cause"], report["exit_code"], report["signal"]), ("lost", None, "SIGKILL"))


class OutboxTest(unittest.TestCase):
    def test_never_blocks_and_sends_everything_in_order_once_there_is_a_reader(self) -> None:
        read, write = os.pipe()
        outbox = Outbox(write)
        expected = b""
        for number in range(WAITING_BYTES_HIGH // 5_000 + 40):
            part = bytes([number % 256]) * 5_000
            outbox.put(part)
            outbox.flush()
            expected += part
        self.assertTrue(outbox.is_full)
        received = b""
        while not outbox.is_empty:
            received += os.read(read, 100_000)
            outbox.flush()
        os.set_blocking(read, False)
        received += os.read(read, 1_000_000)
        self.assertEqual(received, expected)

    def test_sends_frames_together_that_were_put_before_a_flush(self) -> None:
        read, write = os.pipe()
        outbox = Outbox(write)
        outbox.put(b"one ")
        outbox.put(b"two")
        os.set_blocking(read, False)
        with self.assertRaises(BlockingIOError):
            os.read(read, 100)
        outbox.flush()
        self.assertEqual(os.read(read, 100), b"one two")


if __name__ == "__main__":
    unittest.main()
