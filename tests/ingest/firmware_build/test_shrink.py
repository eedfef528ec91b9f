"""What is made smaller before it is compiled does the same, on the same lines."""

import ast
import subprocess
import sys
from pathlib import Path

from ingest.firmware_build.compile import sources
from ingest.firmware_build.constants import inline
from ingest.firmware_build.names import shorten
from ingest.firmware_build.shrink import shrink
from ingest.firmware_build.unused import drop

ROOT = Path(__file__).resolve().parents[3]

LOW = "SIZE = 4\nWIDE = (\n    SIZE * 2\n    + 1\n)\nTEXT = 'é'; LARGE = 1 << 40\nTWICE = 1\nTWICE = 2\n"
HIGH = (
    "from firmware.low import (\n    LARGE,\n    SIZE,\n    TEXT,\n)\nfrom firmware import low\n\n"
    "def f(WIDE):\n    return WIDE\n\n"
    "def g(count):\n    return TEXT, SIZE + count, -low.WIDE, low.TWICE, LARGE\n"
)


def values_of(modules: dict[str, str], asked: str) -> tuple[object, ...]:
    """What the expression gives with these modules imported, in a Python of its own."""
    made = "import sys, types\nsys.modules['firmware'] = types.ModuleType('firmware')\n"
    for name, source in modules.items():
        made += f"m = types.ModuleType({name!r}); sys.modules[{name!r}] = m\n"
        made += f"setattr(sys.modules['firmware'], {name.split('.')[1]!r}, m)\nexec({source!r}, m.__dict__)\n"
    made += f"print(repr(({asked},)))"
    done = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: tuple[object, ...] = ast.literal_eval(done.stdout)
    return found


def test_constants_go_where_they_are_used() -> None:
    modules = {"firmware.low": LOW, "firmware.high": HIGH}
    small = inline(modules)
    assert "SIZE" not in small["firmware.low"] + small["firmware.high"]
    # A name that is an argument, one that is bound twice and one that is too large stay.
    assert "return WIDE" in small["firmware.high"] and "TWICE = 2" in small["firmware.low"]
    assert "LARGE = 1 << 40" in small["firmware.low"]
    for name, source in small.items():
        assert source.count("\n") == modules[name].count("\n")
    asked = "m.g(1), m.f(3)"
    assert values_of(small, asked) == values_of(modules, asked) == (("é", 5, -9, 2, 1 << 40), 3)


def test_what_others_ask_for_stays() -> None:
    small = inline({"firmware.low": LOW, "firmware.high": HIGH}, {"SIZE"})
    assert values_of(small, "m.SIZE, m.low.SIZE") == (4, 4)
    assert (
        "_count"
        in shorten({"firmware.a": "class A:\n    def f(self): self._count = 1\n"}, {"_count"})["firmware.a"]
    )


def test_private_names_and_arguments_get_short() -> None:
    source = (
        "_LIMITS = (3, 4)\n\n\ndef _limit(place, most=9):\n    return min(_LIMITS[place], most)\n\n\n"
        "class Base:\n"
        "    def __init__(self, first):\n        self._first_one = first\n        self._named = 0\n\n"
        "    def all_of(self, *others):\n        return [self._first_one, *others, getattr(self, '_named')]\n"
    )
    heir = (
        "from firmware.low import Base\n\n\nclass Heir(Base):\n    def add(self, second):\n"
        "        self._second_one = second\n        return self.all_of(self._second_one, self._more())\n\n"
        "    def _more(self):\n        return 7\n"
    )
    modules = {"firmware.low": source, "firmware.high": heir}
    small = shorten(modules)
    joined = "".join(small.values())
    for gone in ("_LIMITS", "place", "_first_one", "_second_one", "others", "_limit", "_more"):
        assert gone not in joined
    for kept in ("_named", "all_of"):
        assert kept in joined
    asked = "m.Heir(1).add(2), m.Base.__init__.__code__.co_firstlineno"
    assert values_of(small, asked) == values_of(modules, asked) == ([1, 2, 7, 0], 9)
    called = "sys.modules['firmware.low']._limit(1, most=2)"
    given_by_name = {**modules, "firmware.user": "from firmware.low import _limit\nx = _limit(1, most=2)\n"}
    assert values_of(shorten(given_by_name), called) == (2,)


def test_the_firmware_keeps_its_lines_and_the_functions_that_are_used(tmp_path: Path) -> None:
    chosen = sources(ROOT / "firmware", "unix")
    before = after = 0
    for source, small in zip(chosen, shrink(ROOT, chosen, tmp_path), strict=True):
        old, new = source.read_text(encoding="utf-8"), small.read_text(encoding="utf-8")
        assert set(_functions(new)) <= set(_functions(old)), source
        before, after = before + len(old), after + len(new)
    assert after < before * 0.97


def _functions(source: str) -> list[tuple[str, int]]:
    kinds = ast.FunctionDef | ast.ClassDef
    return [
        (node.name, node.lineno)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, kinds) and node.name[0] != "_"
    ]


def test_what_nobody_uses_is_left_out() -> None:
    low = (
        "NAMES = {1: 'ONE'}\n"
        "ASKED = {2: 'TWO'}\n"
        "def encode(x):\n    return x\n"
        "def decode(x):\n    return encode_all([x])\n"
        "def encode_all(x):\n    return [encode(one) for one in x]\n"
        "class Car:\n"
        "    def __init__(self):\n        self.n = 1\n"
        "    @property\n    def speed(self):\n        return 5\n"
        "    def _stop(self):\n        return 'stopped'\n"
        "    def go(self):\n        return getattr(self, '_' + 'stop')()\n"
        "    def readinto(self, data):\n        return 0\n"
    )
    high = "from firmware.low import Car, decode, encode_all\nx = Car().go(), encode_all([3])\n"
    small = drop({"firmware.low": low, "firmware.high": high}, {"ASKED"})
    for gone in ("NAMES", "decode", "speed", "property"):
        assert gone not in small["firmware.low"] + small["firmware.high"]
    for kept in ("ASKED", "encode_all", "_stop", "readinto"):
        assert kept in small["firmware.low"]
    assert values_of(small, "sys.modules['firmware.high'].x") == (("stopped", [3]),)


def test_a_table_in_a_text_keeps_the_names_it_tells() -> None:
    source = (
        "ROWS = '''\nready|stop\n'''\n"
        "class Car:\n    def _stop(self):\n        return 3\n    def _gone(self):\n        return 4\n"
        "    def go(self):\n        return getattr(self, '_' + ROWS.split('|')[1].strip())()\n"
        "x = Car().go()\n"
    )
    small = shorten(drop({"firmware.low": source}))
    assert "_stop" in small["firmware.low"] and "_gone" not in small["firmware.low"]
    assert values_of(small, "m.x") == (3,)
