"""The builtin `attach`: a file among the outputs, without a file system."""

import base64
import os
import re
from collections.abc import Callable

from .file_content import content_of
from .file_types import media_type
from .records import OUTPUTS_BYTES_MAX, RecordWriter
from .text import exact, json_bytes, type_name

FILES_MAX = 20
NAME_BYTES_MAX = 255
# As the worker has it, which drops a file of another name: separators, control characters, and marks that turn the
# reading direction.
_NOT_IN_A_NAME = re.compile("[/\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_KIB = 1024


def make_attach(writer: RecordWriter) -> Callable[[str, object], None]:
    """Makes the function that writes to the run's records."""
    attached: list[str] = []

    def attach(name: str, data: object) -> None:
        """Adds a file to the outputs: `attach("table.csv", frame)`.

        data: bytes, text, a file object such as BytesIO (all of it is taken), a DataFrame or Series (CSV; also .tsv,
        .json, .xlsx by the name), a matplotlib figure or Pillow image (PNG; others by the name). A name that comes
        again makes a second file. Raises ValueError for a name that is no plain file name, for a file too many and
        for one that is too large, TypeError for other data.
        """
        text = _checked_name(name)
        if len(attached) >= FILES_MAX:
            raise ValueError(f"attach: at most {FILES_MAX} files can be attached; put several into one zip file")
        if not writer.is_main:
            raise RuntimeError("attach: only the main process can attach files; return the data to it")
        suffix = os.path.splitext(text)[1].lower()
        content, default_suffix = content_of(data, suffix)
        head = {"name": text, "mime_type": media_type(suffix or default_suffix), "content_base64": ""}
        writer.record(b"f", _record(head, content, writer.outputs_room_bytes))
        attached.append(text)

    return attach


def _checked_name(name: object) -> str:
    try:
        text = exact(name)
    except TypeError:
        raise TypeError(f"attach: the name must be a str such as 'table.csv', not {type_name(name)}") from None
    if text in ("", ".", "..") or _NOT_IN_A_NAME.search(text):
        raise ValueError("attach: the name must be a plain file name such as 'table.csv', without path or control characters")
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise ValueError("attach: the name has lone surrogates, which no file name can have") from None
    if size > NAME_BYTES_MAX:
        raise ValueError(f"attach: the name has {size} bytes; at most {NAME_BYTES_MAX} are possible")
    return text


def _record(head: dict[str, str], content: bytes, room_bytes: int) -> bytes:
    """The payload of an `f` record."""
    start = json_bytes(head)
    if len(start) + (len(content) + 2) // 3 * 4 > room_bytes:
        left = max(0, (room_bytes - len(start)) // 4 * 3)
        raise ValueError(
            f"attach: the file has {len(content)} bytes and there is room for {left}: all outputs of an execution have "
            f"{OUTPUTS_BYTES_MAX // _KIB // _KIB} MiB together, and a file takes 4/3 of its size"
        )
    return b"".join((start[:-2], base64.b64encode(content), start[-2:]))
