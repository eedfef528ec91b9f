"""Stored records sorted by kind: what each kind leaves in which table, and its time."""

import hashlib
from typing import Any, NamedTuple

import pytest

from firmware.wire import fields, records
from ingest.judge.evidence import Evidence, photo_number
from ingest.measure.sort import Sorter

TERMINAL = 7
PHOTO = hashlib.sha256(b"a face").digest()


class Stored(NamedTuple):
    terminal: int
    seq: int
    kind: int
    record: bytes


def stored(kind: int, seq: int, **values: Any) -> Stored:
    blank = {"b8": bytes(8), "b32": bytes(32), "b64": bytes(64)}
    row = {name: blank.get(of, low) for name, of, low, *_ in fields.HEADER + fields.BODY[kind]}
    record = records.encode({**row, "kind": kind, "terminal": TERMINAL, "seq": seq, **values})
    return Stored(TERMINAL, seq, kind, record)


def sorted_rows(*rows: Stored) -> Evidence:
    sorter = Sorter({})
    assert list(sorter.minute_blocks([rows])) == []
    return sorter.evidence([])


def test_a_face_check_keeps_its_photo_and_score() -> None:
    row = stored(fields.FACE_CHECK, 1, photo=PHOTO, score=87, utc_s=5)
    checks = sorted_rows(row, stored(fields.FACE_CHECK, 2)).checks
    assert checks.photo.tolist() == [int.from_bytes(PHOTO[:8], "big") >> 1, 0]
    assert checks.score.tolist() == [87, 0]
    assert photo_number(b"\xff" * 32) == 2**63 - 1


def test_a_photo_is_told_and_leaves_no_gap() -> None:
    row = stored(fields.PHOTO, 3, session=2, role=1, moment=4, photo=PHOTO, size=9000, utc_s=77)
    evidence = sorted_rows(row)
    (column,) = zip(*vars(evidence.photos).values(), strict=True)
    assert column == (TERMINAL, 3, 2, 1, 4, photo_number(PHOTO), 77)
    assert evidence.others.seq.tolist() == [3]


def test_a_diagnostic_is_told_and_leaves_no_gap() -> None:
    evidence = sorted_rows(stored(fields.DIAGNOSTIC, 9, code=2, state=1, value=40, utc_s=77))
    (column,) = zip(*vars(evidence.diagnostics).values(), strict=True)
    assert column == (TERMINAL, 9, 2, 1, 40, 77)
    assert evidence.others.seq.tolist() == [9]
    assert len(evidence.lost) == 0


def test_how_a_session_ended() -> None:
    ins, out = stored(fields.SIGN_IN, 1), stored(fields.SIGN_OUT, 2, how=3)
    assert sorted_rows(ins, out).marks.how.tolist() == [0, 3]


@pytest.mark.parametrize("kind", [fields.PHOTO, fields.DIAGNOSTIC, fields.FACE_CHECK])
def test_a_record_made_without_a_time_gets_it_from_its_boot(kind: int) -> None:
    told = stored(fields.TIME, 4, boot=1, uptime_ms=60_000, true_s=1_000_000, source=3, uptime_s=60)
    evidence = sorted_rows(stored(kind, 3, boot=1, uptime_s=20), told)
    (utc_s,) = [
        table.utc_s.tolist()
        for table in (evidence.photos, evidence.diagnostics, evidence.checks)
        if len(table)
    ]
    assert utc_s == [999_960]
