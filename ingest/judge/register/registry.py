"""The registry as it stood at each minute."""

from dataclasses import dataclass

import numpy as np

from ingest.judge.columns import Bools, Columns, Ints
from ingest.judge.evidence import MinuteMeasures
from ingest.judge.register.days import permitted
from ingest.judge.register.fact_index import NOT_CHECKED, FactIndex, index_of
from ingest.judge.register.facts import IN_FORCE, REVOKED, UNKNOWN, Facts
from ingest.judge.register.periods import NUMBER_UNKNOWN


@dataclass(frozen=True, eq=False)
class Registered(Columns):
    """One row a minute, in the minutes' order.

    States are approval states of facts.py, else NONE_COVERS, NUMBER_UNKNOWN or NOT_CHECKED. Every other
    number is 0 where nothing is known. school, province and city are those of the terminal.
    """

    school: Ints
    province: Ints
    city: Ints
    school_state: Ints
    approval: Ints
    """State of the terminal's entry."""
    bound_twice: Bools
    """The terminal is bound to two cars at once."""
    operator_state: Ints
    instructor_state: Ints
    instructor_school: Ints
    instructor_classes: Ints
    """Bits 1 << vehicle class."""
    instructor_to_s: Ints
    """First second at which the driving licence or the permit to teach no longer holds; EVER_S never."""
    trainee_state: Ints
    trainee_school: Ints
    trainee_class: Ints
    enrolled_s: Ints
    passed: Ints
    """Bits 1 << part."""
    car_state: Ints
    car_school: Ints
    car_class: Ints
    inspected_to_s: Ints
    in_hours: Bools
    not_banned: Bools


def at_each_minute(minutes: MinuteMeasures, facts: Facts | FactIndex) -> tuple[Ints, Ints, Ints]:
    """(car, terminal state, key) per minute.

    car is 0 where no entry covers the minute, key 0 where none with a public key does. State: UNKNOWN for a
    terminal without any entry, REVOKED for a minute that no entry covers or that lies after the revocation,
    else IN_FORCE.
    """
    time_s = minutes.minute * 60
    bound = index_of(facts).terminals.at(minutes.terminal, time_s)
    state: Ints = np.where(time_s < bound["revoked_s"], IN_FORCE, REVOKED).astype(np.int64)
    state[bound.entry == NUMBER_UNKNOWN] = UNKNOWN
    return bound["car"], state, bound["key"]


def registered(minutes: MinuteMeasures, car: Ints, facts: Facts | FactIndex) -> Registered:
    """Everything else the registry says of each minute; car as at_each_minute gives it."""
    index = index_of(facts)
    time_s = minutes.minute * 60
    bound = index.terminals.at(minutes.terminal, time_s)
    school, operator = bound["school"], bound["operator"]
    of_school = index.schools.at(school, time_s)
    instructor = index.instructors.at(minutes.instructor, time_s)
    trainee = index.trainees.at(minutes.trainee, time_s)
    of_car = index.cars.at(car, time_s)
    province, city = of_school["province"], of_school["city"]
    in_hours, not_banned = permitted(index.facts.days, province, city, school, minutes.minute)
    return Registered(
        school=school,
        province=province,
        city=city,
        school_state=_unless_unnamed(school, of_school["state"]),
        approval=bound["state"],
        bound_twice=index.bound_twice.at(minutes.terminal, time_s)["twice"] == 1,
        operator_state=_unless_unnamed(operator, index.operators.at(operator, time_s)["state"]),
        instructor_state=instructor["state"],
        instructor_school=instructor["school"],
        instructor_classes=instructor["classes"],
        instructor_to_s=instructor["to_s"],
        trainee_state=trainee["state"],
        trainee_school=trainee["school"],
        trainee_class=trainee["vehicle_class"],
        enrolled_s=trainee["enrolled_s"],
        passed=trainee["passed"],
        car_state=_unless_unnamed(car, of_car["state"]),
        car_school=of_car["school"],
        car_class=of_car["vehicle_class"],
        inspected_to_s=of_car["inspected_to_s"],
        in_hours=in_hours,
        not_banned=not_banned,
    )


def school_of(facts: Facts | FactIndex, terminal: Ints, minute: Ints) -> Ints:
    """The school of each terminal at each (Unix) minute; 0 where no entry covers it or none is named."""
    return index_of(facts).terminals.at(terminal, minute * 60)["school"]


def _unless_unnamed(number: Ints, state: Ints) -> Ints:
    """What the terminal's entry does not name cannot be checked."""
    checked: Ints = np.where(number == 0, NOT_CHECKED, state)
    return checked
