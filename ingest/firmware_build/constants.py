"""Integer constants put where they are used: a terminal then keeps neither their names nor their imports."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping

from ingest.firmware_build.edits import Edit, Program, apply, instead_of, program

_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
_OPERATIONS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.LShift: lambda a, b: a << b,
    ast.RShift: lambda a, b: a >> b,
    ast.BitOr: lambda a, b: a | b,
    ast.BitAnd: lambda a, b: a & b,
}
# What it costs to load a larger number each time is more than a name.
_LARGEST = 1 << 30


def inline(modules: Mapping[str, str], keep: Collection[str] = ()) -> dict[str, str]:
    """The same modules (dotted name to source) without the integer constants of capital letters.

    Those in keep stay where they are too, for others to import.
    """
    found = _Constants(modules, keep)
    return {name: apply(source, found.edits(name)) for name, source in modules.items()}


class _Constants:
    """values: module -> constant -> its number, for every name that is bound once, to a number."""

    def __init__(self, modules: Mapping[str, str], keep: Collection[str]) -> None:
        self._keep = frozenset(keep)
        self._programs = {name: program(source) for name, source in modules.items()}
        self._bound = {name: Counter(_bound(one)) for name, one in self._programs.items()}
        self.values: dict[str, dict[str, int]] = {name: {} for name in modules}
        while any([self._learn(name) for name in modules]):
            pass

    def _learn(self, module: str) -> bool:
        """Take up the constants that can be known by now; whether there were new ones."""
        known, _ = self._seen(module)
        mine = self.values[module]
        before = len(mine)
        for node in self._programs[module].tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                value = _number(node.value, {**known, **mine})
                once = len(node.targets) == 1 and self._bound[module][name] == 1
                if value is not None and abs(value) <= _LARGEST and once and _CONSTANT.fullmatch(name):
                    mine[name] = value
        return len(mine) > before

    def _seen(self, module: str) -> tuple[dict[str, int], dict[str, str]]:
        """(constants by the names they have in module, modules by the names they have there)."""
        known = dict(self.values[module])
        others: dict[str, str] = {}
        for node in self._programs[module].nodes:
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    name = alias.asname or alias.name
                    if self._bound[module][name]:
                        continue
                    if alias.name in self.values.get(node.module, {}):
                        known[name] = self.values[node.module][alias.name]
                    elif f"{node.module}.{alias.name}" in self.values:
                        others[name] = f"{node.module}.{alias.name}"
        return known, others

    def edits(self, module: str) -> Iterator[Edit]:
        """What is to be changed in a module."""
        known, others = self._seen(module)
        for node in self._programs[module].tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id in self.values[module].keys() - self._keep:
                yield instead_of(node, "pass")
        for inner in self._programs[module].nodes:
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load) and inner.id in known:
                yield instead_of(inner, _literal(known[inner.id]))
            elif isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
                constants = self.values.get(others.get(inner.value.id, ""), {})
                if inner.attr in constants:
                    yield instead_of(inner, _literal(constants[inner.attr]))
            elif isinstance(inner, ast.ImportFrom) and inner.module in self.values:
                gone = self.values[inner.module].keys() - self._keep
                left = [alias for alias in inner.names if alias.name not in gone]
                if len(left) < len(inner.names):
                    yield instead_of(inner, _import(inner.module, left))


def _bound(one: Program) -> Iterator[str]:
    """Every name that is given a value, each time it is; twice for what a function may change from inside."""
    for node in one.nodes:
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names * 2


def _number(node: ast.expr, known: Mapping[str, int]) -> int | None:
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(node.operand, known)
        return None if value is None else -value
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATIONS:
        left, right = _number(node.left, known), _number(node.right, known)
        if left is not None and right is not None:
            return _OPERATIONS[type(node.op)](left, right)
    return None


def _literal(value: int) -> str:
    return str(value) if value >= 0 else f"({value})"


def _import(module: str, names: list[ast.alias]) -> str:
    if not names:
        return "pass"
    listed = ", ".join(f"{one.name} as {one.asname}" if one.asname else one.name for one in names)
    return f"from {module} import {listed}"
