"""The first answer to a blind repeat is kept sealed: it becomes a decision only with the second answer.

So whatever anybody can see of a repeat before, its row, verdicts, sums, ledger, pack, is in truth that of a
session that nobody has decided. A seal opens by itself once nobody is waited for any more (the second was not
given in time, or cannot be given).
"""

from __future__ import annotations

from ingest.casework import audit
from ingest.casework.deciding import overlay
from ingest.casework.deciding.decide import closes_appeal
from ingest.casework.deciding.overlay import Now
from ingest.casework.who import INSPECTOR, Who
from ingest.decisions.kinds import SETTLING
from ingest.decisions.states import FINAL
from ingest.store.connection import Connection
from ingest.store.desk.deciding import appeals, decisions
from ingest.store.desk.deciding.decisions import NewDecision
from ingest.store.desk.draws import dealt, repeats
from ingest.store.desk.draws.dealt import Sealed
from ingest.store.judged import Key


def seal(conn: Connection, who: Who, new: NewDecision) -> None:
    """Keep a first answer; inside the act's transaction."""
    dealt.seal(conn, new)
    details = {"kind": new.kind, "cause": new.cause, "words": new.words}
    audit.note(conn, who, "repeat.seal", overlay.subject((new.terminal, new.session)), details)


def open_seal(conn: Connection, now: Now) -> NewDecision | None:
    """Make a sealed answer the decision that it was meant to be, in the name of who gave it; None where there
    is none, or where somebody has decided meanwhile, so that it counts for nothing. Inside a transaction that
    has locked the session. It says what it said of the minutes as they were then judged."""
    kept = dealt.sealed(conn, now.key)
    if kept is None:
        return None
    dealt.unseal(conn, now.key)
    if now.stand.state == FINAL or repeats.first_person(conn, now.key) is not None:
        _note_dropped(conn, now.key, kept)
        return None
    number = decisions.add(conn, [kept.new])[now.key]
    if closes_appeal(now, kept.new):
        appeals.close(conn, [now.appeal], [number])
    overlay.follow(conn, [now.key], ends_leases=False)
    details = {
        "decision": number,
        "kind": kept.new.kind,
        "layer": kept.new.layer,
        "cause": kept.new.cause,
        "words": kept.new.words,
        "minutes": sorted({*kept.new.accepts, *kept.new.refuses}) if kept.new.kind != "accept" else [],
        "sealed_at": kept.at.isoformat(),
    }
    audit.note(conn, _who(kept), "decision.add", overlay.subject(now.key), details)
    return kept.new


def open_overdue(conn: Connection) -> list[Key]:
    """Open the seals for whose second answer nobody is waited for; the sessions. Each is a transaction."""
    return [key for key in dealt.overdue(conn) if _opened(conn, key)]


def _opened(conn: Connection, key: Key) -> bool:
    with conn.transaction():
        # Meanwhile the second may have answered, or come back.
        now = overlay.locked(conn, [key]).get(key)
        if now is None:
            # The session is no longer judged: there is nothing to decide.
            kept = dealt.sealed(conn, key)
            if kept is not None:
                dealt.unseal(conn, key)
                _note_dropped(conn, key, kept)
            return False
        return key in dealt.overdue(conn) and open_seal(conn, now) is not None


def _note_dropped(conn: Connection, key: Key, kept: Sealed) -> None:
    audit.note(conn, _who(kept), "repeat.drop", overlay.subject(key), {"kind": kept.new.kind})


def _who(kept: Sealed) -> Who:
    return Who(kept.new.account, kept.name, INSPECTOR, 0, "")


def is_first(now: Now, kept: NewDecision) -> bool:
    """Whether a sealed answer can be compared with a second one: it says something of minutes, of the same
    verdicts of the machine as now."""
    return kept.kind in SETTLING and kept.judged == now.judged
