"""What is imported before the fork, so that no execution pays for it."""

import importlib

_ALWAYS = (
    # the runner's own needs after the fork
    "ast",
    "base64",
    "builtins",
    "io",
    "json",
    "linecache",
    "threading",
    "traceback",
    "types",
    # what plain code imports most
    "collections",
    "csv",
    "dataclasses",
    "datetime",
    "decimal",
    "functools",
    "itertools",
    "math",
    "random",
    "re",
    "statistics",
    "string",
    "textwrap",
    "time",
    "typing",
)
_SCIENTIFIC = (
    "numpy",
    "numpy.random",
    "pandas",
    "matplotlib",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
)


def load(*, scientific: bool) -> None:
    """Imports the modules of a zygote. A scientific package that is not in the image is left out."""
    for name in _ALWAYS:
        importlib.import_module(name)
    if not scientific:
        return
    for name in _SCIENTIFIC:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not name.startswith(error.name or "\0"):
                raise
