"""A session as it stands while an act is done on it, and what follows: verdicts, ledger, queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ingest.casework.deciding import queue as refreshing
from ingest.casework.who import Who
from ingest.decisions.choose import Minute
from ingest.decisions.leases import Lease
from ingest.decisions.overlay import decided_minutes, refuses_rest
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.states import Stand
from ingest.decisions.who_may import Person, may_see
from ingest.judge.outcome import ACCEPTED
from ingest.store.connection import Connection
from ingest.store.desk.deciding import decisions, overlay
from ingest.store.desk.deciding.decisions import DecisionRow
from ingest.store.desk.queue import due as queue_due
from ingest.store.desk.queue import leases
from ingest.store.judged import Key


class Now(NamedTuple):
    """A session, locked until the transaction ends. judged: digest of what the machine says of it; appeal:
    the open one, else 0; lease: may have run out."""

    key: Key
    school: int
    stand: Stand
    decided: list[DecisionRow]
    minutes: list[Minute]
    judged: bytes
    judged_under: str
    appeal: int
    lease: Lease | None
    holder: str
    now_s: int

    @property
    def seen(self) -> str:
        """Changes whenever anything that a decision rests on has: give it back to be sure of that."""
        last = self.decided[-1].id if self.decided else 0
        return f"{last}-{self.appeal}-{self.judged.hex()[:16]}"

    @property
    def effective(self) -> int:
        """Minutes accepted in the end."""
        return sum(one.verdict == ACCEPTED for one in self.minutes)


def locked(conn: Connection, keys: Sequence[Key]) -> dict[Key, Now]:
    """These sessions as they stand, locked until the transaction ends; those that are not there left out."""
    held = leases.locked(conn, keys)
    missing = [key for key in keys if key not in held]
    if missing:
        # Judged, and not yet in the queue.
        refreshing.refresh(conn, missing)
        held |= leases.locked(conn, missing)
    decided = decisions.of_sessions(conn, list(held))
    minutes = overlay.minutes(conn, list(held))
    found = {}
    for key, row in held.items():
        told = minutes.get(key, [])
        stand, judged = refreshing.stands(decided.get(key, []), row.appeal > 0, told, row.before_draw)
        found[key] = Now(
            key=key,
            school=row.school,
            stand=stand,
            decided=decided.get(key, []),
            minutes=[Minute(one.minute, one.verdict, one.machine_verdict, one.reasons) for one in told],
            judged=judged,
            judged_under=row.judged_under,
            appeal=row.appeal,
            lease=Lease(row.owner, row.until_s) if row.owner else None,
            holder=row.owner_name,
            now_s=row.now_s,
        )
    return found


def one_locked(conn: Connection, who: Who, key: Key) -> Now:
    """One session as it stands. Raises DecisionRefused: no_such_session, not_yours."""
    now = locked(conn, [key]).get(key)
    if now is None:
        raise DecisionRefused("no_such_session")
    if not may_see(person(who), now.school):
        raise DecisionRefused("not_yours")
    return now


def follow(conn: Connection, keys: Sequence[Key], *, ends_leases: bool = True) -> None:
    """Let decided minutes, ledger and queue follow from the decisions on these sessions, and end the leases:
    whoever decides is done with them. ends_leases False: what a school asks takes nobody's work away."""
    decided = decisions.of_sessions(conn, keys)
    plain = {key: refreshing.plain(decided.get(key, [])) for key in keys}
    overlay.lay(
        conn,
        {key: decided_minutes(some) for key, some in plain.items()},
        {key: refuses_rest(some) for key, some in plain.items()},
    )
    overlay.settle(conn, keys)
    if ends_leases:
        leases.clear(conn, keys)
    refreshing.restate(conn, keys)
    # The sums follow with the next round.
    queue_due.add(conn, keys)


def person(who: Who) -> Person:
    """Who acts, as the pure rules read it."""
    return Person(who.account, who.role, who.school)


def subject(key: Key) -> str:
    """A session as the audit log names it."""
    return f"session:{key[0]:016d}/{key[1]}"
