"""Hints about modules that are not in the sandbox: what does the same, or what the name should have been."""

import difflib
import os
import sys

from .module_names import FOR_NETWORK, IMPORTED_AS, INSTEAD, WINDOWS
from .sight import Sight

NO_INSTALLING = (
    "packages cannot be installed, as the sandbox has no network. Use the standard library and what is there: "
    "importlib.metadata.distributions() lists it."
)
_NO_DISPLAY = (
    "The sandbox has no display and opens no windows. Leave the backend as it is: plt.show() shows figures, and "
    "display(value) shows pictures and tables."
)
_NO_NETWORK_MODULE = "The sandbox has no network, so {name} is not there: put data into the code or send it as stdin."
_NO_TABLE_FORMATS = (
    "The sandbox has neither pyarrow nor fastparquet, so Parquet, Feather and ORC can be neither written nor read. "
    "attach('table.csv', frame) hands a table over, as .tsv, .json and .xlsx too; to read one, put it as CSV into the "
    "code or send it as stdin."
)
_NO_COLAB = (
    "google.colab is Colab's own. attach(name, data) hands a file over; put data into the code or send it as stdin."
)
_NEAR = 0.75


def quoted(text: str) -> str:
    """The text as a Python string; a long one is cut."""
    return repr(text if len(text) <= 80 else f"{text[:79]}…")


def display_backend(sight: Sight) -> str | None:
    """Windows: their toolkits, and matplotlib's backends for them."""
    if not sight.is_a(ImportError):
        return None
    is_backend = sight.came_through("/matplotlib/pyplot.py") and "backend" in " ".join(sight.library_files)
    return _NO_DISPLAY if sight.name.partition(".")[0] in WINDOWS or is_backend else None


def missing_format(sight: Sight) -> str | None:
    """Formats of tables that pandas asks other packages for."""
    is_asked = sight.is_a(ImportError) and (
        sight.message.startswith("Unable to find a usable engine; tried using: 'pyarrow'")
        or "optional dependency 'pyarrow'" in sight.message
        or sight.name.partition(".")[0] in ("pyarrow", "fastparquet")
    )
    return _NO_TABLE_FORMATS if is_asked else None


def missing_module(sight: Sight) -> str | None:
    name = sight.name.partition(".")[0]
    if not sight.is_a(ModuleNotFoundError) or not name:
        return None
    if sight.name.startswith("google.colab"):
        return _NO_COLAB
    there = _importable()
    if name in there:
        return None
    if name in ("pip", "conda", "ensurepip", "micropip"):
        return f"There is no {name}: {NO_INSTALLING}"
    if name in FOR_NETWORK:
        return _NO_NETWORK_MODULE.format(name=quoted(name))
    return f"The sandbox has no module {quoted(name)}, and none can be installed. {_advice(name, there)}"


def _advice(name: str, there: set[str]) -> str:
    imported_as = IMPORTED_AS.get(name.lower().replace("-", "_"))
    if imported_as in there:
        return f"That package is there as {imported_as}: write `import {imported_as}`."
    instead = [other for names, others in INSTEAD.items() if name in names.split() for other in others.split()]
    usable = [other for other in instead if other in there]
    if usable:
        return f"Use {_either(usable)} instead."
    near = difflib.get_close_matches(name[:80], sorted(there), n=3, cutoff=_NEAR)
    near.sort(key=lambda module: module in sys.stdlib_module_names)  # packages first: they are what people import
    if near:
        return f"Did you mean {_either(near)}?"
    return "Use the standard library or a package that is there; a module of your own must be part of the code."


def _either(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _importable() -> set[str]:
    """The public names at the top level that can be imported: the standard library and the packages."""
    found = {name for name in sys.stdlib_module_names if name not in WINDOWS}
    for directory in sys.path:
        if type(directory) is str and directory.endswith("-packages") and os.path.isdir(directory):
            found.update(entry.partition(".")[0] for entry in os.listdir(directory) if not entry.endswith("-info"))
    return {name for name in found if name.isidentifier() and not name.startswith("_")}
