"""pandas' frames and series as a Tabular Data Resource (Frictionless): fields with types, and the first rows."""

import json
import sys
from itertools import islice

from .cells import cell, field_type
from .libraries import is_a
from .text import storable

ROWS_MAX = 1_000
# Of columns without the index; `shape` tells how many there are.
COLUMNS_MAX = 1_000
CELLS_MAX = 100_000
BYTES_MAX = 512 * 1024
_LEVELS_MAX = 32
_NAME_CHARACTERS_MAX = 200
_CATEGORIES_MAX = 100
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def is_table(value: object) -> bool:
    return is_a(value, "pandas", "DataFrame") or is_a(value, "pandas", "Series")


def resource(value: object) -> str:
    """The JSON text: `schema`, `data` (an object per row), `shape` (rows and columns of the whole)."""
    frame = value
    if is_a(value, "pandas", "Series"):
        frame = value.to_frame("values" if value.name is None else value.name)
    row_count, column_count = frame.shape
    columns_shown = min(column_count, COLUMNS_MAX)
    rows_shown = min(row_count, ROWS_MAX, CELLS_MAX // max(1, columns_shown))
    part = frame.iloc[:rows_shown, :columns_shown]
    index, columns = _index_columns(part), [part.iloc[:, at] for at in range(columns_shown)]
    names = _unique([*_index_names(part), *(_name(label) for label in part.columns)])
    fields = [_field(name, column) for name, column in zip(names, [*index, *columns])]
    schema = {"fields": fields}
    if len(part) and part.index.is_unique:
        schema["primaryKey"] = names[: len(index)]
    head = _encode({"profile": "tabular-data-resource", "shape": list(value.shape), "schema": schema})
    rows = _rows(names, [*index, *columns], BYTES_MAX - len(storable(head).encode()))
    return f'{storable(head)[:-1]},"data":[{",".join(rows)}]}}'


def _index_columns(part: object) -> list:
    return [part.index.get_level_values(level) for level in range(min(part.index.nlevels, _LEVELS_MAX))]


def _index_names(part: object) -> list[str]:
    names = list(islice(part.index.names, _LEVELS_MAX))
    if len(names) == 1:
        return ["index" if names[0] is None else _name(names[0])]
    return [f"level_{level}" if name is None else _name(name) for level, name in enumerate(names)]


def _name(label: object) -> str:
    return str(cell(label, _NAME_CHARACTERS_MAX)) if not isinstance(label, tuple) else _name(str(label))


def _unique(names: list[str]) -> list[str]:
    """Rows are objects by name: a name that comes again gets a number."""
    taken: dict[str, int] = {}
    unique = []
    for name in names:
        candidate = name
        while candidate in taken:
            taken[name] += 1
            candidate = f"{name}.{taken[name]}"
        taken[candidate] = 0
        unique.append(candidate)
    return unique


def _field(name: str, column: object) -> dict:
    pandas = sys.modules["pandas"]
    if not isinstance(column.dtype, pandas.CategoricalDtype):
        return {"name": name, "type": field_type(column)}
    categories = column.dtype.categories
    field = {"name": name, "type": field_type(categories), "ordered": bool(column.dtype.ordered)}
    if len(categories) <= _CATEGORIES_MAX:
        field["constraints"] = {"enum": [cell(category) for category in categories]}
    return field


def _rows(names: list[str], columns: list, room_bytes: int) -> list[str]:
    """As many rows, in JSON, as there is room for."""
    rows = []
    for values in zip(*(map(cell, column.tolist()) for column in columns)):
        row = storable(_encode(dict(zip(names, values))))
        room_bytes -= len(row.encode()) + 1
        if room_bytes < 0:
            break
        rows.append(row)
    return rows
