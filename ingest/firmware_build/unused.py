"""Leaves out what nothing in a terminal uses: the server's half of the wire, tables for people."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from ingest.firmware_build.edits import Edit, apply, program, words

# The interpreter itself calls these: streams, block devices, files.
_CALLED_FROM_BELOW = frozenset(
    ("read", "readinto", "readline", "write", "ioctl", "close", "seek", "tell", "flush")
    + ("readblocks", "writeblocks", "open", "stat", "mount", "umount")
)
_Definition = ast.FunctionDef | ast.ClassDef | ast.Assign


def drop(modules: Mapping[str, str], keep: Collection[str] = ()) -> dict[str, str]:
    """The same modules (dotted name to source) without what they do not use, but for names in keep.

    A name counts as used wherever it stands, also as a text: session actions are called by their names.
    """
    sources = dict(modules)
    while True:
        used = Counter(keep)
        for source in sources.values():
            used.update(_names(source))
        edits = {name: list(_edits(program(source).tree, used)) for name, source in sources.items()}
        if not any(edits.values()):
            return sources
        sources = {name: apply(source, edits[name]) for name, source in sources.items()}


@lru_cache(maxsize=1024)
def _names(source: str) -> Counter[str]:
    """How often each name is used, definitions not counted."""
    nodes = program(source).nodes
    found = Counter(words(nodes))
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            found[node.id] += 1
        elif isinstance(node, ast.Attribute):
            found[node.attr] += 1
        elif isinstance(node, ast.alias) and node.asname:
            found[node.name] += 1
    return found


def _edits(tree: ast.Module, used: Counter[str]) -> Iterator[Edit]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and _is_plain(node):
            if all(isinstance(one, ast.Name) and _is_free(one.id, used) for one in node.targets):
                yield _without(node)
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("firmware"):
            yield from _import(node, used)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            if _is_free(node.name, used):
                yield _without(node)
            elif isinstance(node, ast.ClassDef):
                methods = (inner for inner in node.body if isinstance(inner, ast.FunctionDef))
                yield from (_without(inner) for inner in methods if _is_free(inner.name, used))


def _is_free(name: str, used: Counter[str]) -> bool:
    return not used[name] and not name.startswith("__") and name not in _CALLED_FROM_BELOW


def _is_plain(node: ast.Assign) -> bool:
    """Whether nothing happens but that a name gets a value."""
    return not any(isinstance(inner, ast.Call | ast.Subscript) for inner in ast.walk(node))


def _import(node: ast.ImportFrom, used: Counter[str]) -> Iterator[Edit]:
    left = [alias for alias in node.names if not _is_free(alias.asname or alias.name, used)]
    if len(left) < len(node.names):
        listed = ", ".join(f"{one.name} as {one.asname}" if one.asname else one.name for one in left)
        yield _without(node, f"from {node.module} import {listed}" if left else "pass")


def _without(node: _Definition | ast.ImportFrom, text: str = "pass") -> Edit:
    """Put text in the place of a statement with its decorators."""
    assert node.end_lineno is not None and node.end_col_offset is not None
    decorators = getattr(node, "decorator_list", [])
    line = min([node.lineno, *(one.lineno for one in decorators)])
    return Edit(line, node.col_offset, node.end_lineno, node.end_col_offset, text)
