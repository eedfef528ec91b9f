"""A bulk decision is taken back as it was made: all of it that still stands, in one act."""

from __future__ import annotations

from uuid import uuid4

from ingest.casework import audit
from ingest.casework.deciding import overlay
from ingest.casework.deciding.bulk import BulkDone
from ingest.casework.deciding.decide import undoing
from ingest.casework.deciding.overlay import Now
from ingest.casework.deciding.queue import plain
from ingest.casework.who import Who
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.who_may import check_free, undone_by
from ingest.store.connection import Connection
from ingest.store.desk.deciding import appeals, decisions


def bulk_undo(conn: Connection, who: Who, bulk: str) -> BulkDone:
    """Take out this person's bulk decision on every session where it is still his last one and nobody else
    works on it; the others are left out. bulk of the answer: what the undoing entries have in common.

    Raises DecisionRefused: nothing_to_undo, when that is no session at all.
    """
    with conn.transaction():
        made = decisions.of_bulk(conn, bulk, who.account)
        held = overlay.locked(conn, sorted(made))
        out = [key for key, now in held.items() if _is_undone(who, now, made[key])]
        if not out:
            raise DecisionRefused("nothing_to_undo")
        number = str(uuid4())
        new = [undoing(held[key], who, made[key])._replace(bulk=number) for key in out]
        appeals.reopen(conn, [made[key] for key in out])
        numbers = decisions.add(conn, new)
        overlay.follow(conn, out)
        details = {
            "bulk": bulk,
            "kind": new[0].kind,
            "cause": new[0].cause,
            "words": new[0].words,
            "sessions": [overlay.subject(key) for key in out],
            "decisions": [numbers[key] for key in out],
            "undoes": [made[key] for key in out],
            "left_out": len(made) - len(out),
        }
        audit.note(conn, who, "decision.bulk_undo", f"bulk:{number}", details)
        return BulkDone(number, len(out), len(made) - len(out))


def _is_undone(who: Who, now: Now, decision: int) -> bool:
    person = overlay.person(who)
    try:
        check_free(person, now.lease, now.now_s)
        return undone_by(person, plain(now.decided), now.stand).number == decision
    except DecisionRefused:
        return False
