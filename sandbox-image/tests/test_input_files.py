import os
import tempfile
import unittest
from pathlib import Path

import support  # noqa: F401
from runner.frames import FrameError
from runner.input_files import COUNT_MAX, NAME_BYTES_MAX, InputFile, InputFiles, parse_files


def an_entry(name: object = "a.csv", size_bytes: object = 3) -> dict:
    return {"name": name, "size_bytes": size_bytes}


class ParseTest(unittest.TestCase):
    def test_takes_names_of_any_script_and_files_without_bytes(self) -> None:
        self.assertEqual(parse_files([an_entry("Größe 数.csv", 0)]), (InputFile("Größe 数.csv", 0),))

    def test_takes_the_most_files_and_the_longest_name(self) -> None:
        parse_files([an_entry(str(number)) for number in range(COUNT_MAX)])
        parse_files([an_entry("ü" * (NAME_BYTES_MAX // 2) + "x")])

    def test_refuses_one_more(self) -> None:
        for value in (
            [an_entry(str(number)) for number in range(COUNT_MAX + 1)],
            [an_entry("ü" * (NAME_BYTES_MAX // 2) + "xx")],
        ):
            with self.assertRaises(FrameError):
                parse_files(value)

    def test_refuses_what_is_no_plain_name(self) -> None:
        for name in ("", ".", "..", "a/b", "/a", "../a", "a\0", "\ud800", None, 1, b"a"):
            with self.assertRaises(FrameError):
                parse_files([an_entry(name)])

    def test_refuses_sizes_that_are_none_and_names_that_come_twice(self) -> None:
        for value in ([an_entry(size_bytes=-1)], [an_entry(size_bytes=True)], [an_entry(size_bytes=1.0)], ["a"], {}, None):
            with self.assertRaises(FrameError):
                parse_files(value)
        with self.assertRaises(FrameError):
            parse_files([an_entry(), an_entry()])


class InputFilesTest(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = Path(directory.name)
        self.files = InputFiles(directory.name)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.path.iterdir())

    def test_puts_the_bytes_into_the_files_in_their_order(self) -> None:
        self.files.expect((InputFile("a", 4), InputFile("empty", 0), InputFile("b", 1)))
        for data in (b"12", b"34"):
            self.assertFalse(self.files.are_complete)
            self.files.take(data)
        self.assertEqual(self.names(), ["a", "empty"])
        self.files.take(b"5")
        self.assertTrue(self.files.are_complete)
        self.assertEqual((self.path / "a").read_bytes() + (self.path / "b").read_bytes(), b"12345")

    def test_makes_files_that_everyone_may_read_and_nobody_write(self) -> None:
        self.files.expect((InputFile("a", 1),))
        self.files.take(b"x")
        self.assertEqual(os.stat(self.path / "a").st_mode & 0o777, 0o444)

    def test_is_complete_at_once_when_no_file_has_bytes(self) -> None:
        self.files.expect((InputFile("a", 0), InputFile("b", 0)))
        self.assertTrue(self.files.are_complete)
        self.assertEqual(self.names(), ["a", "b"])

    def test_refuses_bytes_past_the_end_of_a_file_and_bytes_that_nobody_expects(self) -> None:
        with self.assertRaises(FrameError):
            self.files.take(b"x")
        self.files.expect((InputFile("a", 1), InputFile("b", 1)))
        with self.assertRaises(FrameError):
            self.files.take(b"xy")

    def test_follows_no_link_and_writes_over_nothing(self) -> None:
        (self.path / "link").symlink_to("elsewhere")
        (self.path / "there").write_text("kept")
        for name in ("link", "there"):
            with self.assertRaises(FileExistsError):
                InputFiles(str(self.path)).expect((InputFile(name, 0),))

    def test_removes_what_is_there_and_forgets_what_has_not_come(self) -> None:
        self.files.expect((InputFile("a", 1), InputFile("b", 2), InputFile("c", 1)))
        self.files.take(b"x")
        self.files.take(b"y")
        self.files.remove()
        self.assertEqual(self.names(), [])
        self.assertTrue(self.files.are_complete)
        self.files.expect((InputFile("b", 1),))
        self.files.take(b"z")
        self.assertEqual((self.path / "b").read_bytes(), b"z")

    def test_has_nothing_to_remove_without_files(self) -> None:
        self.files.expect(())
        self.assertFalse(self.files.are_there)
        self.assertTrue(self.files.remove())


if __name__ == "__main__":
    unittest.main()
