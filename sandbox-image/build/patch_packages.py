"""Fits packages to a sandbox where no path is writable."""

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

# plotly's `figure.show()` displays at once.
change(DIST / "plotly/io/_renderers.py", "import textwrap\n", "import builtins\nimport textwrap\n")
change(
    DIST / "plotly/io/_renderers.py",
    "\n\n    # Mimetype renderers\n    bundle = renderers._build_mime_bundle(",
    '\n\n    if hasattr(builtins, "display"):\n        from plotly.graph_objects import Figure\n\n'
    "        builtins.display(Figure(fig_dict) if isinstance(fig, dict) else fig)\n        return\n"
    "\n    # Mimetype renderers\n    bundle = renderers._build_mime_bundle(",
)

# What notebook code imports (see ipython.py); older code looks for IPython.display below IPython.core.
core = DIST / "IPython/core"
core.mkdir()
(core / "__init__.py").touch()
(core / "display.py").write_text("from IPython.display import *\n", encoding="utf-8")

# Sheets go to a temporary file on disk unless told otherwise.
change(
    DIST / "xlsxwriter/workbook.py",
    'options.get("in_memory", False)',
    'options.get("in_memory", True)',
)

# multiprocessing: semaphores, shared memory and `Array` without /dev/shm (see memory_multiprocessing.py).
with (STDLIB / "multiprocessing/context.py").open("a", encoding="utf-8") as file:
    file.write("\n\nimport _memory_multiprocessing\n_memory_multiprocessing.install_semaphores()\n")
change(
    STDLIB / "multiprocessing/heap.py",
    "self.fd, name = tempfile.mkstemp(\n                     prefix='pym-%d-'%os.getpid(),\n"
    "                     dir=self._choose_dir(size))\n                os.unlink(name)\n",
    "import _memory_multiprocessing\n                self.fd = _memory_multiprocessing.new_file(size)\n",
)
change(
    STDLIB / "multiprocessing/shared_memory.py",
    "import _posixshmem\n",
    "import _memory_multiprocessing as _posixshmem\n",
)
# Managers and fork servers listen on names without files.
change(
    STDLIB / "multiprocessing/connection.py",
    "return tempfile.mktemp(prefix='listener-', dir=util.get_temp_dir())",
    "return '\\0listener-%d-%d' % (os.getpid(), next(_mmap_counter))",
)
# A block ends with the last process that has it: nothing needs to be tracked.
change(STDLIB / "multiprocessing/shared_memory.py", "self._track = track\n", "self._track = False\n")

# ctypes asks ldconfig or a compiler where a library is. Neither is here, but all libraries are in one directory.
change(
    STDLIB / "ctypes/util.py",
    "            return _findSoname_ldconfig(name) or \\\n"
    "                   _get_soname(_findLib_gcc(name)) or _get_soname(_findLib_ld(name))\n",
    "            names = os.listdir('/usr/lib/' + sys.implementation._multiarch)\n"
    "            found = (file for file in names if file.startswith('lib%s.so.' % name))\n"
    "            return min(found, key=len, default=None)\n",
)

# Letters and signs that the chosen font lacks come from these two.
change(
    DIST / "matplotlib/font_manager.py",
    "        return fpaths\n",
    '        if fontext == "ttf":\n'
    '            for family in ("WenQuanYi Micro Hei", "Symbola"):\n'
    "                cprop = prop.copy()\n                cprop.set_family(family)\n"
    "                fpaths.append(self.findfont(cprop, fontext))\n"
    "        return fpaths\n",
)

# `cache=True` asks for a directory of compiled functions, and raises where there is none.
change(
    DIST / "numba/core/dispatcher.py",
    "        self._cache = FunctionCache(self.py_func)",
    "        pass",
)

# PuLP writes a file for a program.
change(
    DIST / "pulp/apis/__init__.py",
    "# Default solver selection\n",
    "import _pulp_highs\n_pulp_highs.install(COIN_CMD, PULP_CBC_CMD)\n# Default solver selection\n",
)

# These ask for the temporary directory before anybody needs one.
change(DIST / "dill/session.py", "pathlib.PurePath(tempfile.gettempdir())", 'pathlib.PurePath("/tmp")')
change(DIST / "weasyprint/text/fonts.py", "from tempfile import mkdtemp", "from tempfile import mkstemp")
change(DIST / "weasyprint/text/fonts.py", "Path(mkdtemp(prefix='weasyprint-'))", "Path('/tmp/weasyprint')")
change(
    DIST / "weasyprint/text/fonts.py",
    "                font_path.write_bytes(font)\n\n                xml_path = self._folder / f'{config_digest}.xml'\n",
    "                font_path = Path(mkstemp()[1])\n                font_path.write_bytes(font)\n",
)
change(DIST / "weasyprint/text/fonts.py", "                xml_path.write_text(xml)\n", "")
change(
    DIST / "weasyprint/text/fonts.py",
    "fontconfig.FcConfigParseAndLoad(\n                    config, str(xml_path).encode(FILESYSTEM_ENCODING),\n",
    "fontconfig.FcConfigParseAndLoadFromMemory(\n                    config, xml.encode(FILESYSTEM_ENCODING),\n",
)
change(DIST / "weasyprint/text/ffi.py", "FcBool FcConfigParseAndLoad (", "FcBool FcConfigParseAndLoadFromMemory (")

# The time since which the machine runs is not in the sandbox's /proc/stat.
change(
    DIST / "psutil/_pslinux.py",
    "        msg = f\"line 'btime' not found in {path}\"\n        raise RuntimeError(msg)\n",
    "        import time\n\n        BOOT_TIME = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)\n        return BOOT_TIME\n",
)

with (STDLIB / "tempfile.py").open("a", encoding="utf-8") as file:
    file.write("\n\nimport _memory_tempfile\n_memory_tempfile.install(globals())\ndel _memory_tempfile\n")
