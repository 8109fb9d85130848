"""Values in words: what `repr` and `str` give, whatever hostile methods do."""

from .text import exact, storable, type_name
from .timebox import TimeUp, within

REPRESENTATION_BYTES_MAX = 1024 * 1024
REPRESENTATION_SECONDS_MAX = 2.0
_CUT_NOTE = "… [cut]"


def plain(value: object) -> str:
    """`repr(value)`, cut to the limit; if that fails or takes too long, text that says so."""
    try:
        return within(REPRESENTATION_SECONDS_MAX, lambda: described(value))
    except TimeUp:
        return f"<{type_name(value)}: its repr took over {REPRESENTATION_SECONDS_MAX:g} s>"


def described(value: object, *, with_str: bool = False) -> str:
    """As `plain`, or with `str(value)`, without a bound in time of its own."""
    try:
        text = exact(str(value) if with_str else repr(value))
    except TimeUp:
        raise
    except BaseException as error:  # noqa: BLE001 - SystemExit and the like out of a __repr__
        return f"<{type_name(value)}: its {'str' if with_str else 'repr'} raised {type_name(error)}>"
    if len(text) > REPRESENTATION_BYTES_MAX // 4:
        data = storable(text[:REPRESENTATION_BYTES_MAX]).encode()
        if len(data) > REPRESENTATION_BYTES_MAX or len(text) > REPRESENTATION_BYTES_MAX:
            return data[: REPRESENTATION_BYTES_MAX - len(_CUT_NOTE.encode())].decode(errors="ignore") + _CUT_NOTE
    return storable(text)


def reason_of(error: BaseException) -> str:
    """An exception in one line: its class, and its message if it has one."""
    try:
        message = within(REPRESENTATION_SECONDS_MAX, lambda: described(error, with_str=True))
    except TimeUp:
        message = ""
    lines = message.strip().splitlines()
    return f"{type_name(error)}: {lines[0]}" if lines else type_name(error)


def cut(text: str, characters_max: int) -> str:
    """The beginning of a text that is longer."""
    return text if len(text) <= characters_max else f"{text[:characters_max]}…"
