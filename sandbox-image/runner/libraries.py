"""Values of libraries, known without an import: a library that was not imported has no values."""

import sys


def is_a(value: object, module: str, name: str) -> bool:
    """Whether `value` is of the class `name` of a module. Never raises: the code may have replaced either."""
    try:
        known = getattr(sys.modules.get(module), name, None)
        return type.__instancecheck__(type, known) and type.__subclasscheck__(known, type(value))
    except BaseException:  # noqa: BLE001
        return False
