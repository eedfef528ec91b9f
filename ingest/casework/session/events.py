"""What happened around a session beside its minutes: sign-ins, face checks, sign-outs, malfunctions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firmware.wire import records as wire
from firmware.wire.errors import DecodeError
from firmware.wire.fields import (
    BOOT,
    DIAGNOSTIC,
    FACE_CHECK,
    MINUTE,
    MINUTE_THIN,
    ORDER,
    PHOTO,
    SIGN_IN,
    SIGN_OUT,
)
from ingest.explain.number_values import clock_text
from ingest.store.desk.session.photos import PhotoState
from ingest.store.desk.session.view import Head, Stored

ROLES = {1: "instructor", 2: "trainee"}
MOMENTS = {1: "sign_in", 2: "during", 3: "sign_out", 4: "ordered", 5: "restart"}
OUTCOMES = (
    "match",
    "another_person",
    "unknown_face",
    "not_alive",
    "no_face",
    "time_out",
    "module_fault",
)
HOW_ENDED = {1: "by_hand", 2: "with_instructor", 3: "ignition_off", 4: "forced"}
MALFUNCTIONS = {
    1: "power",
    2: "timing",
    3: "positioning",
    4: "recording",
    5: "transfer",
    6: "face_module",
    7: "wheel_sensor",
    8: "antenna",
    9: "camera",
}
STOPS = (
    "engine_off",
    "trainee_face",
    "instructor_face",
    "nobody_seen",
    "face_fault",
    "check_overdue",
    "training_ban",
    "outside",
    "no_position",
)
"""Why the terminal itself did not count seconds, by bit."""
_SCORE_NOT_TOLD = 255
_NO_PHOTO = bytes(32)
_SIGN_OUT_MOMENT = 3
_KINDS = (SIGN_IN, SIGN_OUT, FACE_CHECK, PHOTO, DIAGNOSTIC, BOOT, ORDER)
_NO_INSTRUCTOR_AFTER = (SIGN_IN, BOOT)

Event = dict[str, Any]


def stops_told(stops: int) -> list[str]:
    """The names of the bits that are set."""
    return [name for bit, name in enumerate(STOPS) if stops >> bit & 1]


def decoded(stored: Sequence[Stored]) -> list[dict[str, Any]]:
    """The records that are no minutes, each a mapping with its seq and the store's session; unreadable ones
    are left out."""
    found = []
    for one in stored:
        if one.kind in (MINUTE, MINUTE_THIN) or one.kind not in _KINDS:
            continue
        try:
            found.append({**wire.decode(one.record), "stored_session": one.session})
        except DecodeError:
            continue
    return found


def concerning(records: Sequence[Mapping[str, Any]], of: Head) -> list[Mapping[str, Any]]:
    """Those that concern the session: its own; the checks of both sign-ins before it; the instructor's
    sign-out right after it; malfunctions and restarts while it lasted."""
    last = max(of.last_seq, of.session)
    ended = next(
        (r["seq"] for r in records if r["kind"] == SIGN_OUT and r.get("session") == of.session), last
    )
    signed_in = max((r["seq"] for r in records if _instructor_in(r) and r["seq"] < of.session), default=0)
    trainees = [
        r["seq"]
        for r in records
        if r["kind"] in (SIGN_IN, SIGN_OUT) and r["role"] == 2 and r["seq"] < of.session
    ]
    before = max(trainees, default=0)
    after = min(
        (r["seq"] for r in records if r["kind"] in _NO_INSTRUCTOR_AFTER and r["seq"] > ended), default=1 << 40
    )
    return [r for r in records if _concerns(r, of.session, signed_in, before, max(ended, last), after)]


def _concerns(
    record: Mapping[str, Any], session: int, signed_in: int, before: int, ended: int, after: int
) -> bool:
    seq, kind = record["seq"], record["kind"]
    if kind in (DIAGNOSTIC, BOOT, ORDER):
        return bool(session < seq <= ended)
    if record["session"] or seq == session:
        return bool(record["session"] == session or seq == session)
    if seq > session:
        is_out = kind == SIGN_OUT or record.get("moment") == _SIGN_OUT_MOMENT
        return bool(record["role"] == 1 and is_out and seq < after)
    # Outside any session the checks of a sign-in stand before its record.
    if record["role"] == 2:
        return bool(before < seq < session)
    return bool(signed_in - 4 <= seq <= signed_in)


def _instructor_in(record: Mapping[str, Any]) -> bool:
    return bool(record["kind"] == SIGN_IN and record["role"] == 1)


def photos_of(records: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Digests of the photos that records name, each once."""
    found = (bytes(r["photo"]) for r in records if r["kind"] in (FACE_CHECK, PHOTO))
    return list(dict.fromkeys(digest for digest in found if digest != _NO_PHOTO))


