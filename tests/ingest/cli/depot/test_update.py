"""hourfence update, and a terminal's own code taking what it built."""

import binascii
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware.terminal.update.files import Files, write_whole
from firmware.terminal.update.slots import LIST, SlotList, Slots
from firmware.terminal.update.update import Update
from ingest.cli.depot.update import update_app
from ingest.updates.release_key import UpdateError

runner = CliRunner()


def invoke(*arguments: object) -> str:
    done = runner.invoke(update_app, [str(argument) for argument in arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture
def firmware_folder(tmp_path: Path) -> Path:
    for name in ("main.py", "terminal/app.py"):
        path = tmp_path / "code" / "firmware" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# {name}\n" * 100)
    return tmp_path / "code"


def test_a_terminal_takes_what_was_built(tmp_path: Path, firmware_folder: Path) -> None:
    key, out = tmp_path / "release.pem", tmp_path / "out"
    public = invoke("key", key).strip()
    common = ("--board", "unix", "--key", key, "--out", out)
    assert "version 1.2.3" in invoke("build", firmware_folder, "--version", "1.2.3", *common)
    image = out / "unix-1.2.3.image"
    assert "2 files" in invoke("check", image, "--public", public)
    slots = slots_with(tmp_path / "root", 1002002)
    data = image.read_bytes()
    job = Update(
        slots, "unix", bytes.fromhex(public), lambda name, at: job.on_piece(name, at, data[at : at + 1400])
    )
    job.begin(1, (out / "unix-1.2.3.manifest").read_bytes())
    for _ in range(2000):
        job.step(0)
    assert job.restart_wanted
    assert slots.version == 1002003
    for name in ("firmware/main.py", "firmware/terminal/app.py"):
        assert (tmp_path / "root/slot_b" / name).read_bytes() == (firmware_folder / name).read_bytes()


def slots_with(root: Path, version: int) -> Slots:
    (root / "slot_a/firmware").mkdir(parents=True)
    (root / "slot_a/firmware/main.py").write_bytes(b"old")
    listed = SlotList(version, 1, 1, {"firmware/main.py": (3, binascii.crc32(b"old"))})
    write_whole(Files(), f"{root}/slot_a/{LIST}", listed.encode())
    slots = Slots(str(root))
    assert slots.choose() == 0
    return slots


def test_a_way_back_is_told(tmp_path: Path, firmware_folder: Path) -> None:
    key, out = tmp_path / "release.pem", tmp_path / "out"
    public = invoke("key", key).strip()
    common = ("--board", "unix", "--key", key, "--out", out)
    invoke("build", firmware_folder, "--version", "1.2.3", "--replaces", "1.2.4", "--floor", "1.0.0", *common)
    said = invoke("check", out / "unix-1.2.3.image", "--public", public)
    assert "back from 1.2.4" in said
    assert "Replaces 1.0.0" in said


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("--version", "one"), "not a version"),
        (("--key", "nowhere.pem"), "cannot be read"),
        (("--journal-reads", "17"), "outside 1..16"),
        (("--journal-writes", "2", "--journal-reads", "1"), "not among those read"),
        (("--board", ""), "board"),
    ],
)
def test_mistakes_are_sentences(
    tmp_path: Path, firmware_folder: Path, change: tuple[str, ...], sentence: str
) -> None:
    key = tmp_path / "release.pem"
    invoke("key", key)
    common = ("--version", "1.2.3", "--board", "unix", "--key", key, "--out", tmp_path / "out")
    with pytest.raises(UpdateError, match=sentence):
        invoke("build", firmware_folder, *common, *change)
    assert not (tmp_path / "out").exists()
