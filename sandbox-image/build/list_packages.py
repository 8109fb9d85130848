"""Writes /usr/share/code-interpreter/packages.json: the interpreter's version and every importable distribution."""

import importlib.metadata
import json
import platform

found = {dist.metadata["Name"]: dist.version for dist in importlib.metadata.distributions()}
packages = [{"name": name, "version": found[name]} for name in sorted(found, key=str.lower)]
with open("/usr/share/code-interpreter/packages.json", "w", encoding="utf-8") as file:
    json.dump({"python": platform.python_version(), "packages": packages}, file, indent=1)
    file.write("\n")
