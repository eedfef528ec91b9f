"""Made days through all detectors: the frauds are held, their honest twins not even shown."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from firmware.wire.fields import BOOT
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rules import suspected
from ingest.judge.rules.table import RULES
from ingest.judge.suspicions import KINDS
from ingest.measure.decode import decode_minutes
from ingest.measure.sort import MINUTES, Sorter
from ingest.screening.inserted import RecordHeads
from ingest.screening.sessions import Scored
from ingest.screening.whole import Records, screened
from simulators.scenarios.library import families
from simulators.worlds.world import Day, World

SEED = 5
HELD = {
    "replay_exact": suspected.trace_replayed,
    "replay_shifted_in_time": suspected.trace_replayed,
    "replay_on_another_ground": suspected.trace_replayed,
    "replay_scaled": suspected.trace_replayed,
    "replay_turned": suspected.trace_replayed,
    "replay_with_noise": suspected.trace_replayed,
    "replay_spliced": suspected.trace_replayed,
    "replay_in_a_loop": suspected.trace_replayed,
    "clone_terminals": suspected.trace_shared,
    "pulses_on_a_parked_car": suspected.wheel_without_trace,
    "sky_without_wheel": suspected.trace_without_wheel,
    "emulated_too_clean": suspected.signal_too_clean,
    "parked_with_nudges": suspected.nudged,
    "photo_reused": suspected.photo_reused,
    "impossible_hand_over": suspected.handover_impossible,
}
FAMILIES = {family.name: family for family in families()}
LOOKS = {one.number: one.thresholds[1].default for one in RULES if one.number in KINDS}


def day_of(name: str, which: int) -> Day:
    label, build = FAMILIES[name].days[which]
    world = World(SEED, label)
    build(world)
    return world.day()


def screened_day(day: Day, order: Any = None) -> Scored:
    rows = sorted(day.rows, key=lambda row: (row.terminal, row.seq))
    minutes = decode_minutes([row.record for row in rows if row.kind in MINUTES])
    sorter = Sorter({})
    list(sorter.minute_blocks([rows]))
    evidence = sorter.evidence([])
    heads = RecordHeads.of_rows(
        [(row.terminal, row.seq, row.kind, int.from_bytes(row.record[45:49], "big")) for row in rows]
    )
    if order is not None:
        at = order.permutation(len(minutes))
        columns = {name: column[at] for name, column in minutes.columns.items()}
        fixes = {name: column[at] for name, column in minutes.fixes.items()}
        shuffled: Any = SimpleNamespace(columns=columns, present=minutes.present[at], fixes=fixes)
        heads = heads.take(order.permutation(len(heads)))
        return screened(shuffled, Records(evidence.checks, evidence.signatures, heads, {}, BOOT))
    return screened(minutes, Records(evidence.checks, evidence.signatures, heads, {}, BOOT))


@pytest.mark.parametrize("name", HELD)
def test_a_fraud_is_held_and_its_honest_twin_not_shown(name: str) -> None:
    rule, rules = HELD[name], RuleSet()
    found = screened_day(day_of(name, 0)).suspicions
    assert found.score[found.kind == rule.number].max(initial=0) >= rules.thresholds[rule.thresholds[0].name]
    twin = screened_day(day_of(name, -1)).suspicions
    shown = [(kind, score) for kind, score in zip(twin.kind.tolist(), twin.score.tolist(), strict=True)]
    assert all(score < LOOKS[kind] for kind, score in shown), shown


@pytest.mark.parametrize("name", ["replay_exact", "photo_reused", "parked_with_nudges"])
def test_the_order_of_the_records_changes_nothing(name: str) -> None:
    day = day_of(name, 0)
    plain, mixed = screened_day(day), screened_day(day, np.random.default_rng(3))
    assert plain.numbers == mixed.numbers and len(plain.numbers)
    for column, values in vars(plain.suspicions).items():
        assert values.tolist() == getattr(mixed.suspicions, column).tolist()


def test_nothing_is_suspected_of_nothing() -> None:
    assert screened_day(Day([], [], {}, {}, 480)).numbers == ()
