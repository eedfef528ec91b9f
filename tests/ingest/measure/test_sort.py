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


def test_what_cannot_be_read_is_told_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    good, bad, misfiled = (stored(fields.FACE_CHECK, seq) for seq in (1, 2, 3))
    sorter = Sorter({})
    rows = [good, bad._replace(record=bad.record[:-1]), misfiled._replace(kind=fields.PHOTO)]
    assert list(sorter.minute_blocks([rows, [stored(fields.PHOTO, 4)._replace(kind=99)]])) == []
    assert sorter.evidence([]).checks.seq.tolist() == [1]
    assert len(sorter.evidence([]).others) == 0
    assert sorter.unreadable == 3
    told = [record.getMessage() for record in caplog.records]
    assert [text.split(" (")[0].split()[1] for text in told] == ["2", "3", "4"]
    assert "photo: cut short" in told[0]
    assert "it is of kind 3 and filed as 13" in told[1]


def test_tables_keep_the_order_of_the_records() -> None:
    kinds = [fields.SIGN_IN, fields.TIME, fields.SIGN_OUT, fields.HEAD, fields.SIGN_IN, fields.BOOT]
    rows = [stored(kind, seq) for seq, kind in enumerate(kinds, start=1)]
    sorter = Sorter({})
    assert list(sorter.minute_blocks([rows[:4], rows[4:]])) == []
    evidence = sorter.evidence([])
    assert evidence.marks.seq.tolist() == [1, 3, 5]
    assert evidence.marks.sign_in.tolist() == [True, False, True]
    assert evidence.others.seq.tolist() == [2, 4, 6]


def test_the_best_source_of_time_tells_and_of_two_alike_the_earlier() -> None:
    def told(seq: int, source: int, true_s: int) -> Stored:
        return stored(fields.TIME, seq, boot=1, uptime_ms=0, true_s=true_s, source=source)

    undated = stored(fields.PHOTO, 9, boot=1, uptime_s=5)
    assert sorted_rows(told(1, 1, 100), told(2, 2, 200), told(3, 2, 300), undated).photos.utc_s.tolist() == [
        205
    ]
    other_boot = stored(fields.PHOTO, 9, boot=2, uptime_s=5)
    assert sorted_rows(told(1, 1, 100), other_boot).photos.utc_s.tolist() == [0]


def test_a_lost_record_is_one_before_the_one_that_tells() -> None:
    def fault(seq: int, value: int, **values: int) -> Stored:
        return stored(fields.DIAGNOSTIC, seq, **{"code": 4, "state": 1, "value": value, **values})

    evidence = sorted_rows(
        fault(8, 3), fault(9, 9), fault(10, 0), fault(11, 4, state=0), fault(12, 5, code=3)
    )
    assert evidence.lost.seq.tolist() == [3]
