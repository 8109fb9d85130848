"""The data of a representation: what each media type wants, how much of it, and how it becomes text."""

import base64
import json
import re

from .descriptions import REPRESENTATION_BYTES_MAX, reason_of
from .text import exact, storable, type_name

# Pictures and JSON documents may take more of the room for outputs than texts.
PICTURE_BYTES_MAX = 4 * 1024 * 1024
# What of a picture fits when it is base64.
PICTURE_RAW_BYTES_MAX = PICTURE_BYTES_MAX // 4 * 3
# The worker drops a bundle with another name in it.
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,80}")
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Refused(Exception):
    """Says why a representation is left out."""


def is_media_type(name: object) -> bool:
    """Whether a bundle may hold a representation of this name."""
    return type(name) is str and _MEDIA_TYPE.fullmatch(name) is not None


def is_json(media_type: str) -> bool:
    """Whether a representation is a JSON document."""
    return media_type == "application/json" or media_type.endswith("+json")


def as_text(media_type: str, data: object) -> str:
    """The data as a bundle holds it: text, of pictures base64. Raises Refused if it is neither or too large."""
    is_image = media_type.startswith("image/")
    bytes_max = PICTURE_BYTES_MAX if is_image or is_json(media_type) else REPRESENTATION_BYTES_MAX
    is_picture = is_image and media_type != "image/svg+xml"
    text = _base64(data, bytes_max) if is_picture else _text(data, bytes_max)
    if len(text.encode()) > bytes_max:
        raise _too_large(bytes_max)
    return text


def json_document(data: object) -> str:
    """`data` as a JSON text. Raises Refused for what JSON cannot say."""
    try:
        return _encode(data)
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(f"no JSON: {reason_of(error)}") from None


def _text(data: object, bytes_max: int) -> str:
    try:
        text = exact(data)
    except TypeError:
        raise Refused(f"{type_name(data)} is no text") from None
    if len(text) > bytes_max:
        raise _too_large(bytes_max)
    return storable(text)


def _base64(data: object, bytes_max: int) -> str:
    if not issubclass(type(data), (bytes, bytearray, memoryview)):
        data = _decoded(_text(data, bytes_max))
    view = memoryview(data)
    if view.nbytes > bytes_max // 4 * 3:
        raise _too_large(bytes_max)
    return base64.b64encode(view).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise Refused("neither bytes nor base64") from None


def _too_large(bytes_max: int) -> Refused:
    return Refused(f"over {bytes_max // 1024} KiB")
