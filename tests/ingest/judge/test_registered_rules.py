"""Rules 60 to 69: what the registry says of people, car, school and terminal."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge.register.facts import (
    APPROVED,
    CANCELLED,
    DECLINED,
    LOCKED,
    PENDING,
    SUSPENDED,
    CarFact,
    Facts,
    InstructorFact,
    OperatorFact,
    SchoolFact,
    TerminalFact,
    TraineeFact,
    class_bits,
)
from ingest.judge.rulebook.rule import MINUTE
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rules import registered
from ingest.judge.rules.table import BY_NAME
from tests.ingest.judge.make import CAR, INSTRUCTOR, START, TERMINAL, TRAINEE, Day, judged, minutes_with

SCHOOL, OTHER, OPERATOR = 5, 6, 9
START_S = START * 60
FOREVER = class_bits(21, 22)
MINUTES = list(range(10))
NAMES = {number: row.name for row in BY_NAME.values() if 60 <= (number := row.number) <= 69}

KNOWN = Facts(
    (TerminalFact(TERMINAL, CAR, 0, school=SCHOOL, operator=OPERATOR),),
    (SchoolFact(SCHOOL, 0), SchoolFact(OTHER, 0)),
    (InstructorFact(INSTRUCTOR, SCHOOL, 0, None, APPROVED, START_S + 86400, None, FOREVER),),
    (TraineeFact(TRAINEE, SCHOOL, 0, None, APPROVED, 21, START_S - 86400, class_bits(1)),),
    (CarFact(CAR, SCHOOL, 0, None, APPROVED, 21, START_S + 86400),),
    (OperatorFact(OPERATOR, 0),),
)


def day(**who: Any) -> Day:
    made = Day()
    made.session(10, **who)
    return made


def told(known: Facts, made: Day | None = None) -> dict[str, list[int]]:
    """NAME -> minutes with something to say, of the rules here."""
    judgement = judged(made or day(), known)
    found = {name: minutes_with(judgement, number) for number, name in NAMES.items()}
    return {name: minutes for name, minutes in found.items() if minutes}


def with_first(kind: str, **changes: Any) -> Facts:
    first, *rest = getattr(KNOWN, kind)
    return replace(KNOWN, **{kind: (replace(first, **changes), *rest)})


def test_an_honest_session_of_registered_people_is_told_nothing() -> None:
    judgement = judged(day(), KNOWN)
    assert told(KNOWN) == {}
    assert judgement.sessions[0].minutes_accepted == 10


def test_nothing_is_checked_of_kinds_without_an_entry() -> None:
    assert told(Facts((TerminalFact(TERMINAL, CAR, 0, school=SCHOOL, operator=OPERATOR),))) == {}


CASES: list[tuple[str, str, dict[str, Any]]] = [
    ("INSTRUCTOR_UNKNOWN", "instructors", {"instructor": 99}),
    *(("INSTRUCTOR_STATE", "instructors", {"state": s}) for s in (PENDING, DECLINED, SUSPENDED, CANCELLED)),
    ("INSTRUCTOR_STATE", "instructors", {"licence_to_s": START_S}),
    ("INSTRUCTOR_STATE", "instructors", {"permit_to_s": START_S + 540}),
    ("INSTRUCTOR_STATE", "instructors", {"valid_from_s": START_S + 540}),
    ("INSTRUCTOR_CLASS", "instructors", {"vehicle_classes": class_bits(22, 1)}),
    ("INSTRUCTOR_OTHER_SCHOOL", "instructors", {"school": OTHER}),
    ("CAR_STATE", "cars", {"car": 99}),
    ("CAR_STATE", "cars", {"state": LOCKED}),
    ("CAR_STATE", "cars", {"vehicle_class": 22}),
    ("CAR_STATE", "cars", {"school": OTHER}),
    ("CAR_STATE", "cars", {"inspected_to_s": START_S + 540}),
    ("CAR_STATE", "cars", {"valid_to_s": START_S + 540}),
    ("TRAINEE_UNKNOWN", "trainees", {"trainee": 99}),
    ("TRAINEE_STATE", "trainees", {"state": SUSPENDED}),
    ("TRAINEE_STATE", "trainees", {"vehicle_class": 22}),
    ("TRAINEE_STATE", "trainees", {"enrolled_s": START_S + 1}),
    ("TRAINEE_STATE", "trainees", {"valid_from_s": START_S + 60}),
    ("PART_PASSED", "trainees", {"parts_passed": class_bits(1, 2)}),
    ("SCHOOL_STATE", "schools", {"state": SUSPENDED}),
    ("SCHOOL_STATE", "schools", {"school": 99}),
    ("TERMINAL_STATE", "terminals", {"state": LOCKED}),
    ("TERMINAL_STATE", "operators", {"state": CANCELLED}),
    ("TERMINAL_STATE", "terminals", {"operator": 8}),
]


@pytest.mark.parametrize(("name", "kind", "changes"), CASES)
def test_what_is_wrong_refuses_the_session(name: str, kind: str, changes: dict[str, Any]) -> None:
    known = with_first(kind, **changes)
    assert told(known) == {name: MINUTES}
    assert judged(day(), known).sessions[0].minutes_refused == 10


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("instructors", {"licence_to_s": START_S + 541, "permit_to_s": START_S + 600}),
        ("instructors", {"vehicle_classes": 0}),
        ("instructors", {"school": 0}),
        ("instructors", {"valid_from_s": START_S, "valid_to_s": START_S + 600}),
        ("cars", {"vehicle_class": 0}),
        ("cars", {"inspected_to_s": None}),
        ("cars", {"school": 0}),
        ("trainees", {"enrolled_s": START_S}),
        ("trainees", {"vehicle_class": 0}),
        ("trainees", {"parts_passed": class_bits(1, 3, 4)}),
        ("terminals", {"operator": 0}),
        ("terminals", {"school": 0}),
    ],
)
def test_what_is_not_known_or_still_holds_is_no_fault(kind: str, changes: dict[str, Any]) -> None:
    assert told(with_first(kind, **changes)) == {}


def test_a_class_that_has_no_code_is_not_taught_by_anyone() -> None:
    made = day(course=1902360000)
    assert set(told(KNOWN, made)) == {"INSTRUCTOR_CLASS", "CAR_STATE", "TRAINEE_STATE"}


def test_an_enrolment_within_the_first_minute_makes_it_late() -> None:
    judgement = judged(day(), with_first("trainees", enrolled_s=START_S + 1))
    ruling = dict(judgement.findings)[registered.trainee_state.number]
    assert ruling.numbers["enrolled_s"].tolist() == [START_S + 1] * 10


def test_two_cars_at_once_leave_the_session_to_a_human() -> None:
    second = replace(KNOWN.terminals[0], car=CAR + 1, valid_from_s=1)
    known = replace(KNOWN, terminals=(*KNOWN.terminals, second), cars=())
    judgement = judged(day(), known)
    assert told(known) == {"TERMINAL_STATE": MINUTES}
    assert judgement.sessions[0].minutes_unsure == 10 and judgement.sessions[0].minutes_refused == 0


def test_a_rule_set_may_keep_what_went_before_a_change() -> None:
    """A car locked from the fifth minute on: by default all is refused, by the minute only what follows."""
    locked = CarFact(CAR, SCHOOL, START_S + 300, None, LOCKED, 21)
    known = replace(KNOWN, cars=(*KNOWN.cars, locked))
    assert told(known) == {"CAR_STATE": MINUTES}
    by_minute = judged(day(), known, RuleSet(effects={"CAR_STATE": MINUTE}))
    assert minutes_with(by_minute, registered.car_state.number) == [5, 6, 7, 8, 9]
    assert by_minute.sessions[0].minutes_accepted == 5


STATE = st.integers(APPROVED, LOCKED)
FACTS = st.builds(
    lambda instructor, trainee, car, school, passed: replace(
        KNOWN,
        schools=(SchoolFact(SCHOOL, 0, None, school),),
        instructors=(replace(KNOWN.instructors[0], state=instructor),),
        trainees=(replace(KNOWN.trainees[0], state=trainee, parts_passed=passed),),
        cars=(replace(KNOWN.cars[0], state=car),),
    ),
    STATE,
    STATE,
    STATE,
    STATE,
    st.integers(0, 31),
)
EVIDENCE = day()


@settings(max_examples=25, deadline=None)
@given(FACTS)
def test_each_rule_speaks_of_its_own_kind_alone(known: Facts) -> None:
    expected = {
        "INSTRUCTOR_STATE": known.instructors[0].state != APPROVED,
        "TRAINEE_STATE": known.trainees[0].state != APPROVED,
        "CAR_STATE": known.cars[0].state != APPROVED,
        "SCHOOL_STATE": known.schools[0].state != APPROVED,
        "PART_PASSED": bool(known.trainees[0].parts_passed & 4),
    }
    assert set(told(known, EVIDENCE)) == {name for name, wrong in expected.items() if wrong}


def test_the_rows_of_these_rules() -> None:
    assert sorted(NAMES) == list(range(60, 70))
    for number, name in NAMES.items():
        row = BY_NAME[name]
        assert row.number == number and row.effect == "session" and row.english and row.chinese
