"""Fits packages to a sandbox where no path is writable. Each change must find its text, or the build ends here."""

import pathlib
import sysconfig

DIST = pathlib.Path("/usr/lib/python3/dist-packages")
STDLIB = pathlib.Path(sysconfig.get_path("stdlib"))


def change(path: pathlib.Path, old: str, new: str, times: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    if text.count(old) != times:
        raise SystemExit(f"{path}: the text to change was found {text.count(old)} times: {old!r}")
    path.write_text(text.replace(old, new), encoding="utf-8")


# The configuration directory is ready and read-only: matplotlib would warn and ask for a temporary one.
change(
    DIST / "matplotlib/__init__.py",
    "if os.access(str(configdir), os.W_OK) and configdir.is_dir():",
    "if configdir.is_dir():",
)

# `plt.show()` and `figure.show()` display at once when the runner is there to take the picture.
change(
    DIST / "matplotlib/backend_bases.py",
    "        managers = Gcf.get_all_fig_managers()\n        if not managers:\n            return\n"
    "        for manager in managers:\n",
    "        managers = Gcf.get_all_fig_managers()\n        if not managers:\n            return\n"
    '        figures = sys.modules.get("runner.figures")\n'
    "        if figures is not None:\n            figures.show_open()\n            return\n"
    "        for manager in managers:\n",
    times=2,
)
change(
    DIST / "matplotlib/backend_bases.py",
    "        # This should be overridden in GUI backends.\n",
    '        figures = sys.modules.get("runner.figures")\n'
    "        if figures is not None:\n            figures.show_figure(self.canvas.figure)\n            return\n"
    "        # This should be overridden in GUI backends.\n",
)

# Sheets go to a temporary file on disk unless told otherwise.
change(
    DIST / "xlsxwriter/workbook.py",
    'options.get("in_memory", False)',
    'options.get("in_memory", True)',
)

with (STDLIB / "tempfile.py").open("a", encoding="utf-8") as file:
    file.write("\n\nimport _memory_tempfile\n_memory_tempfile.install(globals())\ndel _memory_tempfile\n")
