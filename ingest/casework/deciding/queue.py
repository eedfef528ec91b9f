"""The queue brought up to date: entries made again from what was judged, flagged, suspected and decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from geofence.ground import Fence
from ingest.casework.deciding.grounds import Trained, fences_of, nearest_grounds
from ingest.decisions import needs, score
from ingest.decisions.choose import ALL
from ingest.decisions.kinds import Decision
from ingest.decisions.overlay import judged_digest
from ingest.decisions.states import Stand, stand_of
from ingest.judge import reasons
from ingest.judge.outcome import ACCEPTED
from ingest.judge.register.facts import class_of
from ingest.judge.rulebook.rule import LOOK, MINUTE, SESSION, UNSURE
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions, overlay
from ingest.store.desk.deciding.decisions import DecisionRow
from ingest.store.desk.deciding.overlay import MinuteNow
from ingest.store.desk.queue import names as queue_names
from ingest.store.desk.queue import rows as queue_rows
from ingest.store.desk.queue.rows import EntryRow, OutcomeRow
from ingest.store.desk.queue.search import CAR, INSTRUCTOR, SCHOOL, TERMINAL, TRAINEE
from ingest.store.judged import Key

BATCH = 20_000
_ASKING = (MINUTE, SESSION, UNSURE, LOOK)
_NUMBERS = {str(row[1]): int(row[0]) for row in reasons.REASONS}
_OUT = "OUT_OF_FENCE"
_LATE = "SEQ_GAP"
_UNSIGNED = "SIGNATURE_MISSING"


class Refreshed(NamedTuple):
    """What a refresh did: sessions looked at, entries touched, and how many of those looked at wait."""

    sessions: int
    touched: int
    waiting: int


def refresh(conn: Connection, keys: Sequence[Key] | None = None, *, whole: bool = False) -> Refreshed:
    """Bring the queue up to date for these sessions; whole: for all there are. A batch is a transaction.

    Names, grounds and schools are as the registry has them now. What is due since the last judgement is
    brought up to date by ingest.casework.up_to_date, together with the sums.
    """
    fences = fences_of(queue_rows.fence_features(conn))
    wanted = queue_rows.all_keys(conn) if whole else sorted(set(keys or ()))
    total = Refreshed(0, 0, 0)
    for at in range(0, len(wanted), BATCH):
        done = _batch(conn, fences, wanted[at : at + BATCH])
        total = Refreshed(*(one + more for one, more in zip(total, done, strict=True)))
    return total


def restate(conn: Connection, keys: Sequence[Key]) -> None:
    """Bring entries up to date after people's acts; where they took place is not looked up again."""
    _batch(conn, None, keys)


def stands(
    decided: Sequence[DecisionRow],
    is_appealed: bool,
    minutes: Sequence[MinuteNow],
    before_draw: int,
) -> tuple[Stand, bytes]:
    """How a session stands, and the digest of what the machine says of it now. before_draw: the last
    decision of all when the random audit drew it, 0 where it is not drawn."""
    judged = judged_digest((one.minute, one.machine_verdict) for one in minutes)
    early = (row.id for row in decided if row.id <= before_draw)
    return stand_of(plain(decided), is_appealed, judged, max(early, default=0)), judged


def plain(rows: Sequence[DecisionRow]) -> list[Decision]:
    """Rows of the ledger as the pure rules read them."""
    return [
        Decision(
            row.id,
            row.layer,
            row.kind,
            row.account,
            tuple(row.accepts),
            tuple(row.refuses),
            row.undoes,
            bytes(row.judged),
            row.chosen == ALL,
        )
        for row in rows
    ]


