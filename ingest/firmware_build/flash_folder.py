"""Lays the flash folder out as it goes onto a terminal: main.py, the starter and slot a."""

import shutil
from pathlib import Path

from firmware.terminal.update.files import Files, write_whole
from firmware.terminal.update.manifest import JOURNAL_READS, JOURNAL_WRITES
from firmware.terminal.update.slots import LIST, SLOTS
from firmware.terminal.update.unpack import slot_list
from ingest.firmware_build import romfs
from ingest.firmware_build.compile import Module, compile_module, compile_shrunk, sources

# The starter's own copies: an update never touches them.
STARTER_PARTS = (
    "__init__.py",
    "terminal/__init__.py",
    "terminal/update/__init__.py",
    "terminal/update/slots.py",
    "terminal/update/files.py",
)
MAIN = """\
# Written by `hourfence firmware build`. Chooses the slot that runs; never part of an update.
import sys

sys.path.insert(0, "/starter")
import machine
import starter

starter.start("", "/settings.json", machine.reset)
"""
# Frozen: the bytecode stays in the flash chip and takes no heap, but an update is a new image, not a slot.
FROZEN = """\
# Written by `hourfence firmware build`, for `make BOARD=ESP32_GENERIC_S3 FROZEN_MANIFEST=.../manifest.py`.
include("$(PORT_DIR)/boards/manifest.py")
package("firmware", ({files}), base_path="frozen", opt=2)
"""


def build(firmware: Path, out: Path, version: int, board: str) -> list[Module]:
    """Write out/flash, out/frozen, out/manifest.py and out/firmware.romfs anew; the slot's modules.

    Raises FirmwareBuildError.
    """
    for old in (out / "flash", out / "frozen"):
        shutil.rmtree(old, ignore_errors=True)
    slot = out / "flash" / SLOTS[0]
    chosen = sources(firmware, board)
    modules = compile_shrunk(firmware, chosen, board, slot)
    names = []
    for source in chosen:
        inner = source.relative_to(firmware).as_posix()
        name = f"firmware/{inner}"
        frozen = out / "frozen" / name
        frozen.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, frozen)
        names.append(inner)
    listed = slot_list(Files(), str(slot), version, JOURNAL_WRITES, JOURNAL_READS)
    write_whole(Files(), str(slot / LIST), listed.encode())
    _lay_starter(firmware, out / "flash" / "starter", board)
    if board != "unix":
        (out / "flash" / "main.py").write_text(MAIN, encoding="ascii")
        quoted = ", ".join(f'"{name}"' for name in names)
        (out / "manifest.py").write_text(FROZEN.format(files=quoted), encoding="ascii")
        (out / "firmware.romfs").write_bytes(romfs.image(slot))
        table = firmware / "boards" / f"{board}_partitions.csv"
        shutil.copyfile(table, out / "partitions.csv")
    for notice in sorted(firmware.rglob("OFL*.txt")):
        # The glyphs' licence travels with them.
        shutil.copyfile(notice, out / "flash" / notice.name)
    return modules


def _lay_starter(firmware: Path, starter: Path, board: str) -> None:
    for part in STARTER_PARTS:
        inner = f"firmware/{part}"
        compile_module(firmware / part, inner, board, (starter / inner).with_suffix(".mpy"))
    if board == "unix":
        # There it is the program that is run, and a program cannot be .mpy.
        shutil.copyfile(firmware / "starter.py", starter / "starter.py")
    else:
        compile_module(firmware / "starter.py", "starter.py", board, starter / "starter.mpy")
