"""Short names for what is private, functions and methods too, and for arguments.

Each name takes a terminal some 25 bytes of heap, shared by all modules that use it. A traceback tells module
and line, and every line is where it is in the source: what stands there is read in the source.
"""

from __future__ import annotations

import ast
import keyword
from collections.abc import Collection, Iterator, Mapping

from ingest.firmware_build.edits import Edit, Program, apply, name_in, program, words

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def shorten(modules: Mapping[str, str], keep: Collection[str] = ()) -> dict[str, str]:
    """The same modules (dotted name to source) with short names; those in keep stay."""
    programs = {name: program(source) for name, source in modules.items()}
    short = _private(programs, frozenset(keep))
    made = {name: apply(modules[name], _private_edits(one, short)) for name, one in programs.items()}
    nodes = [node for one in programs.values() for node in one.nodes]
    given = {node.arg for node in nodes if isinstance(node, ast.keyword) and node.arg}.union(keep)
    return {name: apply(source, _argument_edits(program(source), given)) for name, source in made.items()}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and len(name) > 2


def _names(one: Program) -> Iterator[str]:
    """Private names of a global, a local, an attribute, a function or a class."""
    for node in one.nodes:
        if isinstance(node, ast.Name) and _is_private(node.id):
            yield node.id
        elif isinstance(node, ast.Attribute) and _is_private(node.attr):
            yield node.attr
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and _is_private(node.name):
            yield node.name


def _spoken_of(programs: Mapping[str, Program]) -> set[str]:
    """Names that must stay: of arguments, imported ones, and those in a string, with or without the _."""
    found: set[str] = set()
    for one in programs.values():
        found.update(words(one.nodes))
        for node in one.nodes:
            if isinstance(node, ast.arg):
                found.add(node.arg)
            elif isinstance(node, ast.alias):
                found |= {node.name.split(".")[-1], node.asname or ""}
            elif isinstance(node, ast.Global | ast.Nonlocal):
                found.update(node.names)
    return found


def _private(programs: Mapping[str, Program], keep: frozenset[str]) -> dict[str, str]:
    """Private name -> short one. Two names of one module, or of a class and its base, never get the same."""
    stays = _spoken_of(programs) | keep
    families = _families(programs)
    where: dict[str, set[str]] = {}
    for module, one in programs.items():
        for name in _names(one):
            if name not in stays:
                where.setdefault(name, set()).add(families[module])
    taken: dict[str, set[int]] = {family: set() for family in families.values()}
    short = {}
    for name in sorted(where, key=lambda one: (-len(where[one]), one)):
        used = set().union(*(taken[family] for family in where[name]))
        number = next(n for n in range(len(used) + 1) if n not in used)
        for family in where[name]:
            taken[family].add(number)
        short[name] = f"_{number}"
    return short


def _families(programs: Mapping[str, Program]) -> dict[str, str]:
    """Module -> the first of those it is joined to by a class that has its base in another one."""
    joined = {module: module for module in programs}
    for module, one in programs.items():
        came_from = {
            alias.asname or alias.name: node.module
            for node in one.nodes
            if isinstance(node, ast.ImportFrom) and node.module in programs
            for alias in node.names
        }
        for node in one.nodes:
            if isinstance(node, ast.ClassDef):
                for base in node.bases:
                    other = came_from.get(base.id) if isinstance(base, ast.Name) else None
                    if other is not None:
                        old, new = joined[module], joined[other]
                        joined = {name: new if family == old else family for name, family in joined.items()}
    return joined


def _private_edits(one: Program, short: Mapping[str, str]) -> Iterator[Edit]:
    for node in one.nodes:
        if isinstance(node, ast.Name) and node.id in short:
            yield name_in(node, short[node.id])
        elif isinstance(node, ast.Attribute) and node.attr in short:
            yield name_in(node, short[node.attr])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in short:
            yield name_in(node, short[node.name])


def _argument_edits(one: Program, keywords: set[str]) -> Iterator[Edit]:
    for node in one.nodes:
        if isinstance(node, ast.FunctionDef):
            yield from _of_function(node, keywords)


def _of_function(function: ast.FunctionDef, keywords: set[str]) -> Iterator[Edit]:
    """Arguments that nobody gives by name; a function with another one in it is left as it is."""
    inner = [node for part in function.body for node in ast.walk(part)]
    if any(isinstance(node, ast.FunctionDef | ast.Lambda | ast.ClassDef) for node in inner):
        return
    arguments = function.args
    positional = [*arguments.args, *([arguments.vararg] if arguments.vararg else [])]
    used = {node.id for node in inner if isinstance(node, ast.Name)}
    used |= {one.arg for one in (*positional, *arguments.kwonlyargs)}
    used |= {node.name for node in inner if isinstance(node, ast.ExceptHandler) and node.name}
    for node in inner:
        if isinstance(node, ast.Import | ast.ImportFrom):
            used |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    free = (letter for letter in _LETTERS if letter not in used and not keyword.iskeyword(letter))
    for argument in positional:
        if argument.arg == "self" or argument.arg in keywords or len(argument.arg) < 2:
            continue
        new = next(free, None)
        if new is None:
            return
        yield name_in(argument, new)
        for node in inner:
            if isinstance(node, ast.Name) and node.id == argument.arg:
                yield name_in(node, new)
