"""From the registry's entries to the judge's facts: days to seconds, names to codes."""

from datetime import UTC, date, datetime

from ingest.judge.register import facts
from ingest.registry.facts import facts_of, operator_number
from ingest.store.registry import (
    ALWAYS,
    CarEntry,
    DaysEntry,
    InstructorEntry,
    OperatorEntry,
    SchoolEntry,
    Snapshot,
    TerminalEntry,
    TraineeEntry,
)

FROM = datetime(2026, 3, 1, tzinfo=UTC)
TO = datetime(2026, 4, 1, tzinfo=UTC)
FROM_S, TO_S = int(FROM.timestamp()), int(TO.timestamp())
# Midnight of 2026-03-02 in Shanghai.
SECOND_S = int(datetime(2026, 3, 1, 16, tzinfo=UTC).timestamp())
GROUNDS = {"type": "FeatureCollection", "features": []}

KNOWN = Snapshot(
    [SchoolEntry(1, FROM, TO, "南山", "suspended", None, 310100), SchoolEntry(2, ALWAYS, None, "北山")],
    [CarEntry(3, ALWAYS, None, "沪A0001学", 1, "locked", "C2", date(2026, 3, 1))],
    [
        InstructorEntry(
            4, ALWAYS, None, "王", 1, "pending", date(2026, 3, 1), date(2026, 3, 2), ["C1", "C2"]
        ),
        InstructorEntry(5, ALWAYS, None, "李", 1),
    ],
    [TraineeEntry(6, ALWAYS, None, "张", 1, "C1", "cancelled", date(2026, 3, 2), [1, 2])],
    [TerminalEntry(7, FROM, None, b"k" * 32, 3, 1, TO, b"p" * 32, "refused", "A0107")],
    GROUNDS,
    [OperatorEntry("A0107", ALWAYS, None, "平台", "approved")],
    [DaysEntry("h", ALWAYS, None, 310000, None, 1, ["06:00-22:30"], [date(1970, 1, 2)], 480)],
)


def test_every_kind_becomes_facts() -> None:
    made = facts_of(KNOWN)
    assert made.schools == (
        facts.SchoolFact(1, FROM_S, TO_S, facts.SUSPENDED, 310000, 310100),
        facts.SchoolFact(2, 0),
    )
    assert made.cars == (facts.CarFact(3, 1, 0, None, facts.LOCKED, 22, SECOND_S),)
    assert made.instructors == (
        facts.InstructorFact(
            4, 1, 0, None, facts.PENDING, SECOND_S, SECOND_S + 86400, facts.class_bits(21, 22)
        ),
        facts.InstructorFact(5, 1, 0),
    )
    assert made.trainees == (facts.TraineeFact(6, 1, 0, None, facts.CANCELLED, 21, SECOND_S, 6),)
    assert made.terminals == (
        facts.TerminalFact(
            7, 3, FROM_S, None, TO_S, (b"p" * 32).hex(), 1, facts.DECLINED, operator_number("A0107")
        ),
    )
    assert made.operators == (facts.OperatorFact(operator_number("A0107"), 0),)
    assert made.days == (facts.DaysFact(0, None, 310000, 0, 1, ((360, 1350),), (1,), 480),)


def test_a_class_that_has_no_code_is_not_known() -> None:
    odd = KNOWN._replace(trainees=[KNOWN.trainees[0]._replace(vehicle_class="摩托")])
    assert facts_of(odd).trainees[0].vehicle_class == 0


def test_a_day_begins_where_its_local_time_says() -> None:
    assert facts_of(KNOWN, utc_offset_min=0).trainees[0].enrolled_s == SECOND_S + 8 * 3600


def test_platforms_keep_apart() -> None:
    assert operator_number(None) == 0
    assert len({operator_number(name) for name in ("A0107", "A0002", "B0107", "A010Z")}) == 4
