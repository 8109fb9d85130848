"""Hints about programs: there is none but Python, no shell that could start one, and no pip that could get more."""

import errno
import re

from .module_hints import NO_INSTALLING, quoted
from .sight import Sight

_NO_PIP = f"There is no pip: {NO_INSTALLING}"
_PYTHON_INSTEAD = (
    "only Python: do it with Python's own modules (os, pathlib, shutil, re). subprocess.run([sys.executable, '-c', code]) "
    "works."
)
_MAGIC = (
    "Lines that begin with % or ! are commands of notebooks, this is plain Python: leave them out. Figures show "
    "without %matplotlib, and the value of the last expression is shown."
)
_INSTALLER = re.compile(r"\b(pip[\d.]*|conda|mamba|apt|apt-get)\b")
# Where the exception names no program it was a shell that was asked for, or exec, which names none.
_SHELLS = ("", "sh", "bash")
_STARTING_LINE = re.compile(r"\b(exec[lv]\w*|spawn[lv]\w*|posix_spawnp?)\(")


def notebook_command(sight: Sight) -> str | None:
    is_command = sight.is_a(SyntaxError) and sight.line.lstrip().startswith(("%", "!"))
    if is_command and _INSTALLER.search(sight.line):
        return _NO_PIP
    return _MAGIC if is_command or (sight.is_a(NameError) and sight.name == "get_ipython") else None


def program(sight: Sight) -> str | None:
    """Programs, shells and pip."""
    if sight.type_name == "CalledProcessError":
        return _NO_PIP if "pip" in sight.words else None
    is_start = sight.came_through("/subprocess.py") or _STARTING_LINE.search(sight.line)
    if sight.number != errno.ENOENT or not is_start:
        return None
    name = (sight.path or "").rpartition("/")[2]
    if _INSTALLER.fullmatch(name) or ("install" in sight.line and _INSTALLER.search(sight.line)):
        return _NO_PIP
    if name in _SHELLS:
        return f"The sandbox has no shell and no programs, {_PYTHON_INSTEAD}"
    return f"The sandbox has no program {quoted(name)} and no shell, {_PYTHON_INSTEAD}"
