import base64
import json
import unittest

from support import Outcome, run_code
from runner.attach import FILES_MAX, NAME_BYTES_MAX
from runner.file_types import media_type
from runner.records import OUTPUTS_BYTES_MAX


def files_of(outcome: Outcome) -> list[tuple[str, str, bytes]]:
    files = [json.loads(payload) for kind, payload in outcome.records if kind == "f"]
    return [(file["name"], file["mime_type"], base64.b64decode(file["content_base64"], validate=True)) for file in files]


def attached(source: str) -> list[tuple[str, str, bytes]]:
    outcome = run_code(source)
    if outcome.exit_code != 0:
        raise AssertionError(outcome.text("x"))
    return files_of(outcome)


def refusal(source: str) -> tuple[str, str]:
    """Name and message of the exception; nothing must have been attached."""
    outcome = run_code(source)
    if files_of(outcome):
        raise AssertionError("a file was attached")
    error = json.loads(outcome.text("x"))
    return error["name"], error["value"]


class AttachedDataTest(unittest.TestCase):
    def test_takes_bytes_as_they_are(self) -> None:
        for data in ("b'\\x00\\xff'", "bytearray(b'\\x00\\xff')", "memoryview(b'\\x00\\x01\\xff')[::2]"):
            self.assertEqual(attached(f"attach('a.bin', {data})"), [("a.bin", "application/octet-stream", b"\0\xff")], data)

    def test_takes_text_in_utf_8(self) -> None:
        self.assertEqual(attached("attach('a', 'é€😀')"), [("a", "text/plain", "é€😀".encode())])

    def test_takes_nothing_at_all(self) -> None:
        self.assertEqual(attached("attach('empty.txt', '')"), [("empty.txt", "text/plain", b"")])

    def test_takes_all_of_a_file_wherever_it_stands(self) -> None:
        for make in (
            "import io\nf = io.BytesIO()\nf.write(b'abc')",
            "import io\nf = io.StringIO()\nf.write('abc')",
            "import io\nf = io.BytesIO(b'abc')\nf.read(2)",
            "import io\nf = io.BufferedReader(io.BytesIO(b'abc'))\nf.read(2)",
        ):
            self.assertEqual([content for _, _, content in attached(f"{make}\nattach('a', f)")], [b"abc"], make)

    def test_takes_what_only_can_be_read(self) -> None:
        source = "class Source:\n    def read(self): return 'abc'\nattach('a.csv', Source())"
        self.assertEqual(attached(source), [("a.csv", "text/csv", b"abc")])

    def test_makes_two_files_of_one_name(self) -> None:
        self.assertEqual([content for _, _, content in attached("attach('a', '1')\nattach('a', '2')")], [b"1", b"2"])

    def test_keeps_its_place_among_the_outputs(self) -> None:
        outcome = run_code("print('a')\nattach('a', '')\nprint('b')\n1")
        self.assertEqual(outcome.kinds(), "ofov")

    def test_refuses_other_data_and_says_what_it_takes(self) -> None:
        for data in ("None", "1", "[1]", "{}", "object()", "io.BytesIO", "zipfile.ZipFile(io.BytesIO(), 'w')"):
            name, value = refusal(f"import io, zipfile\nattach('a', {data})")
            self.assertEqual(name, "TypeError", data)
            self.assertIn("BytesIO()", value)

    def test_refuses_text_that_is_no_text(self) -> None:
        self.assertEqual(refusal("attach('a', 'x\\ud800')")[0], "ValueError")

    def test_refuses_a_file_that_gives_neither(self) -> None:
        name, value = refusal("class Source:\n    def read(self): return 5\nattach('a', Source())")
        self.assertEqual((name, value), ("TypeError", "attach: the file object gave int, neither bytes nor str"))

    def test_lets_what_the_data_raises_through(self) -> None:
        source = "class Source:\n    def read(self): raise KeyError('mine')\nattach('a', Source())"
        self.assertEqual(refusal(source), ("KeyError", "'mine'"))

    def test_says_what_a_forked_process_cannot_do(self) -> None:
        source = "import os\npid = os.fork()\nif pid == 0:\n    try:\n        attach('a', b'')\n    except RuntimeError as e:\n        print(e, flush=True)\n    os._exit(0)\nos.waitpid(pid, 0)"
        self.assertIn(b"only the main process", run_code(source).stdout)


