"""The house rules a machine can check: sizes, names, docstrings."""

import ast
import functools
import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("firmware", "gateway", "ingest", "geofence", "simulators")
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 60
FORBIDDEN_WORDS = {"util", "utils", "helper", "helpers", "manager"}


@functools.cache
def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


class Definition(NamedTuple):
    """A function or a class: name, first line, lines without decorators."""

    name: str
    line: int
    length: int
    is_class: bool


@functools.cache
def definitions(source: str) -> list[Definition]:
    """Every function and class; what is no statement holds none."""
    found: list[Definition] = []
    waiting: list[ast.AST] = [ast.parse(source)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            found.append(Definition(node.name, node.lineno, length, isinstance(node, ast.ClassDef)))
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, part, ())
            waiting += inner if isinstance(inner, list) else ()
    return found


def place(path: Path, line: int | None = None) -> str:
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


def words(name: str) -> set[str]:
    """The lower-case words of snake_case and CamelCase names."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def long_functions(source: str) -> list[tuple[str, int, int]]:
    """(name, line, length) of functions over the limit, decorators not counted."""
    functions = (one for one in definitions(source) if not one.is_class)
    return [(one.name, one.line, one.length) for one in functions if one.length > FUNCTION_LINES_MAX]


def badly_named(source: str) -> list[tuple[str, int]]:
    """(name, line) of classes and functions with a word that says nothing."""
    return [(one.name, one.line) for one in definitions(source) if words(one.name) & FORBIDDEN_WORDS]


def test_no_file_is_too_long() -> None:
    found = []
    for path in python_files(*PACKAGES, "tests"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES_MAX:
            found.append(f"{place(path)} has {lines} lines")
    assert not found, "\n".join(found)


def test_no_function_is_too_long() -> None:
    found = []
    for path in python_files(*PACKAGES, "tests"):
        for name, line, length in long_functions(path.read_text(encoding="utf-8")):
            found.append(f"{place(path, line)} {name} has {length} lines")
    assert not found, "\n".join(found)


def test_names_say_something() -> None:
    found = []
    for path in python_files(*PACKAGES, "tests"):
        if any(words(part) & FORBIDDEN_WORDS for part in path.relative_to(ROOT).with_suffix("").parts):
            found.append(place(path))
        found += [
            f"{place(path, line)} {name}" for name, line in badly_named(path.read_text(encoding="utf-8"))
        ]
    assert not found, "\n".join(found)


def test_every_package_says_what_it_is_and_nothing_else() -> None:
    found = []
    for folder in {path.parent for path in python_files(*PACKAGES)}:
        init = folder / "__init__.py"
        if not init.is_file():
            found.append(f"{place(folder)} has no __init__.py")
            continue
        tree = ast.parse(init.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            found.append(f"{place(init)} has no docstring")
        elif len(tree.body) > 1:
            found.append(f"{place(init)} holds more than its docstring")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["DeviceManager", "json_utils", "helpers", "SQLHelper"])
def test_a_bad_name_is_found(name: str) -> None:
    assert badly_named(f"class {name}: pass")


def test_a_long_function_is_found_and_a_short_one_is_not() -> None:
    body = "    x = 1\n"
    assert long_functions("def f():\n" + body * FUNCTION_LINES_MAX)
    assert not long_functions("def f():\n" + body * (FUNCTION_LINES_MAX - 1))
