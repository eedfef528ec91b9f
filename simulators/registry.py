"""registry.json of a plan: what the school and the authority know about its people, cars and terminals."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulators.day_model import DayPlan, TerminalPlan, identity_of
from simulators.scenario_model import PersonSpec, Scenario

VALID_FROM = "2000-01-01T00:00:00Z"
OPERATOR = "A0107"
VEHICLE_CLASS = "C1"
# Harbin, where the plates of the demo's cars begin with the same two characters.
PROVINCE, CITY = "230000", "230100"
_ENROLLED_DAYS_BEFORE = 30
_HOLDS_DAYS_AFTER = 365


def registry_of(plan: DayPlan) -> dict[str, Any]:
    """The registry document; keys are those registered, not those a dishonest terminal signs with."""
    scenario = plan.scenario
    school = {"number": f"{scenario.school.number:016d}", "name": scenario.school.name}
    return {
        "schools": [{**school, "state": "approved", "province": PROVINCE, "city": CITY}],
        "operators": [{"number": OPERATOR, "name": "计时平台", "state": "approved"}],
        "cars": [_car(scenario, terminal) for terminal in plan.terminals],
        "instructors": [_instructor(scenario, person) for person in plan.instructors],
        "trainees": [_trainee(scenario, person) for person in plan.trainees],
        "terminals": [_terminal(scenario, terminal) for terminal in plan.terminals],
        "grounds": scenario.ground,
    }


def _car(scenario: Scenario, terminal: TerminalPlan) -> dict[str, Any]:
    return {
        "number": f"{terminal.car.number:016d}",
        "plate": terminal.car.plate,
        "school": f"{scenario.school.number:016d}",
        "state": "approved",
        "vehicle_class": VEHICLE_CLASS,
        "inspected_until": _day(scenario, _HOLDS_DAYS_AFTER),
    }


def _instructor(scenario: Scenario, person: PersonSpec) -> dict[str, Any]:
    return {
        "number": f"{person.number:016d}",
        "name": person.name,
        "school": f"{scenario.school.number:016d}",
        "state": "approved",
        "licence_until": _day(scenario, _HOLDS_DAYS_AFTER),
        "permit_until": _day(scenario, _HOLDS_DAYS_AFTER),
        "vehicle_classes": [VEHICLE_CLASS],
    }


def _trainee(scenario: Scenario, person: PersonSpec) -> dict[str, Any]:
    return {
        "number": f"{person.number:016d}",
        "name": person.name,
        "school": f"{scenario.school.number:016d}",
        "vehicle_class": VEHICLE_CLASS,
        "state": "approved",
        "enrolled_on": _day(scenario, -_ENROLLED_DAYS_BEFORE),
        "parts_passed": [1],
    }


def _terminal(scenario: Scenario, terminal: TerminalPlan) -> dict[str, Any]:
    return {
        "number": f"{terminal.number:016d}",
        "key_hex": terminal.registered_key.hex(),
        "public_key_hex": _public_key(terminal.registered_key).hex(),
        "car": f"{terminal.car.number:016d}",
        "school": f"{scenario.school.number:016d}",
        "state": "approved",
        "operator": OPERATOR,
        "valid_from": VALID_FROM,
        "valid_to": None,
        "revoked_at": None,
    }


def _day(scenario: Scenario, later_days: int) -> str:
    """The local day so many days after the scenario's."""
    first = datetime.fromtimestamp(scenario.midnight_s + scenario.utc_offset_min * 60, UTC).date()
    return (first + timedelta(days=later_days)).isoformat()


def _public_key(key: bytes) -> bytes:
    private = Ed25519PrivateKey.from_private_bytes(identity_of(key))
    return private.public_key().public_bytes_raw()


def write_registry(plan: DayPlan, path: Path) -> None:
    """Write registry.json."""
    path.write_text(json.dumps(registry_of(plan), ensure_ascii=False, indent=1), encoding="utf-8")
