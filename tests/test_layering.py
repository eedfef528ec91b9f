"""Who may import whom, and what a layer must do without; read from the source, nothing is imported."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.layers import MAY_IMPORT, MUST_NOT_IMPORT

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("firmware", "gateway", "ingest", "geofence", "simulators")

HARDWARE = ("machine", "network", "esp", "esp32")
HARDWARE_ONLY_IN = "firmware.boards"
INTEGERS_ONLY = ("firmware.wire", "firmware.terminal")
NO_CLOCK = ("ingest.judge", "ingest.decisions", "ingest.draw", "geofence")
CLOCK_CALLS = ("now", "utcnow", "today")


def below(module: str, prefix: str) -> bool:
    return module == prefix or module.startswith(prefix + ".")


def imports(tree: ast.AST, module: str, is_package: bool) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of all imports; ``from a import b`` gives a.b, so that a submodule is seen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")
                kept = parts[: len(parts) - node.level + (1 if is_package else 0)]
                base = ".".join([*kept, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{base}.{alias.name}"


def import_breaches(tree: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    rows = [prefix for prefix in MAY_IMPORT if below(module, prefix)]
    if not rows:
        yield f"{module}: no row of MAY_IMPORT names it; add one"
        return
    allowed = MAY_IMPORT[max(rows, key=len)]
    forbidden = [name for prefix, names in MUST_NOT_IMPORT.items() if below(module, prefix) for name in names]
    if not below(module, HARDWARE_ONLY_IN):
        forbidden += HARDWARE
    for line, name in imports(tree, module, is_package):
        # A package itself holds only a docstring, so naming it on the way to an allowed module is no breach.
        ours = name.split(".")[0] in (*PACKAGES, "tests")
        if ours and not any(below(name, prefix) for prefix in allowed):
            yield f"{module}:{line} imports {name}"
        if any(below(name, prefix) for prefix in forbidden):
            yield f"{module}:{line} imports {name}, which this layer must do without"


def number_breaches(tree: ast.AST, module: str) -> Iterator[str]:
    if not any(below(module, prefix) for prefix in INTEGERS_ONLY):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"{module}:{node.lineno} has the literal {node.value}; integers only"
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield f"{module}:{node.lineno} divides with /; use //"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield f"{module}:{node.lineno} calls float; integers only"


def clock_breaches(tree: ast.AST, module: str) -> Iterator[str]:
    if not any(below(module, prefix) for prefix in NO_CLOCK):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCK_CALLS:
            yield f"{module}:{node.lineno} reads a clock with .{node.attr}"


def breaches(source: str, module: str, is_package: bool = False) -> list[str]:
    tree = ast.parse(source)
    return [
        *import_breaches(tree, module, is_package),
        *number_breaches(tree, module),
        *clock_breaches(tree, module),
    ]


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def test_every_module_keeps_to_its_layer() -> None:
    found: list[str] = []
    for path in sources():
        parts = path.relative_to(ROOT).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        module = ".".join(parts[:-1] if is_package else parts)
        found += breaches(path.read_text(encoding="utf-8"), module, is_package)
    assert not found, "\n".join(found)


def test_every_row_names_something_that_exists() -> None:
    rows = {*MAY_IMPORT, *MUST_NOT_IMPORT, *INTEGERS_ONLY, *NO_CLOCK, HARDWARE_ONLY_IN}
    rows |= {name for names in MAY_IMPORT.values() for name in names}
    missing = [row for row in sorted(rows) if not _exists(row)]
    assert not missing, missing


def _exists(module: str) -> bool:
    path = ROOT.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("firmware.wire.records", "from firmware.terminal.journal import journal"),
        ("firmware.terminal.app", "from typing import Any"),
        ("firmware.terminal.app", "import machine"),
        ("firmware.terminal.app", "from network import WLAN"),
        ("firmware.wire.fixes", "x = 0.5"),
        ("firmware.wire.fixes", "x = a / b"),
        ("firmware.wire.fixes", "x /= b"),
        ("firmware.terminal.gnss.gnss", "x = float('1')"),
        ("geofence.engine", "import ingest.judge"),
        ("geofence.ground", "import logging"),
        ("ingest.judge.credit", "import time"),
        ("ingest.judge.credit", "def f():\n    import psycopg.sql"),
        ("ingest.judge.rules.motion", "from datetime import datetime\nt = datetime.now()"),
        ("ingest.judge.case.session", "from ingest.store import evidence"),
        ("ingest.judge.case.session", "from ...store import evidence"),
        ("ingest.measure.motion", "from ingest.judge import session"),
        ("ingest.receive.mqtt", "from simulators import car"),
        ("ingest.store.outcomes", "from ingest.judge import rules"),
        ("simulators.car", "from firmware.terminal.session import session"),
        ("ingest.cli.app", "import tests.conftest"),
        ("ingest.unheard_of", "import ingest.store"),
    ],
)
def test_a_breach_is_found(module: str, source: str) -> None:
    assert len(breaches(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("firmware.wire.fixes", "import struct\nx = a // b"),
        ("firmware.boards.unix", "import machine\nfrom firmware.terminal.app import App"),
        (
            "ingest.measure.motion",
            "from ingest.judge.evidence import Times\nimport numpy as np\nx = 1.5 / 2",
        ),
        ("ingest.judge.case.session", "from . import case\nfrom ..rules import gnss"),
        ("simulators.car", "from firmware.terminal.journal.journal import Journal"),
        ("ingest.cli.demo", "from simulators import school_day"),
    ],
)
def test_what_is_allowed_passes(module: str, source: str) -> None:
    assert breaches(source, module) == []
