"""hourfence verify as a person, a program and a poor terminal meet it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from joserfc.jwk import OKPKey
from typer.testing import CliRunner, Result

from ingest.cli.desk.verify import CHANGED, UNCHECKED, VALID, WRONG, plain, verify
from ingest.cli.faults import UsageError
from ingest.pack import archive, seal
from tests.ingest.pack.conftest import Made

RUN = "import sys, typer; from ingest.cli.desk.verify import verify; typer.run(verify)"


def signer_of(pack: bytes) -> str:
    return seal.fingerprint(OKPKey.import_key(json.loads(archive.unpacked(pack)[seal.SIGNER])))


@pytest.fixture
def file(made: Made, tmp_path: Path) -> Path:
    """The clean pack in a folder and under a name of Chinese, which nobody may write to."""
    folder = tmp_path / "证据 folder"
    folder.mkdir()
    path = folder / "学员 pack.zip"
    path.write_bytes(made.pack)
    path.chmod(0o400)
    folder.chmod(0o500)
    return path


def asked(*arguments: str, given: bytes | None = None) -> Result:
    app = typer.Typer()
    app.command()(verify)
    return CliRunner().invoke(app, list(arguments), input=given)


def test_each_end_has_its_status_and_its_last_line(made: Made, file: Path) -> None:
    signer = signer_of(made.pack)
    changed = bytearray(made.pack)
    changed[300] ^= 1
    for given, options, status, last in (
        (made.pack, ["--signer", signer], VALID, "The pack is valid. 证据包有效。"),
        (made.pack, [], UNCHECKED, "NOT CHECKED. 证据包内部一致，但未核对签名者。"),
        (bytes(changed), ["--signer", signer], CHANGED, "The pack is not valid. 证据包无效。"),
        (made.pack, ["--signer", "A" * 43], CHANGED, "The pack is not valid. 证据包无效。"),
    ):
        found = asked("-", *options, given=given)
        lines = found.output.splitlines()
        assert found.exit_code == status and lines[-1].endswith(last), found.output
        told = json.loads(asked("-", "--json", *options, given=given).output)
        assert told["exit"] == status and told["valid"] == (status == VALID)
        assert (told["fault"] is None) == (status != CHANGED) and told["bytes"] == len(given)
    for wrong in (["none.zip"], [str(file.parent)], ["-", "--key", "ab"], ["-", "--signer", "x"]):
        assert isinstance(asked(*wrong, given=made.pack).exception, UsageError)


@pytest.mark.parametrize(
    "wrong", [["/no/such/pack.zip"], ["-", "--key", "short"], ["-", "--signer", "nobody"]]
)
def test_a_program_is_told_of_a_mistake_too(wrong: list[str]) -> None:
    found = asked(*wrong, "--json", given=b"")
    told = json.loads(found.stdout)
    assert found.exit_code == told["exit"] == WRONG == 2
    assert not told["valid"] and told["sha256"] is None and told["fault"]["en"] and told["fault"]["zh"]


def test_anywhere_on_the_world_it_says_the_same(made: Made, file: Path) -> None:
    """Another zone, no Chinese on the terminal, no right to write, a name of Chinese; nothing is written."""
    surroundings = {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    found = subprocess.run(
        [sys.executable, "-c", RUN, str(file), "--signer", signer_of(made.pack)],
        env={**os.environ, **surroundings},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        umask=0o777,
        timeout=120,
    )
    assert found.returncode == VALID, found.stderr
    assert b"The pack is valid." in found.stdout.splitlines()[-1] and b"\\u8bc1" in found.stdout
    assert list(file.parent.iterdir()) == [file]


def test_nothing_of_a_pack_moves_the_cursor() -> None:
    assert plain("a\x1b[2J\nThe pack is valid.\u202eb 有效") == "a\\x1b[2J\\nThe pack is valid.\\u202eb 有效"
