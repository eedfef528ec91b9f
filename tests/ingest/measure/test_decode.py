"""The block decoder says exactly what the wire's own decoder says, record by record."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.wire import fields, records
from firmware.wire.errors import DecodeError
from ingest.measure.decode import DecodedMinutes, decode_minutes
from tests.firmware.wire.strategies import fix_lists, value_of

_TAKEN = [row for row in (*fields.HEADER, *fields.BODY[fields.MINUTE]) if row[1] not in ("b8", "b32")]
_FIX = ("lat_e7", "lon_e7", "speed_kmh10", "heading_deg", "satellites", "hdop_fifth", "estimated")


@st.composite
def minutes(draw: st.DrawFn) -> dict[str, Any]:
    rows = fields.HEADER + fields.BODY[fields.MINUTE]
    values = {row[0]: draw(value_of(row)) for row in rows}
    return {**values, "kind": fields.MINUTE, "fixes": draw(fix_lists())}


def forms(record: bytes) -> list[bytes]:
    """The minute whole and, where that is shorter, thinned."""
    thin = records.thin(record)
    return [record] if thin is None else [record, thin]


def row_of(decoded: DecodedMinutes, at: int) -> dict[str, Any]:
    """One row in the shape of firmware.wire.records.decode."""
    values: dict[str, Any] = {row[0]: int(decoded.columns[row[0]][at]) for row in _TAKEN}
    seconds = decoded.present[at].nonzero()[0].tolist()
    values["fixes"] = [
        (second, *(int(decoded.fixes[name][at, second]) for name in _FIX)) for second in seconds
    ]
    return values


def expected(record: bytes) -> dict[str, Any]:
    values = records.decode(record)
    return {name: values[name] for name in (*(row[0] for row in _TAKEN), "fixes")}


@settings(max_examples=60, deadline=None)
@given(st.lists(minutes(), max_size=4))
def test_same_values_as_the_wire_s_decoder(made: list[dict[str, Any]]) -> None:
    block = [record for values in made for record in forms(records.encode(values))]
    decoded = decode_minutes(block)
    assert len(decoded) == len(block)
    assert [row_of(decoded, at) for at in range(len(block))] == [expected(record) for record in block]


@settings(max_examples=60, deadline=None)
@given(minutes(), st.data())
def test_refuses_exactly_what_the_wire_s_decoder_refuses(values: dict[str, Any], data: st.DataObject) -> None:
    """Any bytes changed, cut or added: both refuse, or both give the same."""
    record = bytearray(data.draw(st.sampled_from(forms(records.encode(values)))))
    for _ in range(data.draw(st.integers(1, 3))):
        record[data.draw(st.integers(0, len(record) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.sampled_from([0, 0, 0, 1, 8]))
    broken = bytes(record[: len(record) - cut]) + bytes(data.draw(st.sampled_from([0, 0, 0, 1, 8])))
    good = records.encode({**values, "fixes": []})
    try:
        wanted = expected(broken)
        if wanted["kind"] not in (fields.MINUTE, fields.MINUTE_THIN):
            raise DecodeError("not a minute")
    except (DecodeError, KeyError):
        with pytest.raises(DecodeError, match="minute record 1"):
            decode_minutes([good, broken])
        return
    assert row_of(decode_minutes([good, broken]), 1) == wanted


def test_an_empty_block_is_an_empty_table() -> None:
    assert len(decode_minutes([])) == 0
