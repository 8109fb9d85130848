"""Text out of hostile objects: the characters that are really there, never what an object claims of itself."""

import json
import re

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
# Bound here: programs that replace `json.dumps` still get their values and exceptions told.
_encode_json = json.JSONEncoder(ensure_ascii=False).encode


def storable(text: str) -> str:
    """`text` with what UTF-8 cannot say replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _LONE_SURROGATES.sub("\ufffd", text)
    return text


def exact(text: object) -> str:
    """`text` without the methods of a subclass. Raises TypeError for anything that is no string."""
    return str.__str__(text)


def type_name(value: object) -> str:
    """The name of the value's class, also if its metaclass hides it."""
    try:
        return storable(exact(type.__dict__["__name__"].__get__(type(value))))
    except BaseException:  # noqa: BLE001
        return "object"


def json_bytes(texts: dict[str, str]) -> bytes:
    """The JSON object in UTF-8; the texts must be storable."""
    return _encode_json(texts).encode()
