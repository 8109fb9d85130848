"""Removes every shared library that nothing here can load: what is left of toolkits, daemons and package managers.

Needed is what Python and its extension modules name in their dynamic sections, and what those name in turn. What is
opened by name at run time is not seen there and is listed here.
"""

import os
import pathlib
import struct
import sys

LIBRARIES = next(pathlib.Path("/usr/lib").glob("*-linux-gnu"))
OPENED_BY_NAME = """
    libcairo.so.2 libpango-1.0.so.0 libpangoft2-1.0.so.0 libharfbuzz.so.0 libharfbuzz-subset.so.0 libfontconfig.so.1
    libgobject-2.0.so.0 libsndfile.so.1 libblosc2.so.4 libz3.so libxgboost.so.3 libnss_files.so.2 libgcc_s.so.1
    libdl.so.2 libpthread.so.0 librt.so.1 libutil.so.1
""".split()

DYNAMIC, LOAD = 2, 1
NEEDED, STRING_TABLE = 1, 5


def needed_by(path: pathlib.Path) -> list[str]:
    """The names in the dynamic section of a 64-bit little-endian ELF file; of anything else, none."""
    with path.open("rb") as file:
        if file.read(6) != b"\x7fELF\x02\x01":
            return []
        file.seek(0)
        image = file.read()
    offset, size, count = struct.unpack_from("<Q", image, 32)[0], *struct.unpack_from("<HH", image, 54)
    headers = [struct.unpack_from("<IIQQQQ", image, offset + index * size) for index in range(count)]
    entries: list[tuple[int, int]] = []
    for kind, _, start, _, _, length in headers:
        if kind == DYNAMIC:
            entries = list(struct.iter_unpack("<QQ", image[start : start + length - length % 16]))
    names = [value for tag, value in entries if tag == NEEDED]
    table = next((value for tag, value in entries if tag == STRING_TABLE), 0)
    for kind, _, start, address, _, length in headers:
        if kind == LOAD and address <= table < address + length:
            table += start - address
            break
    return [image[table + name : image.index(b"\0", table + name)].decode() for name in names]


def libraries() -> dict[str, pathlib.Path]:
    """By file name, links too: the folder of the system's libraries and what lies next to it."""
    found: dict[str, pathlib.Path] = {}
    for folder in (LIBRARIES.parent, LIBRARIES, LIBRARIES / "openblas-pthread"):
        for path in folder.iterdir():
            if ".so" in path.name and not path.is_dir():
                found[path.name] = path
    return found


def main() -> None:
    known = libraries()
    modules = [path for folder in LIBRARIES.parent.glob("python3*") for path in folder.rglob("*.so*") if path.is_file()]
    waiting = [pathlib.Path(sys.executable).resolve(), *modules, *LIBRARIES.glob("ossl-modules/*.so")]
    waiting += [known[name] for name in OPENED_BY_NAME if name in known]
    kept: set[str] = {path.name for path in known.values() if path.name.startswith("ld-linux")}
    seen: set[pathlib.Path] = set()
    while waiting:
        path = waiting.pop()
        kept.add(path.name)
        if path.is_symlink():
            waiting.append(path.parent / os.readlink(path))
            continue
        if path in seen or not path.is_file():
            continue
        seen.add(path)
        waiting += [known[name] for name in needed_by(path) if name in known]
    for name, path in known.items():
        if name not in kept:
            path.unlink()


main()
