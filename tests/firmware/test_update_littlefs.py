"""An update on a real littlefs, the interpreter killed inside its block operations."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# 1 takes three times as long and kills inside every one.
STRIDE = int(os.environ.get("HOURFENCE_LITTLEFS_STRIDE", "3"))


def littlefs_life(micropython: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(micropython), "-X", "heapsize=512k", str(HERE / "littlefs_life.py"), *map(str, arguments)],
        env={**os.environ, "MICROPYPATH": f"{ROOT / 'tests/micropython'}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "BAD" not in done.stdout, done.stdout
    assert done.returncode in (0, -signal.SIGKILL), done.stdout + done.stderr
    return done


@pytest.mark.slow
def test_a_kill_inside_a_block_operation(micropython: Path, tmp_path: Path) -> None:
    image = tmp_path / "flash"
    assert littlefs_life(micropython, image, "new").returncode == 0
    fresh = image.read_bytes()
    operations = int(littlefs_life(micropython, image, "life").stdout.split()[-1])
    assert operations > 80
    for cut in range(1, operations + 1, STRIDE):
        image.write_bytes(fresh)
        assert littlefs_life(micropython, image, "life", cut).returncode == -signal.SIGKILL
        rest = littlefs_life(micropython, image, "rest")
        assert rest.returncode == 0
        said = rest.stdout.splitlines()
        assert said[0] == "1001 True [] []", (cut, said)
