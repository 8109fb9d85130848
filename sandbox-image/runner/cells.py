"""One cell of a table as JSON can say it, and the Frictionless type of a column."""

import datetime
import math
import sys

from .descriptions import cut, described
from .libraries import is_a
from .text import exact

CHARACTERS_MAX = 1_000
# What readers in JavaScript can hold exactly, and more than any JSON parser refuses.
_INTEGER_MAX = 2**63
_TYPES = {
    "i": "integer",
    "u": "integer",
    "f": "number",
    "b": "boolean",
    "M": "datetime",
    "m": "duration",
    "U": "string",
    "T": "string",
}
# Their values are texts to people, and `repr` would put a call around them.
_PRINTED_MODULES = ("decimal", "fractions", "uuid", "pandas._libs.interval", "pandas._libs.tslibs.period")


def field_type(column: object) -> str:
    """`any` where the cells are of several kinds, or of one that has no name in the specification."""
    dtype = column.dtype
    if is_a(dtype, "pandas", "StringDtype"):
        return "string"
    if is_a(dtype, "pandas", "PeriodDtype") or is_a(dtype, "pandas", "IntervalDtype"):
        return "string"
    if dtype.kind != "O":
        return _TYPES.get(dtype.kind, "any")
    infer = sys.modules["pandas"].api.types.infer_dtype
    return {"string": "string", "boolean": "boolean", "integer": "integer", "decimal": "string"}.get(
        infer(column, skipna=True), "any"
    )


def cell(value: object, characters_max: int = CHARACTERS_MAX) -> object:
    """What is missing is None; infinity is text, as the specification has it; what JSON cannot say is told in text."""
    kind = type(value)
    if value is None or kind is bool:
        return value
    if kind is str:
        return cut(value, characters_max)
    if kind is float:
        return _number(value)
    if kind is int:
        return value if -_INTEGER_MAX <= value < _INTEGER_MAX else cut(described(value), characters_max)
    return _other(value, characters_max)


def _number(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    return ("INF" if value > 0 else "-INF") if math.isinf(value) else value


def _other(value: object, characters_max: int) -> object:
    pandas = sys.modules["pandas"]
    if value is pandas.NaT or value is pandas.NA:
        return None
    kind = type(value)
    if kind in (pandas.Timestamp, pandas.Timedelta, datetime.datetime, datetime.date, datetime.time):
        return value.isoformat()
    if kind is datetime.timedelta:
        return pandas.Timedelta(value).isoformat()
    if issubclass(kind, str):
        return cut(exact(value), characters_max)
    if kind.__module__ == "numpy" and is_a(value, "numpy", "generic"):
        plain = value.item()
        return cell(plain, characters_max) if type(plain) is not kind else described(plain)
    return cut(described(value, with_str=kind.__module__ in _PRINTED_MODULES), characters_max)
