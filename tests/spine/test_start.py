"""The command's first moments: interrupted while its modules load, it ends without a word."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.spine.ingests import ROOT, environment


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("module", ["typer", "numpy", "psycopg"])
def test_a_signal_while_modules_load(number: signal.Signals, module: str, tmp_path: Path) -> None:
    # Found before the installed one: it stands for the moment in which that one is loading.
    (tmp_path / f"{module}.py").write_text(f"import signal; signal.raise_signal({int(number)})")
    done = subprocess.run(
        [sys.executable, "-m", "ingest.cli", "fences", "nowhere.geojson"],
        env=environment(PYTHONPATH=f"{tmp_path}:{ROOT}"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (-number, "", "")