def faces_told(
    records: Sequence[Mapping[str, Any]], photos: Mapping[bytes, PhotoState], of: Head, offset_min: int
) -> list[Event]:
    """Face checks and photos in the order of seq; moment (MOMENTS) says where to show each."""
    found = []
    for record in records:
        if record["kind"] not in (FACE_CHECK, PHOTO):
            continue
        event: Event = {
            "seq": record["seq"],
            "utc_s": record["utc_s"],
            "time": _time(record["utc_s"], offset_min),
            "role": ROLES[record["role"]],
            "moment": MOMENTS[record["moment"]],
            "kind": "check" if record["kind"] == FACE_CHECK else "photo",
            "photo": _photo_told(bytes(record["photo"]), photos),
        }
        if record["kind"] == FACE_CHECK:
            event |= _check_told(record, of.instructor if record["role"] == 1 else of.trainee)
        found.append(event)
    return found


def _check_told(record: Mapping[str, Any], person: int) -> Event:
    matched, expected, score = record["matched"], record["expected"], record["score"]
    return {
        "outcome": OUTCOMES[record["outcome"]],
        "score": None if score == _SCORE_NOT_TOLD else score,
        "expected": f"{expected:016d}" if expected else None,
        "matched": f"{matched:016d}" if matched else None,
        # At a sign-in nobody is expected: whoever is recognised signs in.
        "is_person": record["outcome"] == 0 and matched in (0, person),
    }


def _photo_told(digest: bytes, photos: Mapping[bytes, PhotoState]) -> Event | None:
    if digest == _NO_PHOTO:
        return None
    state = photos.get(digest)
    if state is None:
        return {"digest": digest.hex(), "size": 0, "received": 0, "whole": False}
    return {
        "digest": digest.hex(),
        "size": state.size,
        "received": state.received,
        "whole": state.whole,
        "faces": state.faces,
        "distance_1000": state.distance_1000,
        "reference": None if state.reference is None else bytes(state.reference).hex(),
    }


def marks_told(records: Sequence[Mapping[str, Any]], offset_min: int) -> list[Event]:
    """Sign-ins, sign-outs, malfunctions set and cleared, restarts, in the order of seq."""
    found = []
    for record in records:
        event: Event = {
            "seq": record["seq"],
            "utc_s": record["utc_s"],
            "time": _time(record["utc_s"], offset_min),
        }
        if record["kind"] == SIGN_IN:
            event |= {"what": "sign_in", "role": ROLES[record["role"]], "person": f"{record['person']:016d}"}
        elif record["kind"] == SIGN_OUT:
            event |= {
                "what": "sign_out",
                "role": ROLES[record["role"]],
                "person": f"{record['person']:016d}",
                "how": HOW_ENDED[record["how"]],
            }
        elif record["kind"] == DIAGNOSTIC:
            what = "malfunction" if record["state"] else "malfunction_over"
            event |= {"what": what, "malfunction": MALFUNCTIONS[record["code"]]}
        elif record["kind"] == BOOT:
            event |= {"what": "restart"}
        else:
            continue
        found.append(event)
    return found


def missing_told(stored: Sequence[Stored], of: Head) -> list[dict[str, int]]:
    """Stretches of sequence numbers between the session's sign-in and its last minute that are not stored."""
    last = max(of.last_seq, of.session)
    there = [one.seq for one in stored if of.session <= one.seq <= last]
    gaps, expected = [], of.session
    for seq in [*there, last + 1]:
        if seq > expected:
            gaps.append({"first": expected, "last": seq - 1})
        expected = max(expected, seq + 1)
    return gaps


def _time(utc_s: int, offset_min: int) -> str:
    return clock_text(utc_s, offset_min) if utc_s else ""
