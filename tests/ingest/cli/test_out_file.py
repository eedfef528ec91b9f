"""Files written at the end of a long command: what cannot be written is told before, in one sentence."""

import json
from pathlib import Path

import pytest

from ingest.cli.faults import UsageError
from ingest.cli.out_file import try_out, write_json


def test_trying_leaves_everything_as_it_was(tmp_path: Path) -> None:
    there, new = tmp_path / "there.json", tmp_path / "folder" / "new.json"
    there.write_text("kept")
    try_out(there)
    try_out(new)
    assert there.read_text() == "kept" and not new.exists()
    write_json(new, {"学时": 1})
    assert json.loads(new.read_text(encoding="utf-8")) == {"学时": 1}


@pytest.mark.parametrize("name", ["", "file/below"])
def test_what_cannot_be_written_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    for attempt in (try_out, lambda file: write_json(file, {})):
        with pytest.raises(UsageError, match=r"cannot be written \(.*\); name another file\.$"):
            attempt(tmp_path / name)
