"""Code to code objects: the user's source is compiled as it is, so that lines and columns in errors are right."""

import ast
import io
import linecache
from dataclasses import dataclass
from types import CodeType

FILE_NAME = "<code>"
_FUTURE_FLAGS = 0x1FE0000  # CO_FUTURE_* of CPython


@dataclass(frozen=True)
class Program:
    """Code in two parts: the statements, and the last expression if the code ends with one whose value is shown."""

    body: CodeType
    last: CodeType | None


def compile_program(source: str) -> Program:
    """Raises what `compile` raises. A top-level `await` is allowed, as in notebooks."""
    linecache.cache[FILE_NAME] = (len(source), None, _lines(source), FILE_NAME)
    tree = _parse(source)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr) or _ends_with_semicolon(source, last):
        return Program(_compile(tree, "exec"), None)
    body = _compile(ast.Module(body=tree.body[:-1], type_ignores=[]), "exec")
    return Program(body, _compile(ast.Expression(last.value), "eval", body.co_flags & _FUTURE_FLAGS))


def _parse(source: str) -> ast.Module:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        return compile(source, FILE_NAME, "exec", flags, dont_inherit=True)
    except MemoryError as error:
        # The parser's word for code that is nested too deeply. Memory is not what was missing.
        raise RecursionError(*error.args) from None


def _compile(tree: ast.Module | ast.Expression, mode: str, future_flags: int = 0) -> CodeType:
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | future_flags
    return compile(tree, FILE_NAME, mode, flags, dont_inherit=True)


def _ends_with_semicolon(source: str, last: ast.Expr) -> bool:
    """As in notebooks, `value;` is not shown."""
    line = _lines(source)[last.end_lineno - 1] if last.end_lineno else ""
    return line.encode()[last.end_col_offset :].lstrip().startswith(b";")


def _lines(source: str) -> list[str]:
    """The lines as the compiler counts them."""
    return io.StringIO(source, newline=None).readlines()
