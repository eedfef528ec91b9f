"""Records without fixes, many at once: exactly what the wire's own decoder says, one by one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.wire import fields, records
from firmware.wire.errors import DecodeError
from ingest.measure.plain import Plain, decode_plain
from tests.firmware.wire.strategies import value_of

KINDS = sorted(set(fields.BODY) - {fields.MINUTE, fields.MINUTE_THIN})


@st.composite
def plain_records(draw: st.DrawFn) -> tuple[int, list[bytes]]:
    """A kind and records of it, some of them spoilt."""
    kind = draw(st.sampled_from(KINDS))
    made = []
    for _ in range(draw(st.integers(0, 5))):
        rows = fields.HEADER + fields.BODY[kind]
        record = bytearray(records.encode({**{row[0]: draw(value_of(row)) for row in rows}, "kind": kind}))
        for _ in range(draw(st.integers(0, 2))):
            record[draw(st.integers(0, len(record) - 1))] = draw(st.integers(0, 255))
        cut = draw(st.sampled_from([0, 0, 0, 1, 60]))
        made.append(bytes(record[: len(record) - cut]) + bytes(draw(st.sampled_from([0, 0, 0, 1]))))
    return kind, made


def decoded(kind: int, made: list[bytes]) -> Plain:
    lengths = np.array([len(record) for record in made], dtype=np.int64)
    return decode_plain(kind, b"".join(made), np.cumsum(lengths) - lengths, lengths)


def expected(kind: int, record: bytes) -> dict[str, Any] | None:
    """None for what the wire refuses, or what is a record of another kind."""
    try:
        values = records.decode(record)
    except DecodeError:
        return None
    return values if values["kind"] == kind else None


@given(plain_records())
def test_same_values_and_same_refusals_as_the_wire_s_decoder(given_: tuple[int, list[bytes]]) -> None:
    kind, made = given_
    plain = decoded(kind, made)
    wanted = {row: values for row, record in enumerate(made) if (values := expected(kind, record))}
    assert plain.rows.tolist() == list(wanted)
    for at, values in enumerate(wanted.values()):
        octets = {name: table[at].tobytes() for name, table in plain.octets.items()}
        assert {**{n: int(column[at]) for n, column in plain.columns.items()}, **octets} == values


def test_minutes_are_not_for_it() -> None:
    with pytest.raises(ValueError, match="minutes have fixes"):
        decoded(fields.MINUTE, [])
