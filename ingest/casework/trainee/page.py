"""A trainee's own page as plain values: hours by part, what is missing, why minutes did not count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ingest.eligibility import eligibility
from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.reasons import BY_NUMBER
from ingest.judge.rulebook.rule import LOOK, MINUTE, NOTE, SESSION, UNSURE
from ingest.store.connection import Connection
from ingest.store.desk import trainee_page as store

_ACCEPTED, _REFUSED, _UNSURE = VERDICT_NAMES
_REASONS = {str(row[1]): row for row in BY_NUMBER.values()}
_WEIGHS = {_REFUSED: (MINUTE, SESSION), _UNSURE: (UNSURE,)}
DECIDED = ("A person decided so.", "经人工复核认定。")
"""Why, where no rule says it: (English, Chinese)."""


class Why(NamedTuple):
    """Minutes of a session that did not count for the same reasons: how many; (first, last) of each stretch.
    sentences: (English, Chinese) of each reason."""

    sentences: tuple[tuple[str, str], ...]
    is_unsure: bool
    minutes: int
    stretches: tuple[tuple[datetime, datetime], ...]


def page(conn: Connection, trainee: int, now: datetime) -> dict[str, Any] | None:
    """Everything the page shows, None for a number that is not registered."""
    person = store.registered(conn, trainee, now)
    if person is None:
        return None
    report = with_waiting(conn, trainee, person.school, now)
    return {
        "report": report,
        "initial": person.name.strip()[:1],
        "last_digits": f"{trainee:016d}"[-4:],
        "sessions": [_session(one) for one in reversed(report["sessions"])],
    }


def with_waiting(
    conn: Connection, trainee: int, school: int, now: datetime, part: int | None = None
) -> dict[str, Any]:
    """The stage report (ingest.eligibility) and, as `waits_to_be_judged`, what it does not know yet: minute
    records of the trainee in the terminals of that school, of schools and cars before, and
    sessions judged but not settled."""
    waiting = store.waiting(conn, trainee, school)
    report = eligibility(conn, trainee, int(now.timestamp()), part)
    return {**report, "waits_to_be_judged": waiting._asdict()}


def _session(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "started_at": _instant(one["started_at"]),
        "is_over": one["ended_at"] is not None,
        "terminal_end": one["terminal"][-4:],
        **{name: one[name] for name in ("part", "mode", "minutes_recorded", "minutes_credited")},
        "minutes_unsure": one["minutes_unsure"],
        "whys": whys(one["minutes"]),
    }


def whys(minutes: Iterable[dict[str, Any]]) -> list[Why]:
    """Why minutes (as the stage report has them) did not count, in the order of time."""
    found: dict[tuple[tuple[tuple[str, str], ...], bool], set[int]] = defaultdict(set)
    for one in minutes:
        if one["verdict"] != _ACCEPTED:
            told = one.get("decided")
            said = (_decided(told),) if told else tuple(_sentences(one["verdict"], one["reasons"]))
            found[said, one["verdict"] == _UNSURE].add(int(_instant(one["at"]).timestamp()) // 60)
    made = [Why(*key, len(held), _stretches(held)) for key, held in found.items()]
    return sorted(made, key=lambda why: (why.stretches[0], why.sentences))


def _decided(told: dict[str, Any]) -> tuple[str, str]:
    """Which layer decided, and its cause."""
    layer = told["layer"]
    return f"Decided by {layer['en']}: {told['en']}", f"{layer['zh']}认定：{told['zh']}"


def _sentences(verdict: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """The reasons that made the verdict; without any it was a person."""
    rows = [_REASONS[name] for name in names if name in _REASONS]
    weighs = [row for row in rows if row[2] in _WEIGHS[verdict]]
    # A rule set may give a rule another effect than its own.
    told = weighs or [row for row in rows if row[2] not in (NOTE, LOOK)]
    return [(str(row[3]), str(row[4])) for row in told] or [DECIDED]


def _stretches(minutes: set[int]) -> tuple[tuple[datetime, datetime], ...]:
    made: list[list[int]] = []
    for minute in sorted(minutes):
        if made and minute == made[-1][1] + 1:
            made[-1][1] = minute
        else:
            made.append([minute, minute])
    return tuple((_at(first), _at(last)) for first, last in made)


def _at(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def _instant(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
