"""Parts of the terminal tell what they did, alike on both interpreters and as the committed transcript says.

To accept a changed transcript after reading it: PYTHONPATH=. python FILE.py EMPTY_FOLDER > FILE.txt
"""

from pathlib import Path

import pytest

from tests.firmware.both import run_on_both

FILES = sorted(Path(__file__).with_name("transcripts").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_both_interpreters_tell_the_same(file: Path, micropython: Path, tmp_path: Path) -> None:
    for name in ("c", "m"):
        (tmp_path / name).mkdir()
    lines = run_on_both(file, micropython, [str(tmp_path / "c")], [str(tmp_path / "m")])
    assert lines == file.with_suffix(".txt").read_text().splitlines()
