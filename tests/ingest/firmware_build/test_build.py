"""What `hourfence firmware build` makes: it runs, holds everything and nothing else, and knows its size."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firmware.terminal.update.slots import Slots
from ingest.cli.app import app
from ingest.firmware_build import report
from ingest.firmware_build.compile import FirmwareBuildError, Module, sources
from ingest.firmware_build.flash_folder import STARTER_PARTS, build
from ingest.updates.image import build_image, collect, unpack

ROOT = Path(__file__).resolve().parents[3]
FIRMWARE = ROOT / "firmware"
VERSION = 1002003


@pytest.fixture(scope="module")
def esp32s3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("esp32s3")
    done = CliRunner().invoke(app, ["firmware", "build", "--out", str(out), "--source", str(FIRMWARE)])
    assert done.exit_code == 0, done.output
    assert "firmware/terminal/app.mpy" in done.output and " modules" in done.output
    return out


def test_the_slot_is_complete_and_has_the_boards_modules_only(esp32s3: Path) -> None:
    slots = Slots(str(esp32s3 / "flash"))
    assert slots.choose() == 0
    listed = slots.read_list(0)
    assert listed is not None
    boards = sorted(name for name in listed.entries if name.startswith("firmware/boards/"))
    assert "firmware/boards/esp32s3.mpy" in boards and not [name for name in boards if "unix" in name]
    files = {path.relative_to(esp32s3 / "flash" / "slot_a").as_posix() for path in _files(esp32s3, "slot_a")}
    assert files == set(listed.entries) | {"files"}
    assert all(name.endswith(".mpy") for name in listed.entries)


def test_the_flash_folder_starts_by_main_and_an_update_cannot_reach_the_starter(esp32s3: Path) -> None:
    main = (esp32s3 / "flash" / "main.py").read_text()
    compile(main, "main.py", "exec")
    assert 'starter.start("", "/settings.json", machine.reset)' in main
    parts = [path.relative_to(esp32s3 / "flash" / "starter") for path in _files(esp32s3, "starter")]
    expected = {f"firmware/{part}".replace(".py", ".mpy") for part in STARTER_PARTS} | {"starter.mpy"}
    assert {part.as_posix() for part in parts} == expected
    assert (esp32s3 / "flash" / "OFL-1.1.txt").is_file()


def test_the_frozen_manifest_names_every_module(esp32s3: Path) -> None:
    named: list[str] = []
    scope = {
        "include": lambda _path: None,
        "package": lambda _name, files, base_path, opt: named.extend(files),
    }
    exec((esp32s3 / "manifest.py").read_text(), scope)
    frozen = [path.relative_to(esp32s3 / "frozen" / "firmware") for path in _files(esp32s3, "frozen")]
    assert sorted(named) == sorted(path.as_posix() for path in frozen)
    assert "main.py" in named


def test_the_partitions_follow_each_other_within_16_mb(esp32s3: Path) -> None:
    rows = [
        [cell.strip() for cell in line.split(",")]
        for line in (esp32s3 / "partitions.csv").read_text().splitlines()
        if not line.startswith("#")
    ]
    end = 0x9000
    for name, _type, _subtype, offset, size in rows:
        assert int(offset, 0) == end, name
        end += int(size, 0)
    assert end == 16 << 20
    assert {name: int(size, 0) for name, *_, size in rows}["journal"] == 4 << 20


def test_a_slot_makes_an_image_and_comes_back_from_it(esp32s3: Path) -> None:
    files = collect(esp32s3 / "flash" / "slot_a")
    assert unpack(build_image(files)) == files


def test_the_same_sources_give_the_same_bytes(esp32s3: Path, tmp_path: Path) -> None:
    again = build(FIRMWARE, tmp_path, 1000, "esp32s3")
    for module in again:
        assert (esp32s3 / "flash" / "slot_a" / module.path).read_bytes() == module.mpy


def test_a_build_for_this_machine_starts_from_its_slot(micropython: Path, tmp_path: Path) -> None:
    build(FIRMWARE, tmp_path, VERSION, "unix")
    flash = tmp_path / "flash"
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"terminal": 1}))
    environment = {name: value for name, value in os.environ.items() if name != "MICROPYPATH"}
    done = subprocess.run(
        [micropython, "-X", "heapsize=512k", flash / "starter" / "starter.py", flash, settings],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # The application itself speaks: it was found, loaded from .mpy, and asks for its settings.
    assert done.returncode == 2, done.stdout + done.stderr
    assert "hourfence terminal:" in done.stdout and "is missing" in done.stdout
    assert Slots(str(flash)).version == VERSION


def test_what_is_too_large_or_broken_is_told(tmp_path: Path) -> None:
    modules = [Module("firmware/a.mpy", 10, bytes(4097)), Module("firmware/b.mpy", 10, b"1")]
    assert report.on_flash_bytes(modules) == 3 * report.BLOCK_BYTES
    report.check(modules, 12288)
    with pytest.raises(FirmwareBuildError, match="12288 bytes"):
        report.check(modules, 12287)
    with pytest.raises(FirmwareBuildError, match="no board"):
        sources(FIRMWARE, "esp8266")
    with pytest.raises(FirmwareBuildError, match=r"no main\.py"):
        sources(tmp_path, "unix")
    for name in ("__init__.py", "terminal/__init__.py", "main.py"):
        (tmp_path / "firmware" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "firmware" / name).write_text("def broken(:\n" if name == "main.py" else "")
    with pytest.raises(FirmwareBuildError, match="does not compile"):
        build(tmp_path / "firmware", tmp_path / "out", 1, "unix")


def _files(out: Path, folder: str) -> list[Path]:
    top = out / folder if folder == "frozen" else out / "flash" / folder
    return [path for path in sorted(top.rglob("*")) if path.is_file()]


def test_the_romfs_image_holds_every_module(esp32s3: Path, micropython: Path, tmp_path: Path) -> None:
    script = tmp_path / "list.py"
    script.write_text(
        "import os, sys, vfs\n"
        "vfs.mount(vfs.VfsRom(open(sys.argv[1], 'rb').read()), '/rom')\n"
        "def walk(folder):\n"
        "    for entry in os.ilistdir(folder):\n"
        "        path = folder + '/' + entry[0]\n"
        "        if entry[1] == 0x4000:\n            walk(path)\n"
        "        else:\n            print(path, len(open(path, 'rb').read()))\n"
        "walk('/rom/firmware')\n"
    )
    image = esp32s3 / "firmware.romfs"
    done = subprocess.run(
        [str(micropython), str(script), str(image)], capture_output=True, text=True, check=True
    )
    slot = esp32s3 / "flash" / "slot_a"
    held = {f"/rom/{path.relative_to(slot)} {path.stat().st_size}" for path in slot.rglob("*.mpy")}
    assert set(done.stdout.splitlines()) == held
