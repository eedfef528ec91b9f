"""The registry at each minute: periods, states, permitted hours; against a slow reading of the same facts."""

from dataclasses import fields, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ingest.judge.columns import Ints
from ingest.judge.evidence import MinuteMeasures
from ingest.judge.register.days import permitted
from ingest.judge.register.fact_index import EVER_S, NOT_CHECKED, FactIndex
from ingest.judge.register.facts import (
    APPROVED,
    CLASS_CODES,
    IN_FORCE,
    LOCKED,
    REVOKED,
    STATE_NAMES,
    SUSPENDED,
    UNKNOWN,
    CarFact,
    DaysFact,
    Facts,
    InstructorFact,
    OperatorFact,
    SchoolFact,
    TerminalFact,
    TraineeFact,
    class_bits,
)
from ingest.judge.register.periods import NONE_COVERS, NUMBER_UNKNOWN, Periods
from ingest.judge.register.registry import Registered, at_each_minute, registered, school_of

CAR, SCHOOL, INSTRUCTOR, TRAINEE, OPERATOR = 70, 5, 30, 40, 9
HOUR_S = 3600


def minutes(*at: int, terminal: int = 7) -> MinuteMeasures:
    """Minutes of one terminal, of the trainee and the instructor above."""
    blank = MinuteMeasures.of_rows([[0] * len(fields(MinuteMeasures)) for _ in at])
    return replace(
        blank,
        terminal=np.full(len(at), terminal),
        trainee=np.full(len(at), TRAINEE),
        instructor=np.full(len(at), INSTRUCTOR),
        minute=np.array(at, dtype=np.int64),
    )


def looked_up(facts: Facts, *at: int) -> Registered:
    rows = minutes(*at)
    return registered(rows, at_each_minute(rows, facts)[0], facts)


TERMINAL = TerminalFact(7, CAR, 0, school=SCHOOL, operator=OPERATOR)


def test_a_kind_without_entries_is_not_checked() -> None:
    row = looked_up(Facts((TerminalFact(7, CAR, 0),)), 5)
    states = (row.school_state, row.operator_state, row.instructor_state, row.trainee_state, row.car_state)
    assert [state.tolist() for state in states] == [[NOT_CHECKED]] * 5
    assert row.approval.tolist() == [APPROVED] and row.in_hours.all() and row.not_banned.all()
    assert row.instructor_to_s.tolist() == row.inspected_to_s.tolist() == [EVER_S]


def test_what_the_registry_says_stands_in_the_columns() -> None:
    facts = Facts(
        (TERMINAL,),
        (SchoolFact(SCHOOL, 0, None, SUSPENDED, 310000, 310100),),
        (InstructorFact(INSTRUCTOR, 6, 0, None, APPROVED, 900, 600, class_bits(21, 22)),),
        (TraineeFact(TRAINEE, SCHOOL, 0, None, LOCKED, 22, 120, class_bits(2)),),
        (CarFact(CAR, 4, 0, None, APPROVED, 21, 300),),
        (OperatorFact(OPERATOR, 0),),
    )
    row = looked_up(facts, 5)
    found = {name: column.tolist()[0] for name, column in vars(row).items()}
    assert found == {
        "school": SCHOOL,
        "province": 310000,
        "city": 310100,
        "school_state": SUSPENDED,
        "approval": APPROVED,
        "bound_twice": False,
        "operator_state": APPROVED,
        "instructor_state": APPROVED,
        "instructor_school": 6,
        "instructor_classes": 1 << 21 | 1 << 22,
        "instructor_to_s": 600,
        "trainee_state": LOCKED,
        "trainee_school": SCHOOL,
        "trainee_class": 22,
        "enrolled_s": 120,
        "passed": 4,
        "car_state": APPROVED,
        "car_school": 4,
        "car_class": 21,
        "inspected_to_s": 300,
        "in_hours": True,
        "not_banned": True,
    }


def test_numbers_without_an_entry_and_times_without_one_differ() -> None:
    facts = Facts(
        (TERMINAL,), instructors=(InstructorFact(INSTRUCTOR, 5, 600, 1200),), trainees=(TraineeFact(1, 5, 0),)
    )
    row = looked_up(facts, 9, 10, 19, 20)
    assert row.instructor_state.tolist() == [NONE_COVERS, APPROVED, APPROVED, NONE_COVERS]
    assert row.trainee_state.tolist() == [NUMBER_UNKNOWN] * 4


def test_a_change_of_state_holds_from_its_minute_on() -> None:
    entries = (SchoolFact(SCHOOL, 0), SchoolFact(SCHOOL, 600, 1200, SUSPENDED))
    row = looked_up(Facts((TERMINAL,), entries), 9, 10, 19, 20)
    assert row.school_state.tolist() == [APPROVED, SUSPENDED, SUSPENDED, APPROVED]


