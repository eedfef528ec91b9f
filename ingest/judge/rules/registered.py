"""What the registry says of people, car, school and terminal at this minute (domain: checked at sign-in and
again at ingest; refused sign-ins of the 2013 protocol). A kind without any entry is not checked."""

import numpy as np

from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import part_of
from ingest.judge.register.fact_index import NOT_CHECKED
from ingest.judge.register.facts import APPROVED, class_of
from ingest.judge.register.periods import NUMBER_UNKNOWN
from ingest.judge.rulebook.rule import SESSION, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import AUDIT_ENGINE, PROTOCOL_2013, RULES_2022, SUPERVISION_NOTICE


@rule(
    60,
    "INSTRUCTOR_UNKNOWN",
    SESSION,
    "The instructor is not in the register.",
    "教练员未在登记库中备案。",
    AUDIT_ENGINE,
    numbers={"instructor": "number"},
)
def instructor_unknown(case: Case, rules: RuleSet) -> Finding:
    """The registry has instructors, but no entry for this one."""
    return hits(_unknown(case.registered.instructor_state), instructor=case.minutes.instructor)


@rule(
    61,
    "INSTRUCTOR_STATE",
    SESSION,
    "The instructor was not approved at this time, or the licence or permit had expired.",
    "此时教练员未获准执教，或其驾驶证、教练资格已过期。",
    AUDIT_ENGINE,
    numbers={"instructor_state": "state", "instructor_to_s": "s"},
)
def instructor_state(case: Case, rules: RuleSet) -> Finding:
    """The instructor's entry is not approved, none covers the minute, or licence or permit ended before."""
    of = case.registered
    expired = case.minutes.minute * 60 >= of.instructor_to_s
    not_allowed = _not_approved(of.instructor_state) | expired
    return hits(not_allowed, instructor_state=of.instructor_state, instructor_to_s=of.instructor_to_s)


@rule(
    62,
    "INSTRUCTOR_CLASS",
    SESSION,
    "The instructor may not teach this vehicle class.",
    "教练员的准教车型不包括本次培训车型。",
    AUDIT_ENGINE,
    numbers={"course_class": "code", "instructor_classes": "bits"},
)
def instructor_class(case: Case, rules: RuleSet) -> Finding:
    """The classes that the instructor may teach are known, and the course's is not among them."""
    may, wanted = case.registered.instructor_classes, class_of(case.minutes.course)
    # A code that no bit stands for is not among them either.
    among = (may >> np.minimum(wanted, 62) & 1 == 1) & (wanted < 62)
    return hits((may != 0) & ~among, course_class=wanted, instructor_classes=may)


@rule(
    63,
    "INSTRUCTOR_OTHER_SCHOOL",
    SESSION,
    "The instructor belongs to another school than the car's terminal.",
    "教练员与车载计时终端不属于同一驾校。",
    RULES_2022,
    numbers={"instructor_school": "number", "school": "number"},
    flagged=True,
)
def instructor_other_school(case: Case, rules: RuleSet) -> Finding:
    """The schools of instructor and terminal are known and differ."""
    of = case.registered
    return hits(
        _differ(of.instructor_school, of.school), instructor_school=of.instructor_school, school=of.school
    )


@rule(
    64,
    "CAR_STATE",
    SESSION,
    "The car was not approved or inspected at this time, or is of another class or school.",
    "此时教练车未备案、未年检，或车型、所属驾校不符。",
    AUDIT_ENGINE,
    numbers={
        "car": "number",
        "car_state": "state",
        "inspected_to_s": "s",
        "car_class": "code",
        "course_class": "code",
        "car_school": "number",
        "school": "number",
    },
)
def car_state(case: Case, rules: RuleSet) -> Finding:
    """The car is unknown or not approved, its inspection ended, or its class is not the course's, or its
    school not the terminal's."""
    of, wanted = case.registered, class_of(case.minutes.course)
    wrong = _unknown(of.car_state) | _not_approved(of.car_state)
    wrong |= case.minutes.minute * 60 >= of.inspected_to_s
    wrong |= _differ(of.car_class, wanted) | _differ(of.car_school, of.school)
    return hits(
        wrong,
        car=case.car,
        car_state=of.car_state,
        inspected_to_s=of.inspected_to_s,
        car_class=of.car_class,
        course_class=wanted,
        car_school=of.car_school,
        school=of.school,
    )