def _batch(conn: Connection, fences: Sequence[Fence] | None, keys: Sequence[Key]) -> Refreshed:
    with conn.transaction():
        # A decision that is being made is waited for, and then read.
        overlay.lock(conn, keys)
        rows = queue_rows.outcomes(conn, keys)
        decided = decisions.of_sessions(conn, keys)
        minutes = overlay.minutes(conn, list(decided))
        rules = queue_rows.rule_bodies(conn, (row.rules for row in rows if row.rules))
        grounds = [row.ground for row in rows]
        if fences is not None:
            grounds = nearest_grounds(fences, [_trained(row) for row in rows])
        entries = []
        for row, ground in zip(rows, grounds, strict=True):
            key = (row.terminal, row.session)
            told = minutes.get(key, [])
            stand, _ = stands(decided.get(key, []), row.is_appealed, told, row.before_draw)
            effective = sum(one.verdict == ACCEPTED for one in told) if key in decided else row.accepted
            entries.append(_entry(row, ground, rules.get(row.rules, {}), stand, effective))
        queue_names.refresh(conn, _named(rows))
        queue_names.refresh_grounds(conn, grounds)
        touched = queue_rows.write(conn, entries, keys)
    return Refreshed(len(keys), touched, sum(entry.needs_human for entry in entries))


def _trained(row: OutcomeRow) -> Trained:
    """What decides which grounds could have counted for it."""
    first_s = int(row.started_at.timestamp())
    last_s = first_s + row.recorded * 60 if row.ended_at is None else int(row.ended_at.timestamp())
    return Trained(row.box, row.part, class_of(row.course), row.school, first_s, last_s)


def _named(rows: Sequence[OutcomeRow]) -> dict[int, set[int]]:
    return {
        SCHOOL: {row.school for row in rows},
        INSTRUCTOR: {row.instructor for row in rows},
        TRAINEE: {row.trainee for row in rows},
        CAR: {row.car for row in rows},
        TERMINAL: {row.terminal for row in rows},
    }


def found_of(row: OutcomeRow, body: dict[str, Any]) -> needs.Found:
    """What the pure rules weigh of a session. body: its rule set, as in judged_rules."""
    effects = body.get("effects", {})
    flags = tuple(
        flag for flag in row.flags if flag in reasons.BY_NUMBER and _effect(flag, effects) in _ASKING
    )
    late_min = row.reasons.get(_LATE, 0)
    if row.ended_at is None:
        # The signature comes with the sign-out.
        late_min = max(late_min, row.reasons.get(_UNSIGNED, 0))
    return needs.Found(
        recorded=row.recorded,
        refused=row.refused,
        unsure=row.unsure,
        out_min=row.reasons.get(_OUT, 0),
        late_min=late_min,
        flags=flags,
        suspicions={kind: highest for kind, highest in row.suspicions},
        is_drawn=row.is_drawn,
        appeals_before=row.appeals_before,
        is_running=row.ended_at is None
        and row.quiet_min is not None
        and abs(row.quiet_min) < needs.QUIET_MIN,
    )


def _effect(flag: int, effects: dict[str, str]) -> str:
    _, name, effect, _, _ = reasons.BY_NUMBER[flag]
    return effects.get(name, effect)


def _entry(row: OutcomeRow, ground: str, body: dict[str, Any], stand: Stand, effective: int) -> EntryRow:
    found = found_of(row, body)
    offset_min = int(body.get("thresholds", {}).get("utc_offset_min", RuleSet().utc_offset_min))
    told = {_NUMBERS[name]: minutes for name, minutes in row.reasons.items() if name in _NUMBERS}
    return EntryRow(
        terminal=row.terminal,
        session=row.session,
        state=stand.state,
        score=score.score(found, stand),
        needs_human=needs.needs_human(found, stand),
        why=list(needs.reasons_why(found, stand)),
        school=row.school,
        ground=ground,
        utc_offset_min=offset_min,
        instructor=row.instructor,
        trainee=row.trainee,
        car=row.car,
        part=row.part,
        started_at=row.started_at,
        ended_at=row.ended_at,
        local_day=(row.started_at + timedelta(minutes=offset_min)).date(),
        recorded=row.recorded,
        accepted=row.accepted,
        refused=row.refused,
        unsure=row.unsure,
        effective=effective,
        reasons=score.heaviest_first(told, found.flags),
        decided_by=stand.decided_by or None,
        not_owner=stand.not_owner or None,
        layer=stand.layer,
        decision=stand.decision or None,
        changed=stand.changed,
        drawn=row.is_drawn,
        judged_under=row.judged_under,
    )
