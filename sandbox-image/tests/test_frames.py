import struct
import unittest

import support  # noqa: F401
from runner.frames import PAYLOAD_BYTES_MAX, FrameError, FrameReader, decode_json, encode, encode_json


def fed(*pieces: bytes) -> list[tuple[bytes, bytes]]:
    reader = FrameReader()
    return [frame for piece in pieces for frame in reader.feed(piece)]


class FrameReaderTest(unittest.TestCase):
    FRAMES = encode(b"R", b"{}") + encode(b"K", b"") + encode(b"R", bytes(range(256)))
    EXPECTED = [(b"R", b"{}"), (b"K", b""), (b"R", bytes(range(256)))]

    def test_gives_the_same_frames_however_the_stream_is_cut(self) -> None:
        for size in (1, 2, 5, 7, len(self.FRAMES)):
            pieces = [self.FRAMES[start : start + size] for start in range(0, len(self.FRAMES), size)]
            self.assertEqual(fed(*pieces), self.EXPECTED, f"in pieces of {size}")

    def test_waits_for_the_rest_of_a_frame(self) -> None:
        self.assertEqual(fed(encode(b"R", b"abc")[:-1]), [])

    def test_refuses_an_unknown_type(self) -> None:
        with self.assertRaises(FrameError):
            fed(encode(b"E", b""))

    def test_takes_a_frame_at_the_limit(self) -> None:
        payload = bytes(PAYLOAD_BYTES_MAX[b"K"])
        self.assertEqual(fed(encode(b"K", payload)), [(b"K", payload)])

    def test_refuses_a_length_over_the_limit_before_the_payload_comes(self) -> None:
        for kind, limit in PAYLOAD_BYTES_MAX.items():
            with self.assertRaises(FrameError):
                fed(struct.pack(">cI", kind, limit + 1))


class JsonTest(unittest.TestCase):
    def test_reads_what_it_writes(self) -> None:
        (frame,) = fed(encode_json(b"R", {"run": "é", "n": 1}))
        self.assertEqual(decode_json(frame[1]), {"run": "é", "n": 1})

    def test_refuses_what_is_no_object(self) -> None:
        for payload in (b"", b"[]", b"1", b"{", b"\xff", b"[" * 100_000):
            with self.assertRaises(FrameError):
                decode_json(payload)


if __name__ == "__main__":
    unittest.main()
