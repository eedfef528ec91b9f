"""The parts that the terminal's bench counts with."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import envelope, records, topics
from firmware.wire.fields import BODY, BOOT, HEADER, MINUTE
from ingest.cli.bench_terminal import cuts, heap, rows
from ingest.cli.bench_terminal.compiled import Compiled, compile_firmware
from ingest.cli.bench_terminal.errors import BenchError
from ingest.cli.bench_terminal.publishes import FULL_MINUTE, Connection, Published
from ingest.firmware_build import romfs

KEY = bytes(32)
FIXES = [(second, 457000000, 1266000000, 180, 90, 12, 8, 0) for second in range(60)]


def record(kind: int, seq: int, fixes: int = 60) -> bytes:
    values = {field[0]: field[2] for field in (*HEADER, *BODY[kind]) if field[2] is not None}
    values |= {
        "kind": kind,
        "seq": seq,
        "prev": bytes(32),
        "fixes": FIXES[:fixes],
        "trainee": 1,
        "instructor": 1,
    }
    return bytes(records.encode(values))


def packet(topic: str, payload: bytes) -> bytes:
    body = len(topic).to_bytes(2, "big") + topic.encode() + b"\0\1" + payload
    return b"\x32" + bytes([len(body) & 127 | 128, len(body) >> 7]) + body


@given(st.lists(st.integers(1, 200)))
def test_packets_are_counted_in_any_pieces(cuts_at: list[int]) -> None:
    up, bulk = topics.up(1), topics.BULK_PREFIX + topics.number_text(1)
    sent = [
        packet(up, envelope.seal(1, [record(MINUTE, 1)], KEY)),
        packet(up, envelope.seal(1, [record(BOOT, 2), record(MINUTE, 3)], KEY)),
        packet(up, envelope.seal(1, [record(MINUTE, 4, 59)], KEY)),
        packet(bulk, bytes(300)),
        b"\xc0\0",
    ]
    data = b"".join(sent)
    published = Published()
    connection = Connection(published)
    for size in (*cuts_at, len(data)):
        connection.feed(data[:size])
        data = data[size:]
    connection.feed(data)
    assert published.bytes_up == sum(map(len, sent))
    assert published.full == [len(sent[0])] == [FULL_MINUTE + 44 + 38]
    assert published.bulk_bytes == len(sent[3])
    assert (published.packets, len(published.minutes), published.records_max) == (4, 2, 2)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, micropython: Path) -> Compiled:
    assert micropython
    return compile_firmware(tmp_path_factory.mktemp("mpy"))


def test_a_terminal_with_a_full_journal_starts(compiled: Compiled, tmp_path: Path) -> None:
    boot = cuts.boot(compiled, tmp_path)
    assert boot.records > 5000
    assert 0 < boot.ready_s < boot.first_second_s


def test_cuts_are_told_from_the_journal(compiled: Compiled, tmp_path: Path) -> None:
    lost = cuts.trace_lost(compiled, tmp_path, 2, 100)
    assert len(lost) == 2 and all(0 <= seconds < 60 for seconds in lost)


def test_modules_are_weighed(compiled: Compiled) -> None:
    weights = heap.by_module(compiled, ["firmware.terminal.gnss.nmea"])
    assert weights["firmware.terminal.gnss.nmea"] > 1000
    parts = sum(size for name, size in weights.items() if name != heap.ALL)
    assert abs(parts - weights[heap.ALL]) < 0.05 * weights[heap.ALL]
    groups = heap.by_group({name: size for name, size in weights.items() if name != heap.ALL})
    assert groups["wire"] > 5000 and groups["journal"] > 5000


def test_nmea_is_measured_from_compiled_files(compiled: Compiled) -> None:
    spent_us, floor_us = (int(text) for text in compiled.run("nmea.py")[-1].split())
    assert 0 < floor_us < spent_us


def test_a_script_that_fails_is_told(compiled: Compiled) -> None:
    with pytest.raises(BenchError, match=r"nmea\.py on MicroPython ended with 1"):
        compiled.run("nmea.py", "no number")


def test_the_file_has_every_limit_by_name() -> None:
    table = [rows.Row(name, limit + 1, "") for name, limit in rows.LIMITS.items()]
    made = json.loads(json.dumps(rows.document(table, {"machine": {}})))
    assert set(rows.LIMITS) < set(made)
    assert not any(made["within_limit"].values())


def test_code_in_rom_takes_less_of_the_heap(compiled: Compiled, tmp_path: Path) -> None:
    script = tmp_path / "live.py"
    script.write_text(
        "import gc, sys, vfs\nwith open(sys.argv[1], 'rb') as source:\n    image = source.read()\n"
        "if len(sys.argv) > 2:\n    vfs.mount(vfs.VfsRom(image), '/rom')\n    sys.path[:] = ['/rom']\n"
        "gc.collect()\nbefore = gc.mem_alloc()\nimport firmware.terminal.journal.journal\ngc.collect()\n"
        "print(gc.mem_alloc() - before, len(image))\n"
    )
    held = tmp_path / "image"
    held.write_bytes(romfs.image(compiled.folder))
    run = [str(compiled.interpreter), "-X", "heapsize=1m", str(script), str(held)]
    copied, in_place = (
        int(subprocess.check_output([*run, *rom], env=compiled.environment).split()[0])
        for rom in ([], ["rom"])
    )
    assert in_place < copied * 0.75
