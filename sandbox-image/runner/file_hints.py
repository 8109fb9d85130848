"""Hints about files: nothing can be written, nothing is there but what was sent along, and how data gets in and out."""

import errno
import os
import re

from .module_hints import quoted
from .privileges import WORKING_DIRECTORY
from .sight import Sight

_NO_WRITING = "No path in the sandbox can be written."
_TEMPORARY_DIRECTORY = (
    "The sandbox has temporary files but no temporary directories. Use tempfile.NamedTemporaryFile(), or io.BytesIO() "
    "for a library that takes a file; attach(name, data) hands a file over."
)
_NO_DIRECTORY = (
    f"{_NO_WRITING} No directory is needed: attach('name.txt', data) hands over a file, and plt.show() shows a figure."
)
_NO_SHARED_MEMORY_FILES = (
    "There is no /dev/shm. multiprocessing.shared_memory, Value and Array work without it, and so does "
    "tempfile.NamedTemporaryFile()."
)
_WRITING_LINE = re.compile(r"""["'][wax]b?t?\+?["']|\.to_\w+\(|save|write|dump|mkdir|makedirs|touch""")
_NAMED_FILE = re.compile(r"""["']([^"']{1,200}\.\w{1,5})["']""")
_SHARED_MEMORY = "/dev/shm"
_OWN_TREES = ("/proc/", "/sys/", "/usr/", "/etc/")
_NAMES_MAX = 5
# What `attach` makes of a DataFrame.
_TABLES = (".csv", ".json", ".tsv", ".xlsx")


def temporary_directory(sight: Sight) -> str | None:
    is_none = sight.is_a(FileNotFoundError) and sight.message.startswith("No usable temporary directory")
    return _TEMPORARY_DIRECTORY if is_none else None


def database(sight: Sight) -> str | None:
    """sqlite says no more than that."""
    if sight.type_name != "OperationalError" or sight.message != "unable to open database file":
        return None
    handed_over = "attach('data.db', connection.serialize()) hands the database over"
    return f"{_NO_WRITING} Use sqlite3.connect(':memory:'); {handed_over}."


def write(sight: Sight) -> str | None:
    if not sight.is_a(OSError) or not _is_refused_write(sight):
        return None
    return _NO_SHARED_MEMORY_FILES if (sight.path or "").startswith(_SHARED_MEMORY) else _instead_of_writing(sight)


def missing_file(sight: Sight) -> str | None:
    if not sight.is_a(FileNotFoundError):
        return None
    path = sight.path or (sight.message.removesuffix(" not found.") if sight.message.endswith(" not found.") else "")
    if path.startswith(_SHARED_MEMORY):
        return _NO_SHARED_MEMORY_FILES
    if not path or path.startswith(_OWN_TREES):
        return None
    if _WRITING_LINE.search(sight.line):
        return _instead_of_writing(sight)
    given = _given_names()
    if given:
        more = f" and {len(given) - _NAMES_MAX} more" if len(given) > _NAMES_MAX else ""
        return f"There is no file {quoted(path)}. {WORKING_DIRECTORY} has {', '.join(map(quoted, given[:_NAMES_MAX]))}{more}."
    return (
        f"There is no file {quoted(path)}: the sandbox has those alone that the request names in `files`, and keeps none "
        "between runs. Or put the data into the code, for example pd.read_csv(io.StringIO(text)), or send it as stdin and "
        "read sys.stdin."
    )


def _given_names() -> list[str]:
    """Of the files that the run was given."""
    try:
        return sorted(os.listdir(WORKING_DIRECTORY))
    except OSError:
        return []


def _is_refused_write(sight: Sight) -> bool:
    if sight.number == errno.EROFS or sight.message.startswith("Cannot save file into a non-existent directory"):
        return True
    if sight.number not in (errno.EACCES, errno.EPERM) or not sight.path or sight.path.startswith(_OWN_TREES):
        return False
    # What could be read, or is not there, was to be written.
    directory = os.path.dirname(sight.path) or "."
    is_new = os.access(directory, os.X_OK) and not os.path.lexists(sight.path)
    return is_new or os.access(sight.path, os.R_OK) or bool(_WRITING_LINE.search(sight.line))


def _instead_of_writing(sight: Sight) -> str:
    name = _name_of(sight)
    shown, ending = quoted(name), os.path.splitext(name)[1].lower()
    if re.search("mkdir|makedirs", sight.line) or sight.came_through("/os.py"):
        return _NO_DIRECTORY
    if sight.came_through("/matplotlib/figure.py", "/matplotlib/pyplot.py") or "savefig" in sight.line:
        return f"{_NO_WRITING} plt.show() shows the figure; attach({shown}, plt.gcf()) hands it over as a file."
    if sight.came_through("/PIL/Image.py"):
        return f"{_NO_WRITING} display(image) shows the picture; attach({shown}, image) hands it over as a file."
    if ending in _TABLES:
        return f"{_NO_WRITING} attach({shown}, data) hands over a file: data may be a DataFrame, text or bytes."
    return (
        f"{_NO_WRITING} attach({shown}, data) hands over a file, where data is text or bytes; a library that needs a "
        f"file writes to buffer = io.BytesIO(), then attach({shown}, buffer). plt.show() shows a figure."
    )


def _name_of(sight: Sight) -> str:
    """The name of the file, without directories; out of the line if the exception does not tell."""
    in_line = _NAMED_FILE.search(sight.line)
    path = sight.path or (in_line[1] if in_line else "")
    return path.rstrip("/").rpartition("/")[2] or "name.txt"
