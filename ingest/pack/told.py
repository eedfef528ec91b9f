"""What follows from a session judged again, as the pack's documents say it: verdicts, credit, photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firmware.wire import fields
from ingest.judge.outcome import ACCEPTED, UNSURE
from ingest.judge.reasons import BY_NUMBER
from ingest.pack.derive import Derived, Minute

_NAME = 1
_NO_PHOTO = bytes(32)
_ENDS = (fields.SIGN_IN, fields.SIGN_OUT, fields.BOOT)


def minute_told(minute: Minute) -> dict[str, Any]:
    """A minute as verdicts.json has it."""
    told = minute._asdict()
    del told["unsure_counts"]
    return told


def outcome_told(derived: Derived) -> dict[str, Any]:
    """A session's sums as verdicts.json has them."""
    told: dict[str, Any] = dict(vars(derived.outcome))
    told["terminal"] = f"{derived.outcome.terminal:016d}"
    for name in ("trainee", "instructor", "car"):
        told[name] = f"{told[name]:016d}"
    told["reasons"] = {str(BY_NUMBER[reason][_NAME]): count for reason, count in derived.outcome.reasons}
    told["training_hours"] = derived.hours
    told["credited"] = sum(minute.earns for minute in derived.minutes)
    return told


def earned(minutes: Sequence[Minute], decided: Mapping[int, int]) -> int:
    """Minutes that earn credit once decisions are laid over them; decided: minute -> verdict.

    What the ledger does (store.desk.deciding.overlay): a decided minute of which the machine was unsure had
    earned as far as unsure ones did.
    """
    judged = sum(minute.earns for minute in minutes)
    laid = [(decided[one.minute], one.verdict) for one in minutes if one.minute in decided]
    more = sum(final == ACCEPTED for final, _ in laid) - sum(machine == ACCEPTED for _, machine in laid)
    by_doubt = judged - sum(one.verdict == ACCEPTED for one in minutes)
    return judged + more - min(sum(machine == UNSURE for _, machine in laid), max(by_doubt, 0))


def photos_of(values: Sequence[dict[str, Any]], session: int) -> list[dict[str, Any]]:
    """Every face check and photo of a session with the digest of its picture, those before its sign-in among
    them; values: decoded records in order."""
    found: list[dict[str, Any]] = []
    for row in values:
        of = row.get("session")
        if row["seq"] < session and (row["kind"] in _ENDS or of not in (0, None)):
            # What comes before belongs to whoever was in the car before.
            found = []
        elif row["kind"] in (fields.FACE_CHECK, fields.PHOTO) and (
            of == session or (of == 0 and row["seq"] < session)
        ):
            found.append(_photo(row))
    return found


def _photo(row: dict[str, Any]) -> dict[str, Any]:
    photo = row["photo"]
    return {
        "seq": row["seq"],
        "face_check": row["kind"] == fields.FACE_CHECK,
        "role": row["role"],
        "moment": row["moment"],
        "utc_s": row["utc_s"],
        "outcome": row.get("outcome"),
        "score": row.get("score"),
        "sha256": None if photo == _NO_PHOTO else photo.hex(),
    }
