"""The script of the how-to, run as anybody would, derives what the product draws."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from ingest.draw.day_list import day_list
from ingest.draw.sampler import again, drawn, text_of
from tests.ingest.draw.test_sampler import KEY, TERMS, of_schools

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "check_draw.py"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """In isolated mode: the script has the standard library and nothing else."""
    return subprocess.run(
        [sys.executable, "-I", "-S", SCRIPT, *words], capture_output=True, text=True, check=False, timeout=60
    )


def test_the_script_is_the_draw(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    for counts in ((), (1,), (400, 21, 20, 1)):
        day = day_list(TERMS, of_schools(*counts))
        file.write_text(day.text, encoding="utf-8")
        done = run(file, "3,998.12 / 812")
        assert done.returncode == 0, done.stderr
        assert done.stdout == text_of(drawn(day, "3,998.12 / 812"))
        assert day.digest.hex() in done.stderr
        assert run(file, "seed 2", KEY).stdout == text_of(again(day, "seed 2", KEY))


def test_the_script_refuses_another_key(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text(day_list(TERMS, of_schools(40)).text, encoding="utf-8")
    assert run(file, "seed", "another").returncode == 1


def test_the_script_is_short() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= 30