def test_a_terminal_bound_to_two_cars_at_once() -> None:
    facts = Facts(
        (TerminalFact(7, 1, 0, 600), TerminalFact(7, 2, 600), TerminalFact(7, 3, 900, None, 1200)),
    )
    rows = minutes(9, 10, 15, 19, 20)
    assert registered(rows, rows.minute, facts).bound_twice.tolist() == [False, False, True, True, False]
    same_car = Facts((TerminalFact(7, 1, 0), TerminalFact(7, 1, 300)))
    assert not looked_up(same_car, 9).bound_twice.any()


def test_a_terminal_before_its_entry_after_it_revoked_and_unknown() -> None:
    facts = Facts((TerminalFact(7, CAR, 600, 1800, 1200),))
    car, state, _ = at_each_minute(minutes(9, 10, 19, 20, 30), facts)
    assert state.tolist() == [REVOKED, IN_FORCE, IN_FORCE, REVOKED, REVOKED]
    assert car.tolist() == [0, CAR, CAR, CAR, 0]
    assert at_each_minute(minutes(9, terminal=8), facts)[1].tolist() == [UNKNOWN]
    never = Facts((TerminalFact(7, CAR, -10, -5),))
    assert at_each_minute(minutes(9), never)[1].tolist() == [REVOKED]


def test_the_school_of_a_terminal_changes_with_it() -> None:
    facts = Facts((TerminalFact(7, 1, 0, 600, school=5), TerminalFact(7, 1, 600, school=6)))
    terminal: Ints = np.array([7, 7, 8], dtype=np.int64)
    assert school_of(FactIndex(facts), terminal, np.array([9, 10, 10])).tolist() == [5, 6, 0]


def test_hours_of_the_school_win_over_those_of_the_city() -> None:
    days = (
        DaysFact(0, windows=((0, 60),), utc_offset_min=0),
        DaysFact(0, city=310100, windows=((360, 1320),), banned=(1,), utc_offset_min=0),
        DaysFact(0, school=5, windows=((300, 360), (400, 500)), utc_offset_min=0),
    )
    at: Ints = np.array([30, 330, 370, 450, 1440 + 450], dtype=np.int64)
    city = np.full(5, 310100)
    hours, not_banned = permitted(days, city, city, np.array([5, 5, 5, 5, 5]), at)
    assert hours.tolist() == [False, True, False, True, True]
    assert not_banned.tolist() == [True, True, True, True, False]
    assert permitted(days, city, city, np.full(5, 6), at)[0].tolist() == [False, False, True, True, True]
    assert permitted(days, city, city * 0, np.full(5, 6), at)[0].tolist() == [True] + [False] * 4


def test_hours_are_those_of_the_local_day() -> None:
    days = (DaysFact(0, 1440 * 60, windows=((0, 60),), banned=(1,)),)
    at: Ints = np.array([16 * 60 - 1, 16 * 60, 16 * 60 + 60, 1440], dtype=np.int64)
    none = np.zeros(4, dtype=np.int64)
    hours, not_banned = permitted(days, none, none, none, at)
    assert hours.tolist() == [False, True, False, True]
    assert not_banned.tolist() == [True, False, False, True]


SPANS = st.tuples(st.integers(0, 3), st.integers(0, 20), st.none() | st.integers(0, 20))


@given(st.lists(SPANS, max_size=8), st.lists(st.tuples(st.integers(-1, 4), st.integers(0, 22)), max_size=20))
def test_the_entry_that_starts_later_holds(
    spans: list[tuple[int, int, int | None]], asked: list[tuple[int, int]]
) -> None:
    entries = [SchoolFact(number, begin, end) for number, begin, end in spans]
    periods = Periods(entries, lambda entry: entry.school)
    number, time_s = (np.array([one[at] for one in asked], dtype=np.int64) for at in (0, 1))
    for (wanted, at_s), found in zip(asked, periods.at(number, time_s).tolist(), strict=True):
        mine = [entry for entry in entries if entry.school == wanted]
        holding = [
            e for e in mine if e.valid_from_s <= at_s and (e.valid_to_s is None or at_s < e.valid_to_s)
        ]
        if holding:
            latest = max(holding, key=lambda entry: (entry.valid_from_s, repr(entry)))
            assert entries[found] == latest
        else:
            assert found == (NONE_COVERS if mine else NUMBER_UNKNOWN)


@given(st.permutations([TERMINAL, replace(TERMINAL, car=71), replace(TERMINAL, car=72, valid_from_s=300)]))
def test_the_order_of_entries_changes_nothing(terminals: list[TerminalFact]) -> None:
    car, _, _ = at_each_minute(minutes(4, 5), Facts(tuple(terminals)))
    assert car.tolist() == [71, 72]


def test_codes_fit_the_bits_of_a_column() -> None:
    assert max(CLASS_CODES.values()) < 63 and len(set(CLASS_CODES.values())) == len(CLASS_CODES) == 16
    assert STATE_NAMES.index("locked") == LOCKED and len(STATE_NAMES) == 6
