"""registry.json of a plan: what the school and the authority know about its people, cars and terminals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulators.day_model import DayPlan, identity_of

VALID_FROM = "2000-01-01T00:00:00Z"


def registry_of(plan: DayPlan) -> dict[str, Any]:
    """The registry document; keys are those registered, not those a dishonest terminal signs with."""
    scenario = plan.scenario
    school = f"{scenario.school.number:016d}"
    return {
        "schools": [{"number": school, "name": scenario.school.name}],
        "cars": [
            {"number": f"{t.car.number:016d}", "plate": t.car.plate, "school": school} for t in plan.terminals
        ],
        "instructors": [
            {"number": f"{p.number:016d}", "name": p.name, "school": school} for p in plan.instructors
        ],
        "trainees": [
            {"number": f"{p.number:016d}", "name": p.name, "school": school, "vehicle_class": "C1"}
            for p in plan.trainees
        ],
        "terminals": [
            {
                "number": f"{t.number:016d}",
                "key_hex": t.registered_key.hex(),
                "public_key_hex": _public_key(t.registered_key).hex(),
                "car": f"{t.car.number:016d}",
                "school": school,
                "valid_from": VALID_FROM,
                "valid_to": None,
                "revoked_at": None,
            }
            for t in plan.terminals
        ],
        "grounds": scenario.ground,
    }


def _public_key(key: bytes) -> bytes:
    private = Ed25519PrivateKey.from_private_bytes(identity_of(key))
    return private.public_key().public_bytes_raw()


def write_registry(plan: DayPlan, path: Path) -> None:
    """Write registry.json."""
    path.write_text(json.dumps(registry_of(plan), ensure_ascii=False, indent=1), encoding="utf-8")
