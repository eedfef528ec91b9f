"""One training session on one screen: everything the page shows, as plain JSON-ready rows.

view: the head, the minutes with every reason in words, faces, marks, flags, suspicions, decisions, the chain.
trace: fixes with the margin and the place the judge gave them, and the fences around. Numbers of 16 digits
are text; times of day are in the ground's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geofence.datum import WGS84
from ingest.casework.session import events as session_events
from ingest.casework.session import fences as session_fences
from ingest.casework.session import words as session_words
from ingest.casework.session.history import history
from ingest.casework.session.read import AFTER, Read, moment
from ingest.casework.session.read import read as read_session
from ingest.casework.session.summary import summary
from ingest.casework.session.trace import minutes_told
from ingest.casework.world_cache import fence_world
from ingest.decisions.overlay import judged_digest
from ingest.decisions.states import STATES
from ingest.explain.explained import Limits
from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.register.facts import CLASS_CODES, class_of
from ingest.store.connection import Connection
from ingest.store.desk.session import photos as photo_view
from ingest.store.desk.session import view as session_view
from ingest.store.desk.session.view import Head, MinuteRow, Names, Stored

SIGNATURES = ("holds", "wrong", "other_key", "not_the_record", "record_missing")
_CLASSES = {code: name for name, code in CLASS_CODES.items()}

Plain = dict[str, Any]


def school_of(conn: Connection, terminal: int, session: int) -> int | None:
    """The school that a session belongs to, 0 unknown; None where there is no such session."""
    found = session_view.head(conn, terminal, session)
    return None if found is None else found.school


def view(
    conn: Connection,
    terminal: int,
    session: int,
    only_school: int | None = None,
) -> Plain | None:
    """Everything about a session but its fixes. None where there is none, or it is not that school's."""
    read = read_session(conn, terminal, session, only_school)
    if read is None:
        return None
    head, offset_min = read.head, read.offset_min
    stored = session_view.records(conn, head, AFTER)
    names = session_view.names(conn, head)
    minutes = session_view.minutes(conn, head)
    told_history = history(conn, terminal, session, offset_min)
    suspected = session_view.suspicions(conn, head)
    if only_school is not None:
        # What is suspected of another session may be another school's.
        suspected = [one for one in suspected if not one.as_other]
        # Who is looking at it is not told before it is decided, so that nobody is rung up meanwhile.
        head = head._replace(owner=0, owner_name="")
    records = session_events.concerning(session_events.decoded(stored), head)
    photos = photo_view.states(conn, terminal, session, session_events.photos_of(records))
    limits = Limits(read.rules.thresholds, read.rules.effects, offset_min)
    ground = head.ground or _ground(conn, read, stored)
    effects = dict(read.rules.effects)
    english, chinese = summary(minutes, effects, ground, suspected, offset_min)
    told, reasons = session_words.minutes_told(minutes, limits)
    return {
        "terminal": f"{terminal:016d}",
        "session": session,
        "summary": {"en": english, "zh": chinese},
        "head": _head_told(head, names, ground, offset_min, minutes),
        "rules": {"version": read.rules.version, "mixed": read.is_mixed, "judged_under": head.judged_under},
        "minutes": told,
        "reasons": reasons,
        "faces": session_events.faces_told(records, photos, head, offset_min),
        "marks": session_events.marks_told(records, offset_min),
        "flags": session_words.flags_told(session_view.flags(conn, head), offset_min),
        "suspicions": session_words.suspicions_told(suspected, offset_min),
        "chain": _chain_told(conn, read.head, stored),
        "history": told_history,
        "seen": seen(told_history["decisions"], head.appeal, minutes),
    }


def seen(decided: Sequence[Plain], appeal: int, minutes: Sequence[MinuteRow]) -> str:
    """Changes whenever anything that a decision rests on has; as casework.deciding.overlay.Now has it."""
    last = decided[-1]["id"] if decided else 0
    return f"{last}-{appeal}-{judged_digest((one.minute, one.machine) for one in minutes).hex()[:16]}"


def trace(
    conn: Connection, terminal: int, session: int, only_school: int | None = None, datum: str = WGS84
) -> Plain | None:
    """The fixes of a session and the fences around it. Positions are WGS-84; with another datum each minute
    has shown_lat_e7 and shown_lon_e7 too, and the fences are in it. None as for view."""
    read = read_session(conn, terminal, session, only_school)
    if read is None:
        return None
    world = fence_world(conn)
    found = read.trace(conn, world, session_view.records(conn, read.head, AFTER))
    rows: list[Plain] = [] if found is None else minutes_told(found)
    if datum != WGS84:
        for row in rows:
            row["shown_lat_e7"], row["shown_lon_e7"] = session_fences.fixes_shown(
                row["lat_e7"], row["lon_e7"], datum
            )
    box = None if found is None else found.box
    return {
        "terminal": f"{terminal:016d}",
        "session": session,
        "datum": datum,
        "minutes": rows,
        "fences": session_fences.fences_told(world, box, read.asked(datum)),
    }


def _ground(conn: Connection, read: Read, stored: Sequence[Stored]) -> str:
    world = fence_world(conn)
    found = read.trace(conn, world, stored)
    return session_fences.ground_of(world, None if found is None else found.box, read.asked())


def _head_told(head: Head, names: Names, ground: str, offset_min: int, minutes: Sequence[MinuteRow]) -> Plain:
    counts = [sum(one.verdict == verdict for one in minutes) for verdict in range(3)]
    vehicle_class = class_of(head.course)
    leased = 1 if head.lease_until_s and head.state != 4 else head.state
    return {
        "started": moment(head.started_s, offset_min),
        "ended": None if head.ended_s is None else moment(head.ended_s, offset_min),
        "utc_offset_min": offset_min,
        "trainee": _person(head.trainee, names.trainee),
        "instructor": _person(head.instructor, names.instructor),
        "car": _person(head.car, names.plate),
        "school": _person(head.school, names.school),
        "operator": {"number": names.platform or "", "name": names.operator},
        "ground": ground,
        "course": f"{head.course:010d}",
        "part": head.part,
        "vehicle_class": _CLASSES.get(vehicle_class, f"{vehicle_class:02d}"),
        "recorded": head.recorded,
        "machine": {"accepted": head.accepted, "refused": head.refused, "unsure": head.unsure},
        "effective": dict(zip(VERDICT_NAMES, counts, strict=True)),
        "training_hours": head.training_hours,
        "credited_min": head.credited,
        "score": head.score,
        "state": STATES[leased][0],
        "layer": head.layer,
        "owner": head.owner_name or None,
        "owner_account": head.owner or None,
        "lease_until": None if not head.lease_until_s else moment(head.lease_until_s, offset_min),
        "decided_by": head.decider or None,
        "not_owner_account": head.not_owner or None,
        "machine_changed": head.changed,
        "drawn": head.drawn,
    }


def _person(number: int, name: str | None) -> Plain | None:
    return {"number": f"{number:016d}", "name": name} if number else None


def _chain_told(conn: Connection, of: Head, stored: Sequence[Stored]) -> Plain:
    chain = session_view.chain(conn, of)
    last = max(of.last_seq, of.session)
    missing = session_events.missing_told(stored, of)
    return {
        "signature": SIGNATURES[chain.states[0]] if chain.states else "none",
        "complete": not missing and chain.through >= last,
        "through": chain.through,
        "missing": missing,
        "lost": [seq for seq in chain.lost if of.session <= seq <= last],
        "contested_from": chain.contested_from,
    }
