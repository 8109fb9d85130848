import unittest

from support import run_code
from runner.records import TEXT_BYTES_MAX


class OrderTest(unittest.TestCase):
    def test_keeps_the_order_of_both_streams(self) -> None:
        outcome = run_code("import sys\nfor i in range(3):\n    print(i)\n    print(i, file=sys.stderr)")
        self.assertEqual(
            outcome.records, [(kind, f"{i}\n".encode()) for i in range(3) for kind in ("o", "e")]
        )

    def test_keeps_the_order_of_text_without_newlines(self) -> None:
        outcome = run_code("import sys\nprint('a', end='')\nsys.stderr.write('b')\nprint('c', end='')")
        self.assertEqual(outcome.records, [("o", b"a"), ("e", b"b"), ("o", b"c")])

    def test_sends_a_whole_line_as_one_record(self) -> None:
        self.assertEqual(run_code("print('a', 'b', 3)").records, [("o", b"a b 3\n")])

    def test_sends_text_before_the_code_goes_on(self) -> None:
        outcome = run_code("import os\nprint('seen')\nos._exit(3)")
        self.assertEqual((outcome.records, outcome.exit_code), ([("o", b"seen\n")], 3))

    def test_flush_sends_an_unfinished_line(self) -> None:
        outcome = run_code("import os\nprint('seen', end='', flush=True)\nos._exit(0)")
        self.assertEqual(outcome.records, [("o", b"seen")])


class SizeTest(unittest.TestCase):
    def test_cuts_long_text_into_records_of_whole_characters(self) -> None:
        for character in ("x", "é", "日", "😀"):
            outcome = run_code(f"print({character!r} * 100_000, end='')")
            self.assertTrue(all(len(payload) <= TEXT_BYTES_MAX for _, payload in outcome.records))
            self.assertEqual("".join(payload.decode() for _, payload in outcome.records), character * 100_000)


class HostileTextTest(unittest.TestCase):
    def test_replaces_lone_surrogates(self) -> None:
        self.assertEqual(run_code("print('a\\ud800b')").text("o"), "a\ufffdb\n")

    def test_raw_bytes_go_to_the_real_descriptors(self) -> None:
        outcome = run_code("import sys, os\nsys.stdout.buffer.write(b'\\xff'); os.write(2, b'\\x00');")
        self.assertEqual((outcome.stdout, outcome.stderr, outcome.records), (b"\xff", b"\x00", []))

    def test_text_that_looks_like_a_record_stays_text(self) -> None:
        outcome = run_code("print('x\\x00\\x00\\x00\\x02{}', end='')")
        self.assertEqual(outcome.records, [("o", b"x\x00\x00\x00\x02{}")])

    def test_write_takes_nothing_but_text(self) -> None:
        self.assertIn("must be str, not bytes", run_code("import sys; sys.stdout.write(b'x')").text("x"))


class ProcessesTest(unittest.TestCase):
    def test_a_forked_process_prints_to_the_real_descriptor_and_writes_no_record(self) -> None:
        child = "if os.fork() == 0:\n    print('child')\n    5 / 0\n"
        outcome = run_code(f"import os\n{child}os.wait()\nprint('parent')\n7")
        self.assertEqual(outcome.kinds(), "ov")
        self.assertEqual((outcome.text("o"), outcome.stdout), ("parent\n", b"child\n"))
        self.assertIn(b"ZeroDivisionError", outcome.stderr)

    def test_text_that_waits_for_its_newline_is_not_printed_twice_after_a_fork(self) -> None:
        outcome = run_code("import os\nprint('once', end='')\nif os.fork() == 0:\n    os._exit(0)\nos.wait()\nNone")
        self.assertEqual((outcome.text("o"), outcome.stdout), ("once", b""))

    def test_text_still_shows_when_every_descriptor_is_closed(self) -> None:
        outcome = run_code("import os; os.closerange(3, 2000); print('still')")
        self.assertEqual((outcome.stdout, outcome.exit_code), (b"still\n", 0))

    def test_threads_do_not_cut_into_each_others_records(self) -> None:
        outcome = run_code(
            "import threading\n"
            "def work(c):\n    for _ in range(200): print(c * 5000)\n"
            "ts = [threading.Thread(target=work, args=(c,)) for c in 'abcd']\n"
            "[t.start() for t in ts]; [t.join() for t in ts];"
        )
        self.assertEqual(sum(len(payload) for _, payload in outcome.records), 4 * 200 * 5001)


class SignalTest(unittest.TestCase):
    def test_records_stay_whole_when_a_signal_handler_prints_and_raises(self) -> None:
        outcome = run_code(
            "import signal, sys\n"
            "def handler(*_):\n    print('tick')\n    raise TimeoutError\n"
            "signal.signal(signal.SIGALRM, handler)\n"
            "for _ in range(20):\n"
            "    signal.setitimer(signal.ITIMER_REAL, 0.002)\n"
            "    try:\n        for _ in range(500): print('x' * 30_000)\n"
            "    except TimeoutError: pass\n"
            "signal.setitimer(signal.ITIMER_REAL, 0)\n"
            "print('end')"
        )
        self.assertTrue(outcome.text("o").endswith("end\n"))


class StdinTest(unittest.TestCase):
    def test_input_reads_lines_and_then_the_end(self) -> None:
        outcome = run_code("print(input('name? '), input()); input()", b"Ada\nLovelace\n")
        self.assertEqual(outcome.text("o"), "name? Ada Lovelace\n")
        self.assertIn('"EOFError"', outcome.text("x"))


if __name__ == "__main__":
    unittest.main()