@rule(
    65,
    "TRAINEE_UNKNOWN",
    SESSION,
    "The trainee is not in the register.",
    "学员未在登记库中备案。",
    PROTOCOL_2013,
    numbers={"trainee": "number"},
)
def trainee_unknown(case: Case, rules: RuleSet) -> Finding:
    """The registry has trainees, but no entry for this one."""
    return hits(_unknown(case.registered.trainee_state), trainee=case.minutes.trainee)


@rule(
    66,
    "TRAINEE_STATE",
    SESSION,
    "The trainee was not enrolled for this vehicle class at this time.",
    "此时学员未报名该车型，或学籍状态异常。",
    PROTOCOL_2013,
    numbers={"trainee_state": "state", "enrolled_s": "s", "trainee_class": "code", "course_class": "code"},
)
def trainee_state(case: Case, rules: RuleSet) -> Finding:
    """The trainee's entry is not approved, none covers the minute, it lies before the enrolment, or the
    course is of another class."""
    of, wanted = case.registered, class_of(case.minutes.course)
    wrong = _not_approved(of.trainee_state) | (case.minutes.minute * 60 < of.enrolled_s)
    wrong |= _differ(of.trainee_class, wanted)
    return hits(
        wrong,
        trainee_state=of.trainee_state,
        enrolled_s=of.enrolled_s,
        trainee_class=of.trainee_class,
        course_class=wanted,
    )


@rule(
    67,
    "PART_PASSED",
    SESSION,
    "The trainee has already passed the exam of this part.",
    "学员已通过该部分考试。",
    PROTOCOL_2013,
    numbers={"part": "1..4", "parts_passed": "bits"},
)
def part_passed(case: Case, rules: RuleSet) -> Finding:
    """The exam of the course's part was passed before this minute."""
    part, passed = part_of(case.minutes.course), case.registered.passed
    return hits(passed >> part & 1 == 1, part=part, parts_passed=passed)


@rule(
    68,
    "SCHOOL_STATE",
    SESSION,
    "The school was not approved at this time.",
    "此时驾校未获批准培训。",
    SUPERVISION_NOTICE,
    numbers={"school": "number", "school_state": "state"},
)
def school_state(case: Case, rules: RuleSet) -> Finding:
    """The school that the terminal belongs to is unknown or not approved."""
    of = case.registered
    wrong = _unknown(of.school_state) | _not_approved(of.school_state)
    return hits(wrong, school=of.school, school_state=of.school_state)


@rule(
    69,
    "TERMINAL_STATE",
    SESSION,
    "The terminal or its operator was not approved at this time, or it is bound to two cars.",
    "此时计时终端或其运营商未备案，或终端同时绑定两辆车。",
    SUPERVISION_NOTICE,
    numbers={"terminal_state": "state", "operator_state": "state", "bound_twice": "0 or 1"},
    flagged=True,
)
def terminal_state(case: Case, rules: RuleSet) -> Finding:
    """The entry of the terminal, or of its operator, is not approved. Two cars at once leave it unsure: the
    register contradicts itself, and nobody else is to blame for that."""
    of = case.registered
    # Without an entry in force the terminal is TERM_UNKNOWN or TERM_REVOKED already.
    wrong = of.approval > APPROVED
    wrong |= _unknown(of.operator_state) | _not_approved(of.operator_state)
    numbers = {
        "terminal_state": of.approval,
        "operator_state": of.operator_state,
        "bound_twice": of.bound_twice.astype(np.int64),
    }
    return Finding(wrong, of.bound_twice & ~wrong, numbers)


def _unknown(state: Ints) -> Bools:
    unknown: Bools = state == NUMBER_UNKNOWN
    return unknown


def _not_approved(state: Ints) -> Bools:
    """Known to the registry, and not approved at this minute."""
    other: Bools = (state != APPROVED) & (state != NOT_CHECKED) & (state != NUMBER_UNKNOWN)
    return other


def _differ(one: Ints, other: Ints) -> Bools:
    """Both are known and are not the same."""
    differ: Bools = (one != 0) & (other != 0) & (one != other)
    return differ
