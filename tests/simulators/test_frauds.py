"""Forged payloads are what they claim to be, and the registry knows only the right keys."""

import json
from pathlib import Path

import pytest

from firmware.wire import envelope, fields, records
from geofence.ground import read_fences
from simulators import frauds
from simulators.day_model import DayPlan
from simulators.registry import registry_of, write_registry

TERMINAL, KEY, OTHER = 2301500000000004, b"k" * 32, b"x" * 32


@pytest.fixture
def payload() -> bytes:
    chain, prev = [], records.ZERO_DIGEST
    for seq in (1, 2, 3):
        values = {
            "kind": fields.DIAGNOSTIC,
            "terminal": TERMINAL,
            "seq": seq,
            "prev": prev,
            "boot": 1,
            "uptime_s": seq,
            "utc_s": 1789430400 + seq,
            "clock": 3,
            "code": 3,
            "state": 1,
            "value": seq,
        }
        chain.append(records.encode(values))
        prev = records.digest(chain[-1])
    return bytes(envelope.seal(TERMINAL, chain, KEY))


def chained(payload: bytes) -> bool:
    _, found, _ = envelope.parse(payload)
    values = [records.decode(record) for record in found]
    return all(
        b["prev"] == records.digest(a) and b["seq"] == v["seq"] + 1
        for a, v, b in zip(found, values, values[1:], strict=False)
    )


def test_the_captured_payload_itself_is_good(payload: bytes) -> None:
    assert envelope.verify(payload, KEY) and chained(payload)
    assert frauds.replayed(payload) == payload


def test_what_a_forger_without_the_key_can_do_breaks_the_seal(payload: bytes) -> None:
    assert all(
        not envelope.verify(frauds.bit_flipped(payload, bit), KEY) for bit in range(0, 8 * len(payload), 37)
    )
    assert not envelope.verify(frauds.cut_short(payload, 80), KEY)
    resealed = frauds.resealed(payload, OTHER)
    assert not envelope.verify(resealed, KEY) and envelope.verify(resealed, OTHER)
    renumbered = frauds.renumbered(payload, TERMINAL + 1)
    assert envelope.parse(renumbered)[0] == TERMINAL + 1 and not envelope.verify(renumbered, KEY)


def test_what_a_thief_of_the_key_can_do_breaks_the_chain_or_forks(payload: bytes) -> None:
    for forged in (frauds.without_record(payload, 1, KEY), frauds.swapped(payload, KEY)):
        assert envelope.verify(forged, KEY) and not chained(forged)
    forked = frauds.forked(payload, KEY, lambda values: values.update(value=99))
    assert envelope.verify(forked, KEY) and chained(forked)
    assert envelope.parse(forked)[1][0] != envelope.parse(payload)[1][0]


def test_the_registry_knows_everybody_and_no_wrong_key(plan: DayPlan, tmp_path: Path) -> None:
    write_registry(plan, tmp_path / "registry.json")
    found = json.loads((tmp_path / "registry.json").read_text(encoding="utf-8"))
    assert found == registry_of(plan)
    assert {len(found[name]) for name in ("cars", "terminals", "instructors")} == {12}
    assert all(
        len(entry["number"]) == 16
        for name in ("schools", "cars", "trainees", "terminals")
        for entry in found[name]
    )
    keys = {int(entry["number"]): entry["key_hex"] for entry in found["terminals"]}
    assert len(set(keys.values())) == 12
    wrong = [t.number for t in plan.terminals if t.own_key.hex() != keys[t.number]]
    assert wrong == [2301500000000012]


def test_the_demo_ground_is_one_that_geofence_takes(plan: DayPlan) -> None:
    fences = read_fences(plan.scenario.ground, "demo ground")
    assert sorted(fence.kind for fence in fences) == ["field", "road"]
    assert all(fence.in_force(part, plan.begin_s) for fence in fences for part in fence.parts)
