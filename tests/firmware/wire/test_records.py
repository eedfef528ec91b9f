"""Every value round-trips; every byte string gives a value or a DecodeError, never anything else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.wire import fields, records
from firmware.wire.errors import DecodeError, EncodeError
from tests.firmware.wire.strategies import fix_lists, record_values

PLAIN: dict[str, Any] = {
    "kind": fields.SIGN_OUT,
    "terminal": 7,
    "seq": 1,
    "prev": bytes(32),
    "boot": 1,
    "uptime_s": 2,
    "utc_s": 3,
    "clock": 3,
    "session": 4,
    "role": 2,
    "person": 5,
    "how": 1,
    "minutes": 6,
    "distance_m": 7,
}


MINUTE: dict[str, Any] = {
    **PLAIN,
    "kind": fields.MINUTE,
    "trainee": 5,
    "instructor": 6,
    "course": 1,
    "minute": 9,
    "odometer_m": 0,
    "wheel_m": 0,
    "rpm_max": 0,
    "ignition_s": 0,
    "counted_s": 0,
    "stops": 0,
}


@settings(max_examples=120)
@given(record_values())
def test_every_value_round_trips(values: dict[str, Any]) -> None:
    data = records.encode(values)
    back = records.decode(data)
    for name, value in values.items():
        if name != "fixes":
            assert back[name] == value
    if "fixes" in values:
        unit = 1 << back["shift"]
        assert len(back["fixes"]) == len(values["fixes"])
        for sent, got in zip(values["fixes"], back["fixes"], strict=True):
            assert sent[0] == got[0] and sent[3:] == got[3:]
            assert 2 * abs(sent[1] - got[1]) <= unit and 2 * abs(sent[2] - got[2]) <= unit


@settings(max_examples=120)
@given(record_values())
def test_what_was_decoded_encodes_to_the_same_fixes(values: dict[str, Any]) -> None:
    once = records.decode(records.encode(values))
    again = records.decode(records.encode(once))
    # A coarser shift than needed may have been used the first time; nothing else may change.
    assert {**again, "shift": 0} == {**once, "shift": 0}


@settings(max_examples=250)
@given(st.binary(max_size=700))
def test_any_bytes_give_a_record_or_a_decode_error(data: bytes) -> None:
    try:
        values = records.decode(data)
    except DecodeError:
        return
    if values["kind"] != fields.MINUTE_THIN:
        assert records.encode(values)[: fields.HEADER_SIZE] == data[: fields.HEADER_SIZE]


@settings(max_examples=120)
@given(record_values(), st.data())
def test_a_damaged_record_gives_a_record_or_a_decode_error(
    values: dict[str, Any], data: st.DataObject
) -> None:
    raw = bytearray(records.encode(values))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)))
    for candidate in (bytes(raw), bytes(raw[:cut])):
        try:
            records.decode(candidate)
        except DecodeError:
            pass


PACKED = ("origin_lat_e7", "origin_lon_e7", "shift", "seconds")
KINDS = sorted(set(fields.BODY) - {fields.MINUTE_THIN})
GIVEN = [(kind, f) for kind in KINDS for f in fields.BODY[kind] if f[0] not in PACKED]


@pytest.mark.parametrize(("kind", "field"), GIVEN, ids=[f"{kind}-{f[0]}" for kind, f in GIVEN])
def test_a_field_out_of_range_is_refused_by_name(kind: int, field: tuple[Any, ...]) -> None:
    values = {
        f[0]: f[2] if f[1][0] != "b" else bytes(fields.SIZES[f[1]]) for f in fields.HEADER + fields.BODY[kind]
    }
    values["kind"] = kind
    values["fixes"] = []
    wrong: list[Any] = [None, "1", True, bytes(3)]
    if field[1][0] != "b":
        wrong += [field[2] - 1, field[3] + 1]
    for value in wrong:
        with pytest.raises(EncodeError, match=field[0]):
            records.encode({**values, field[0]: value})
    del values[field[0]]
    with pytest.raises(EncodeError, match=field[0]):
        records.encode(values)


@pytest.mark.parametrize("kind", [0, fields.MINUTE_THIN, 14, 255, None, "1"])
def test_unknown_kinds_are_refused(kind: Any) -> None:
    with pytest.raises(EncodeError, match="kind"):
        records.encode({**PLAIN, "kind": kind})


def test_a_byte_more_or_less_is_refused() -> None:
    data = records.encode(PLAIN)
    for wrong in (data[:-1], data + b"\0"):
        with pytest.raises(DecodeError):
            records.decode(wrong)


@pytest.mark.parametrize(
    "fixes",
    [
        [(5, 0, 0, 0, 0, 0, 0, 0), (5, 0, 0, 0, 0, 0, 0, 0)],
        [(5, 0, 0, 0, 0, 0, 0, 0), (4, 0, 0, 0, 0, 0, 0, 0)],
        [(60, 0, 0, 0, 0, 0, 0, 0)],
        [(0, 900000001, 0, 0, 0, 0, 0, 0)],
        [(0, 0, 0, 0, 360, 0, 0, 0)],
        [(0, 0, 0, 2048, 0, 0, 0, 0)],
        [(0, 0, 0, 0, 0, 0, 0)],
    ],
)
def test_fixes_out_of_order_or_range_are_refused(fixes: list[Any]) -> None:
    values = {**MINUTE, "fixes": fixes}
    with pytest.raises(EncodeError, match="fix"):
        records.encode(values)


def test_a_minute_holds_its_fixes_to_the_last_digit_within_360_m() -> None:
    fixes = [(s, 457000000 + 500 * s, 1266000000 - 540 * s, 100, 90, 12, 5, 0) for s in range(60)]
    values = {**MINUTE, "fixes": fixes}
    back = records.decode(records.encode(values))
    assert back["shift"] == 0 and back["fixes"] == fixes


def test_a_full_minute_is_at_most_700_bytes_on_the_air() -> None:
    from firmware.wire import envelope, topics

    terminal = fields.NUMBER_MAX
    fixes = [(s, 457000000 + 9000 * s, 1266000000 - 9000 * s, 700, 90, 12, 5, 0) for s in range(60)]
    values = {**MINUTE, "fixes": fixes}
    payload = envelope.seal(terminal, [records.encode({**values, "terminal": terminal})], bytes(32))
    fixed_header, topic_length, packet_id = 3, 2, 2
    assert fixed_header + topic_length + len(topics.up(terminal)) + packet_id + len(payload) == 678


def test_fixes_further_apart_than_a_record_can_say_are_refused() -> None:
    fixes = [(0, 0, -1799999990, 0, 0, 0, 0, 0), (1, 0, 1799999990, 0, 0, 0, 0, 0)]
    values = {**MINUTE, "fixes": fixes}
    with pytest.raises(EncodeError, match="too far"):
        records.encode(values)


@settings(max_examples=120)
@given(fix_lists())
def test_a_thinned_minute_keeps_its_digest_and_its_coarse_fixes(fixes: list[tuple[int, ...]]) -> None:
    try:
        whole = records.encode({**MINUTE, "fixes": fixes})
    except EncodeError:
        return
    thinned = records.thin(whole)
    dropped = [fix for fix in fixes if fix[0] % fields.COARSE_S]
    if len(dropped) * fields.FIX_SIZE <= fields.DIGEST_SIZE:
        assert thinned is None
        return
    assert thinned is not None and len(thinned) < len(whole)
    assert records.thin(thinned) is None
    assert records.digest(thinned) == records.digest(whole)
    before, after = records.decode(whole), records.decode(thinned)
    assert after["fixes"] == [fix for fix in before["fixes"] if fix[0] % fields.COARSE_S == 0]
    assert {**before, "kind": 0, "fixes": 0} == {**{n: after[n] for n in before}, "kind": 0, "fixes": 0}


@given(fix_lists(), st.data())
def test_any_changed_bit_changes_the_digest(fixes: list[tuple[int, ...]], data: st.DataObject) -> None:
    try:
        whole = records.encode({**MINUTE, "fixes": fixes})
    except EncodeError:
        return
    for record in (whole, records.thin(whole) or whole):
        changed = bytearray(record)
        changed[data.draw(st.integers(1, len(record) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        assert records.digest(bytes(changed)) != records.digest(record)


@given(st.integers(1, fields.NUMBER_MAX), st.integers(1, fields.U32), st.binary(min_size=32, max_size=32))
def test_the_signed_message_names_terminal_record_and_digest(
    terminal: int, through: int, head: bytes
) -> None:
    message = records.head_message(terminal, through, head)
    assert message == b"hourfence head\x01" + terminal.to_bytes(8, "big") + through.to_bytes(4, "big") + head
    with pytest.raises(EncodeError):
        records.head_message(terminal, through, head[1:])
