"""Source texts of modules, and edits in them that leave every line where it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Program:
    """A source text, parsed; nodes: its tree's, as ast.walk gives them. Nobody changes it."""

    tree: ast.Module
    nodes: tuple[ast.AST, ...]


@lru_cache(maxsize=1024)
def program(source: str) -> Program:
    """Each step of a build asks for all modules, of which the step before changed a few. SyntaxError."""
    tree = ast.parse(source)
    return Program(tree, tuple(ast.walk(tree)))


@dataclass(frozen=True)
class Edit:
    """Put text where a node of the tree stands; the lines it took stay, empty."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


def instead_of(node: ast.expr | ast.stmt, text: str) -> Edit:
    """Replace the whole node."""
    assert node.end_lineno is not None and node.end_col_offset is not None
    return Edit(node.lineno, node.col_offset, node.end_lineno, node.end_col_offset, text)


def name_in(node: ast.Name | ast.Attribute | ast.arg | ast.FunctionDef | ast.ClassDef, text: str) -> Edit:
    """Replace the name of an argument, a function or a class, and what the others end with."""
    assert node.end_lineno is not None and node.end_col_offset is not None
    if isinstance(node, ast.arg):
        return Edit(node.lineno, node.col_offset, node.lineno, node.col_offset + len(node.arg), text)
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        column = node.col_offset + len("def " if isinstance(node, ast.FunctionDef) else "class ")
        return Edit(node.lineno, column, node.lineno, column + len(node.name), text)
    name = node.id if isinstance(node, ast.Name) else node.attr
    return Edit(node.end_lineno, node.end_col_offset - len(name), node.end_lineno, node.end_col_offset, text)


def words(nodes: Collection[ast.AST]) -> Iterator[str]:
    """Texts in a program and cells of tables in them, also with a _ before: attributes are asked for so."""
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            for word in re.split(r"[|\n]", node.value):
                yield word
                yield "_" + word


def apply(source: str, edits: Iterable[Edit]) -> str:
    """The source with the edits done; one inside another is left out. Columns are those of UTF-8."""
    lines = [line.encode() for line in source.split("\n")]
    wanted = sorted(set(edits), key=lambda e: (e.line, e.column, -e.end_line, -e.end_column))
    kept: list[Edit] = []
    for edit in wanted:
        if not kept or (edit.line, edit.column) >= (kept[-1].end_line, kept[-1].end_column):
            kept.append(edit)
    for edit in reversed(kept):
        first, last = edit.line - 1, edit.end_line - 1
        made = lines[first][: edit.column] + edit.text.encode() + lines[last][edit.end_column :]
        lines[first : last + 1] = [made] + [b""] * (last - first)
    return b"\n".join(lines).decode()