class AttachedNameTest(unittest.TestCase):
    def test_takes_what_is_only_unusual(self) -> None:
        for name in ("a b", "-rf", "a.", "...", "'\"`$;|", "CON", "=cmd|' C calc'!A0", "e\u0301.csv", "é" * 127 + "a", " "):
            self.assertEqual([found for found, _, _ in attached(f"attach({name!r}, b'')")], [name])

    def test_refuses_paths_and_what_a_terminal_or_header_acts_on(self) -> None:
        for name in ("", ".", "..", "a/b", "/etc/passwd", "..\\a", "a\0", "a\r\nb", "\x1b[2J", "\x7f", "\x9b", "\u202ecod.exe", "a\u2028"):
            self.assertEqual(refusal(f"attach({name!r}, b'')")[0], "ValueError", repr(name))

    def test_refuses_lone_surrogates(self) -> None:
        self.assertEqual(refusal("attach('\\udcff.csv', b'')")[0], "ValueError")

    def test_takes_the_longest_name_and_refuses_a_longer_one(self) -> None:
        self.assertEqual(len(attached(f"attach('a' * {NAME_BYTES_MAX}, b'')")), 1)
        self.assertIn("256 bytes", refusal(f"attach('a' * {NAME_BYTES_MAX + 1}, b'')")[1])
        self.assertIn("256 bytes", refusal("attach('é' * 128, b'')")[1])

    def test_refuses_names_that_are_no_text(self) -> None:
        for name in ("None", "b'a'", "__import__('pathlib').Path('a')"):
            self.assertEqual(refusal(f"attach({name}, b'')")[0], "TypeError", name)

    def test_believes_the_characters_of_a_name_and_no_method_of_it(self) -> None:
        source = "class Name(str):\n    def encode(self): return b'x'\n    def __str__(self): return 'ok'\nattach(Name('a/b'), b'')"
        self.assertEqual(refusal(source)[0], "ValueError")


class LimitsTest(unittest.TestCase):
    def test_takes_the_last_file_and_refuses_one_more(self) -> None:
        outcome = run_code(f"for n in range({FILES_MAX + 1}): attach(f'{{n}}', b'')")
        self.assertEqual(len(files_of(outcome)), FILES_MAX)
        self.assertIn("at most 20 files", json.loads(outcome.text("x"))["value"])

    def test_takes_what_just_fits_and_says_how_much_did(self) -> None:
        outcome = run_code("attach('a', bytes(8 * 1024 * 1024))")
        message = json.loads(outcome.text("x"))["value"]
        room = int(message.split("room for ")[1].split(":")[0])
        self.assertIn("8 MiB together", message)
        outcome = run_code(f"try: attach('a', bytes({room + 3}))\nexcept ValueError: attach('a', bytes({room}))")
        records = [payload for kind, payload in outcome.records if kind == "f"]
        self.assertEqual(len(records), 1)
        self.assertLessEqual(len(records[0]), OUTPUTS_BYTES_MAX)
        self.assertGreater(len(records[0]), OUTPUTS_BYTES_MAX - 4)

    def test_counts_what_was_shown_before(self) -> None:
        source = "display('x' * 900_000)\nattach('a', bytes(6 * 1024 * 1024 - 600_000))"
        self.assertEqual(refusal(source)[0], "ValueError")

    def test_goes_on_after_a_refusal(self) -> None:
        source = "try: attach('a', bytes(9_000_000))\nexcept ValueError: attach('b', b'1')"
        self.assertEqual([name for name, _, _ in attached(source)], ["b"])


class FileTypeTest(unittest.TestCase):
    def test_knows_files_by_their_names_without_the_tables_of_a_system(self) -> None:
        for suffix, expected in (
            (".csv", "text/csv"),
            (".png", "image/png"),
            (".svg", "image/svg+xml"),
            (".html", "text/html"),
            (".json", "application/json"),
            (".pdf", "application/pdf"),
            (".zip", "application/zip"),
            (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (".gz", "application/gzip"),
            (".unheard-of", "application/octet-stream"),
            ("", "application/octet-stream"),
        ):
            self.assertEqual(media_type(suffix), expected)


if __name__ == "__main__":
    unittest.main()
