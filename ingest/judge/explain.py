"""A judgement minute by minute, for the store, the screens and the digest that proves it was repeated."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ingest.judge.judge import Judgement
from ingest.judge.reasons import BY_NUMBER

_NAME = 1


class MinuteVerdict(NamedTuple):
    """One minute explained. numbers: reason NAME -> what that rule looked at, name with unit -> number.

    counted_s and stops are the terminal's own opinion, as it recorded it.
    """

    terminal: int
    seq: int
    session: int
    minute: int
    verdict: int
    reasons: list[int]
    numbers: dict[str, dict[str, Any]]
    counted_s: int
    stops: int


def minute_verdicts(judgement: Judgement) -> Iterator[MinuteVerdict]:
    """Every minute with all its reasons, in (terminal, session, minute, seq) order."""
    minutes = judgement.case.minutes
    reasons: list[list[int]] = [[] for _ in range(len(minutes))]
    numbers: list[dict[str, dict[str, Any]]] = [{} for _ in range(len(minutes))]
    for reason, finding in judgement.findings:
        name_of = str(BY_NUMBER[reason][_NAME])
        rows = finding.any.nonzero()[0]
        looked_at = {name: column[rows].tolist() for name, column in finding.numbers.items()}
        for at, row in enumerate(rows.tolist()):
            reasons[row].append(reason)
            if looked_at:
                numbers[row][name_of] = {name: column[at] for name, column in looked_at.items()}
    columns = (minutes.terminal, minutes.seq, minutes.session, minutes.minute, judgement.verdict)
    opinion = (minutes.counted_s.tolist(), minutes.stops.tolist())
    yield from map(MinuteVerdict, *(column.tolist() for column in columns), reasons, numbers, *opinion)


def serialise(judgement: Judgement) -> bytes:
    """One JSON line a minute, always the same bytes for the same judgement."""
    lines = (json.dumps(row, sort_keys=True, separators=(",", ":")) for row in minute_verdicts(judgement))
    return "\n".join(lines).encode()


def digest(judgement: Judgement) -> str:
    """SHA-256 (hex) of serialise."""
    return hashlib.sha256(serialise(judgement)).hexdigest()
