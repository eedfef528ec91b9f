"""The starter as a process: which slot runs, what it can import, and the way back after failed starts."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from firmware.terminal.update.files import Files, write_whole
from firmware.terminal.update.slots import LIST, Slots
from firmware.terminal.update.unpack import slot_list

ROOT = Path(__file__).resolve().parents[2]
RESTART_EXIT = 75
STARTER = (
    "firmware/__init__.py",
    "firmware/terminal/__init__.py",
    "firmware/terminal/update/__init__.py",
    "firmware/terminal/update/slots.py",
    "firmware/terminal/update/files.py",
)
# An application that says who it is and what it could import.
APP = """
import sys


def main(settings, root, slot):
    print("version", {version}, "slot", slot, settings)
    import json
    print("json", hasattr(json, "loads"))
    for name in ("stale", "firmware.stale", "starter", "firmware.terminal.update.slots"):
        try:
            __import__(name)
            print("BAD import of", name)
        except ImportError:
            pass
    from firmware.part import PART
    print("part", PART)
    {ending}
"""


def put_slot(root: Path, name: str, version: int, ending: str = "sys.exit(75)") -> None:
    package = root / name / "firmware"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text(f"PART = {version}\n")
    (package / "main.py").write_text(textwrap.dedent(APP).format(version=version, ending=ending))
    listed = slot_list(Files(), f"{root}/{name}", version, 1, 1)
    write_whole(Files(), f"{root}/{name}/{LIST}", listed.encode())


@pytest.fixture(params=["micropython", "cpython"])
def interpreter(request: pytest.FixtureRequest, micropython: Path) -> list[str]:
    return (
        [str(micropython), "-X", "heapsize=256k"]
        if request.param == "micropython"
        else [sys.executable, "-S", "-B"]
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "flash"
    for name in STARTER:
        (root / "starter" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / "starter" / name)
    shutil.copy(ROOT / "firmware/starter.py", root / "starter/starter.py")
    put_slot(root, "slot_a", 1000)
    assert Slots(str(root)).choose() == 0
    return root


def command(interpreter: list[str], root: Path) -> list[str]:
    return [*interpreter, str(root / "starter/starter.py"), str(root), "settings.json"]


def start(interpreter: list[str], root: Path, expected: int = RESTART_EXIT) -> str:
    # The current folder is the flash: what lies there must not be imported. (-S: nor what pip installed.)
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MICROPYPATH", "PYTHONPATH")
    }
    done = subprocess.run(
        command(interpreter, root),
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == expected, said
    assert "BAD" not in said, said
    return said


def switch_to(root: Path) -> None:
    Slots(str(root)).switch(7)


def test_only_the_slot_is_imported_from(interpreter: list[str], root: Path) -> None:
    for folder in (root, root / "slot_a", root / "starter"):
        for name in ("json.py", "stale.py"):
            (folder / name).write_text("print('BAD stale', __file__)\n")
    (root / "firmware").mkdir()
    (root / "firmware/part.py").write_text("PART = 'BAD'\n")
    (root / "slot_a/firmware/stale.py").write_text("")
    # A compiled module of the same name would go first.
    (root / "slot_a/firmware/part.mpy").write_bytes(b"not one")
    said = start(interpreter, root)
    assert said.splitlines() == ["version 1000 slot 0 settings.json", "json True", "part 1000"]
    assert sorted(path.name for path in (root / "slot_a/firmware").iterdir()) == [
        "__init__.py",
        "main.py",
        "part.py",
    ]


@pytest.mark.parametrize(
    "ending", ["raise ValueError('a fault')", "sys.exit(75)", "sys.exit(2)", "import nothing_there"]
)
def test_an_unproven_version_gets_two_starts(interpreter: list[str], root: Path, ending: str) -> None:
    put_slot(root, "slot_b", 1001, ending)
    switch_to(root)
    expected = 2 if "exit(2)" in ending else RESTART_EXIT
    for _ in range(2):
        assert "version 1001 slot 1" in start(interpreter, root, expected)
    for _ in range(2):
        assert "version 1000 slot 0" in start(interpreter, root)
    slots = Slots(str(root))
    assert (slots.refused, slots.proven, slots.order) == ([1001], True, 7)


def test_a_version_that_cannot_even_be_read_gives_the_terminal_back(
    interpreter: list[str], root: Path
) -> None:
    put_slot(root, "slot_b", 1001, "this is no Python")
    switch_to(root)
    for _ in range(2):
        assert "version 1" not in start(interpreter, root)
    assert "version 1000" in start(interpreter, root)


def test_a_version_that_hangs_and_is_switched_off(interpreter: list[str], root: Path) -> None:
    put_slot(root, "slot_b", 1001, "import time; time.sleep(60)")
    switch_to(root)
    for _ in range(2):
        with subprocess.Popen(command(interpreter, root), cwd=root, stdout=subprocess.DEVNULL) as running:
            before = Slots(str(root)).starts
            while Slots(str(root)).starts == before:
                time.sleep(0.01)
            running.send_signal(signal.SIGKILL)
    assert "version 1000" in start(interpreter, root)


def test_a_proven_version_stays(interpreter: list[str], root: Path) -> None:
    put_slot(root, "slot_b", 1001, "raise ValueError('a fault')")
    switch_to(root)
    Slots(str(root)).mark_good()
    for _ in range(4):
        assert "version 1001" in start(interpreter, root)


def test_a_damaged_slot_is_not_started(interpreter: list[str], root: Path) -> None:
    put_slot(root, "slot_b", 1001)
    switch_to(root)
    Slots(str(root)).mark_good()
    (root / "slot_b/firmware/part.py").write_text("PART = 1999\n")
    assert "version 1000" in start(interpreter, root)
    (root / "slot_a/firmware/part.py").unlink()
    assert "load the terminal anew" in start(interpreter, root, 2)
