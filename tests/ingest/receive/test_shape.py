"""The cheap look at a record says what the wire's decode says, for any bytes."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import envelope, records
from firmware.wire.errors import DecodeError
from firmware.wire.fields import MINUTE
from ingest.bench import minutes
from ingest.receive import shape
from ingest.receive.receipts import receipt
from tests.ingest.receive.terminals import Terminal, minute_fields

TERMINAL = Terminal(77)
FIXES = (0, 1, 7, 60)
MINUTES = [records.encode(TERMINAL.header(MINUTE, 1) | minute_fields(1, fixes)) for fixes in FIXES]
MINUTES += [thin for record in MINUTES if (thin := records.thin(record)) is not None]
# One whose earliest fix is no coarse one, whole and thinned.
_LATE = TERMINAL.header(MINUTE, 1) | minute_fields(1)
_LATE["fixes"] = _LATE["fixes"][3:40]
MINUTES.append(records.encode(_LATE))
MINUTES.append(records.thin(MINUTES[-1]))
WHOLE = MINUTES[FIXES.index(60)]
OTHERS = [TERMINAL.boot(), TERMINAL.sign_in(), TERMINAL.diagnostic()]


def by_decode(data: bytes) -> tuple[object, ...] | None:
    try:
        values = records.decode(data)
    except DecodeError:
        return None
    utc_s = values["minute"] * 60 if "fixes" in values else values["utc_s"]
    head = (values["kind"], values["terminal"], values["seq"], values["prev"])
    return (*head, values.get("session", 0), utc_s)


def by_shape(data: bytes) -> tuple[object, ...] | None:
    try:
        return tuple(shape.of_record(data))
    except DecodeError:
        return None


@given(
    record=st.sampled_from(MINUTES + OTHERS),
    changes=st.lists(st.tuples(st.integers(0, 592), st.integers(0, 255)), max_size=4),
    cut=st.integers(0, 12),
)
def test_shape_agrees_with_decode(record: bytes, changes: list[tuple[int, int]], cut: int) -> None:
    data = bytearray(record)
    for at, value in changes:
        data[at % len(data)] = value
    del data[len(data) - cut :]
    assert by_shape(bytes(data)) == by_decode(bytes(data))


@given(fix=st.integers(1, 59), heading=st.integers(0, 511))
def test_every_heading_of_every_fix(fix: int, heading: int) -> None:
    data = bytearray(WHOLE)
    at = 116 + fix * 8
    word = int.from_bytes(data[at : at + 8], "big") & ~(511 << 12) | heading << 12
    data[at : at + 8] = word.to_bytes(8, "big")
    assert (by_shape(bytes(data)) is None) == (360 <= heading <= 510)
    assert by_shape(bytes(data)) == by_decode(bytes(data))


@pytest.mark.parametrize("record", MINUTES)
def test_a_good_minute_needs_no_full_decode(record: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shape.records, "decode", lambda data: pytest.fail("decoded in full"))
    assert shape.of_record(record).kind == record[0]


@given(st.integers(1, 9_999_999_999_999_999), st.integers(1, 2**32 - 1), st.binary(min_size=32, max_size=32))
def test_receipt_is_the_wires(terminal: int, through: int, head: bytes) -> None:
    key = bytes(reversed(head))
    by_wire = envelope.encode_receipt(terminal, through, head, key, 1789430405)
    assert receipt(terminal, through, head, key, 1789430405).payload == by_wire


def test_the_hosts_hmac_is_the_wires() -> None:
    payload = TERMINAL.payload(1, 3)
    assert hmac.digest(TERMINAL.key, payload[:-32], "sha256") == payload[-32:]


def test_the_benchs_envelopes_are_the_wires() -> None:
    made = list(minutes.sealed(2, 3))
    for item in made:
        assert envelope.parse(item.payload)[1] == [item.record]
        assert envelope.verify(item.payload, minutes.key_of(item.terminal))
        assert records.encode(records.decode(item.record)) == item.record
    chain = [item.record for item in made if item.terminal == minutes.FIRST_TERMINAL]
    prevs = [records.decode(record)["prev"] for record in chain]
    assert prevs == [bytes(32), *(records.digest(record) for record in chain[:-1])]
