"""The golden vectors hold on CPython and on the real MicroPython, and their maker still makes them."""

import json
import subprocess
import sys
from pathlib import Path

import tests.vectors.make_wire as make_wire
from tests.firmware.both import run_on_both

VECTORS = Path(make_wire.__file__).with_name("wire.json")


def test_both_interpreters_make_and_read_the_vectors(micropython: Path) -> None:
    file = Path(__file__).with_name("vectors_on_both.py")
    lines = run_on_both(file, micropython, [str(VECTORS)], [str(VECTORS)])
    vectors = json.loads(VECTORS.read_text())
    assert len(lines) == len(vectors["records"]) + len(vectors["envelopes"]) + 9
    assert not [line for line in lines if "False" in line]


def test_the_second_encoder_still_makes_the_committed_vectors(tmp_path: Path) -> None:
    copy = tmp_path / "make_wire.py"
    copy.write_text(Path(make_wire.__file__).read_text())
    subprocess.run([sys.executable, str(copy)], check=True)
    assert (tmp_path / "wire.json").read_text() == VECTORS.read_text()
