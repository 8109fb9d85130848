"""How the patches that follow change a file. Each must find its text, or the build ends here."""

import pathlib
import sysconfig

DIST = pathlib.Path("/usr/lib/python3/dist-packages")
STDLIB = pathlib.Path(sysconfig.get_path("stdlib"))


def change(path: pathlib.Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(old) != times:
        raise SystemExit(f"{path}: the text to change was found {text.count(old)} times: {old!r}")
    path.write_text(text.replace(old, new), encoding="utf-8")


