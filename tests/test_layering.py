"""Who may import whom, and what a layer must do without; read from the source, nothing is imported."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("firmware", "gateway", "ingest", "geofence", "simulators")

# Each module obeys the longest prefix that names it. What is listed may be imported, and all below it.
MAY_IMPORT = {
    "firmware": (),
    "firmware.main": ("firmware",),
    "firmware.starter": ("firmware",),
    "firmware.wire": ("firmware.wire",),
    "firmware.terminal": ("firmware.terminal", "firmware.wire"),
    "firmware.boards": ("firmware.boards", "firmware.displays", "firmware.terminal", "firmware.wire"),
    "firmware.displays": ("firmware.displays",),
    "geofence": ("geofence",),
    "gateway": ("gateway", "firmware.wire"),
    "simulators": (
        "simulators",
        "firmware.wire",
        "firmware.terminal.journal",
        "firmware.terminal.keep",
        "geofence",
    ),
    "ingest": (),
    "ingest.settings": (),
    "ingest.embedded": ("ingest.embedded",),
    "ingest.judge": ("ingest.judge", "firmware.wire", "geofence"),
    "ingest.measure": (
        "ingest.measure",
        "ingest.judge.columns",
        "ingest.judge.evidence",
        "ingest.judge.register.facts",
        "ingest.judge.rulebook.rule_set",
        "geofence",
        "firmware.wire",
    ),
    "ingest.store": (
        "ingest.store",
        "ingest.judge.outcome",
        "ingest.judge.columns",
        "ingest.judge.reasons",
        "ingest.judge.suspicions",
        "firmware.wire",
    ),
    "ingest.receive": ("ingest.receive", "ingest.store", "ingest.settings", "firmware.wire"),
    # Scores of what looks made up, from measures and prints of traces: evidence with a name, no verdict.
    "ingest.screening": (
        "ingest.screening",
        "ingest.judge.columns",
        "ingest.judge.evidence",
        "ingest.judge.suspicions",
        "geofence",
        "firmware.wire",
    ),
    # A second look at the photos' faces: distances and scores, no verdict.
    "ingest.faces": ("ingest.faces", "ingest.judge.columns", "ingest.judge.suspicions"),
    # Sheets of schools, people and cars in, checked entries and a cleaning report out.
    "ingest.registry": ("ingest.registry", "ingest.judge.register.facts", "firmware.wire"),
    # Syllabus, stage report, eligibility.
    "ingest.stage": ("ingest.stage", "ingest.judge", "firmware.wire"),
    # Joins store and stage: a trainee's number in, the report out.
    "ingest.eligibility": (
        "ingest.store",
        "ingest.stage",
        "ingest.measure",
        "ingest.judge",
        "firmware.wire",
    ),
    # Joins the layers and holds no rule: stored evidence in, verdicts and credit out.
    "ingest.judging": (
        "ingest.judging",
        "ingest.store",
        "ingest.measure",
        "ingest.screening",
        "ingest.faces",
        "ingest.registry",
        "ingest.stage",
        "ingest.rulebooks",
        "ingest.judge",
        "geofence",
        "firmware.wire",
    ),
    # What humans may decide, and what follows.
    "ingest.decisions": ("ingest.decisions", "ingest.judge.outcome", "ingest.judge.reasons"),
    "ingest.draw": ("ingest.draw",),
    # A pack proves itself: everything that derives a verdict, and no database.
    "ingest.pack": (
        "ingest.pack",
        "ingest.judge",
        "ingest.measure",
        "ingest.stage.jws",
        "geofence",
        "firmware.wire",
    ),
    # Joins rules, store and judge into what people do.
    "ingest.casework": (
        "ingest.casework",
        "ingest.decisions",
        "ingest.draw",
        "ingest.pack",
        "ingest.eligibility",
        "ingest.judging",
        "ingest.judge",
        "ingest.measure",
        "ingest.stage",
        "ingest.store",
        "geofence",
        "firmware.wire",
    ),
    "ingest.desk": (
        "ingest.desk",
        "ingest.casework",
        "ingest.decisions",
        "ingest.draw",
        "ingest.eligibility",
        "ingest.judge",
        "ingest.stage",
        "ingest.store.connection",
        "ingest.store.desk",
        "geofence",
        "firmware.wire",
    ),
    # Rulebooks from files.
    "ingest.rulebooks": ("ingest.rulebooks", "ingest.judge"),
    "ingest.updates": ("ingest.updates", "firmware.terminal.update.manifest"),
    "ingest.reference": ("ingest.reference", "ingest.judge", "firmware.wire"),
    "ingest.bench": (
        "ingest.bench",
        "ingest.embedded",
        "ingest.judging",
        "ingest.receive",
        "ingest.settings",
        "ingest.store",
        "geofence",
        "firmware.wire",
    ),
    # Lays a slot out as the terminal reads it.
    "ingest.firmware_build": (
        "ingest.firmware_build",
        "firmware.terminal.update.files",
        "firmware.terminal.update.manifest",
        "firmware.terminal.update.slots",
        "firmware.terminal.update.unpack",
    ),
    "ingest.cli": ("ingest", "simulators", "geofence", "gateway", "firmware"),
}

# What a layer must do without, whoever made it. The rows of every prefix of a module's name hold.
MUST_NOT_IMPORT = {
    # MicroPython has none of these.
    "firmware": (
        "typing",
        "enum",
        "dataclasses",
        "__future__",
        "datetime",
        "logging",
        "pathlib",
        "subprocess",
    ),
    # No input or output, no clock, no log: the same answer for the same question.
    "ingest.judge": (
        "time",
        "psycopg",
        "paho",
        "logging",
        "socket",
        "os",
        "io",
        "random",
        "subprocess",
        "threading",
    ),
    "ingest.decisions": ("time", "psycopg", "logging", "socket", "os", "io", "random", "threading", "fastapi"),
    "ingest.draw": ("time", "psycopg", "logging", "socket", "os", "io", "random", "threading", "fastapi"),
    "ingest.pack": ("time", "psycopg", "socket", "random", "threading", "fastapi"),
    "ingest.casework": ("fastapi", "starlette"),
    # No SQL in the desk.
    "ingest.desk": ("psycopg",),
    "geofence": ("time", "psycopg", "paho", "logging", "socket", "random", "subprocess", "threading"),
}
HARDWARE = ("machine", "network", "esp", "esp32")
HARDWARE_ONLY_IN = "firmware.boards"
INTEGERS_ONLY = ("firmware.wire", "firmware.terminal")
NO_CLOCK = ("ingest.judge", "geofence")
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
