"""One decision on many sessions: only after a preview, only for one cause, only if nothing has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

from ingest.casework import audit
from ingest.casework.deciding import overlay
from ingest.casework.deciding.decide import closes_appeal, entry_of
from ingest.casework.deciding.overlay import Now
from ingest.casework.deciding.queue import plain
from ingest.casework.who import Who
from ingest.decisions.causes import check_cause
from ingest.decisions.choose import Chosen, accepted_n
from ingest.decisions.kinds import SCHOOL, Decision
from ingest.decisions.overlay import decided_minutes
from ingest.decisions.refusals import DecisionRefused
from ingest.decisions.who_may import layer_of, may_see
from ingest.store.connection import Connection
from ingest.store.desk.deciding import appeals, decisions
from ingest.store.desk.deciding.decisions import NewDecision
from ingest.store.desk.draws import repeats
from ingest.store.desk.queue import entries as queue
from ingest.store.desk.queue.filters import Filters
from ingest.store.judged import Key

MOST = 500
"""Sessions of one bulk decision at most: as many as a person can look down a list of."""
_LAST = 2**62


class Item(NamedTuple):
    """One session of a preview. refused: code of why it is left out, else ''; minutes: how many the decision
    speaks of; before, after: minutes that count."""

    terminal: int
    session: int
    refused: str
    minutes: int
    before: int
    after: int


class Preview(NamedTuple):
    """What a bulk decision would do. digest: to be given back with it; items: in the order of sessions."""

    digest: str
    items: list[Item]

    @property
    def decided(self) -> int:
        """Sessions that it would decide."""
        return sum(not one.refused for one in self.items)

    @property
    def minutes(self) -> int:
        """By how many minutes what counts would grow, all sessions together."""
        return sum(one.after - one.before for one in self.items)


class BulkDone(NamedTuple):
    """bulk: the number all its decisions have in common."""

    bulk: str
    decided: int
    left_out: int


def bulk_preview(
    conn: Connection,
    who: Who,
    what: Filters | Sequence[Key],
    kind: str,
    minutes: Chosen,
    cause: str,
    words: str = "",
) -> Preview:
    """What the decision would do to each session. what: filters, or sessions; minutes: a word of
    ingest.decisions.choose. Raises DecisionRefused: role_may_not, too_many, cause_..., words_..."""
    with conn.transaction():
        return _weighed(conn, who, what, kind, minutes, cause, words)[0]


def bulk_decide(
    conn: Connection,
    who: Who,
    what: Filters | Sequence[Key],
    kind: str,
    minutes: Chosen,
    cause: str,
    words: str,
    digest: str,
) -> BulkDone:
    """Decide what was previewed: all of it, or, when anything has changed since, nothing.

    Raises DecisionRefused: changed_meanwhile, and those of the preview.
    """
    with conn.transaction():
        preview, made, held = _weighed(conn, who, what, kind, minutes, cause, words)
        if preview.digest != digest:
            raise DecisionRefused("changed_meanwhile")
        if not made:
            raise DecisionRefused("nothing_waits")
        number = str(uuid4())
        numbers = decisions.add(conn, [one._replace(bulk=number) for one in made.values()])
        answered = [key for key, one in made.items() if closes_appeal(held[key], one)]
        appeals.close(conn, [held[key].appeal for key in answered], [numbers[key] for key in answered])
        overlay.follow(conn, list(made))
        details = {
            "kind": kind,
            "cause": cause,
            "words": next(iter(made.values())).words,
            "chosen": minutes if isinstance(minutes, str) else "",
            "sessions": [overlay.subject(key) for key in made],
            "decisions": list(numbers.values()),
            "growth_min": preview.minutes,
        }
        audit.note(conn, who, "decision.bulk", f"bulk:{number}", details)
        return BulkDone(number, len(made), len(preview.items) - len(made))


def _weighed(
    conn: Connection,
    who: Who,
    what: Filters | Sequence[Key],
    kind: str,
    minutes: Chosen,
    cause: str,
    words: str,
) -> tuple[Preview, dict[Key, NewDecision], dict[Key, Now]]:
    layer = layer_of(overlay.person(who))
    words = check_cause(kind, cause, words)
    keys = sorted(set(_keys(conn, who, what)))
    if len(keys) > MOST:
        raise DecisionRefused("too_many", most=MOST)
    held = overlay.locked(conn, keys)
    # What chance chose is to be looked at.
    singly = repeats.drawn(conn, keys) if layer > SCHOOL else set[Key]()
    made: dict[Key, NewDecision] = {}
    items = []
    for key in keys:
        now = held.get(key)
        refused = "" if now and may_see(overlay.person(who), now.school) else "no_such_session"
        if now is not None and not refused and key in singly:
            refused = "decide_singly"
        elif now is not None and not refused:
            try:
                made[key] = entry_of(who, now, kind, minutes, cause, words)
            except DecisionRefused as fault:
                refused = fault.code
        items.append(_item(key, now if refused != "no_such_session" else None, made.get(key), refused))
    seen = [held[key].seen if key in held else "" for key in keys]
    told = json.dumps(
        [kind, minutes if isinstance(minutes, str) else list(minutes), cause, words, seen, items]
    )
    return Preview(hashlib.sha256(told.encode()).hexdigest(), items), made, held


def _keys(conn: Connection, who: Who, what: Filters | Sequence[Key]) -> Sequence[Key]:
    if not isinstance(what, Filters):
        return what
    return queue.keys(conn, what._replace(only=who.school) if who.school else what, MOST + 1)


def _item(key: Key, now: Now | None, new: NewDecision | None, refused: str) -> Item:
    if now is None or new is None:
        before = 0 if now is None else now.effective
        return Item(*key, refused, 0, before, before)
    said = Decision(_LAST, new.layer, new.kind, new.account, tuple(new.accepts), tuple(new.refuses))
    after = accepted_n(now.minutes, decided_minutes([*plain(now.decided), said]))
    return Item(*key, "", len({*new.accepts, *new.refuses}), now.effective, after)
