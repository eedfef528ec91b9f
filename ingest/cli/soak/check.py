"""What must hold after a day with faults, found out from the evidence, the journal and the terminal's log."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from firmware.wire import fields, records
from ingest.cli.soak.confirmations import TRAINEE, confirmations, unrecorded
from ingest.store import evidence
from ingest.store.connection import Connection
from simulators.day_model import TerminalPlan
from simulators.fault_feed import STRIDE_S
from simulators.fault_plan import FaultPlan

TRACE_LOST_S = 10


@dataclass
class Lived:
    """One terminal after its day: what its journal says, and where its log is.

    drafted: Unix seconds of the fixes of a minute that waits in the journal for the time to be known.
    """

    plan: TerminalPlan
    faults: FaultPlan
    last_seq: int
    receipted: int
    log: Path
    drafted: Sequence[int] = ()


@dataclass
class Finding:
    """One seed: counts for the report, and a sentence for each thing that does not hold."""

    seed: int
    records: int = 0
    minutes: int = 0
    fixes: int = 0
    confirmed: int = 0
    lost_s: int = 0
    broken: list[str] = field(default_factory=list)


def check(conn: Connection, lived: Lived) -> Finding:
    """Every rule for one terminal."""
    finding = Finding(lived.faults.seed)
    rows = [row for chunk in evidence.read_terminal(conn, lived.plan.number) for row in chunk]
    raw = [row.record for row in rows]
    decoded = [records.decode(record) for record in raw]
    finding.records = len(rows)
    finding.broken += _conserved(lived, [row.seq for row in rows])
    finding.broken += _chained(raw)
    finding.broken += _forward(decoded)
    finding.broken += _not_invented(lived, decoded)
    finding.broken += _confirmed(lived, decoded, finding)
    minutes = [one for one in decoded if one["kind"] == fields.MINUTE]
    finding.minutes = len(minutes)
    finding.fixes = sum(len(one["fixes"]) for one in minutes)
    finding.broken += _trace_kept(lived, decoded, finding)
    return finding


def _conserved(lived: Lived, seqs: Sequence[int]) -> Iterator[str]:
    if lived.receipted != lived.last_seq:
        yield f"written {lived.last_seq}, receipted {lived.receipted}"
    if list(seqs) != list(range(1, lived.last_seq + 1)):
        missing = sorted(set(range(1, lived.last_seq + 1)) - set(seqs))[:5]
        yield f"written {lived.last_seq}, stored {len(seqs)}; missing {missing}"


def _chained(raw: Sequence[bytes]) -> Iterator[str]:
    before = records.ZERO_DIGEST
    for seq, record in enumerate(raw, 1):
        if record[13:45] != before:
            yield f"seq {seq} does not follow its predecessor"
        before = records.digest(record)


def _forward(decoded: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Within a training session minutes rise and time never goes back."""
    by_session: dict[int, list[dict[str, Any]]] = {}
    for one in decoded:
        if one.get("session"):
            by_session.setdefault(one["session"], []).append(one)
    for session, mine in by_session.items():
        for before, after in pairwise(one["minute"] for one in mine if one["kind"] == fields.MINUTE):
            if after <= before:
                yield f"session {session}: minute {after} follows {before}"
        for before, after in pairwise(mine):
            if after["boot"] == before["boot"] and after["utc_s"] < before["utc_s"]:
                yield f"session {session}: seq {after['seq']} goes back in time"


def _not_invented(lived: Lived, decoded: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A session belongs to a sign-in of a planned trainee, and nothing is recorded after its sign-out."""
    open_sessions: dict[int, int] = {}
    trainees = {session.trainee for session in lived.plan.sessions}
    for one in decoded:
        kind, session = one["kind"], one.get("session", 0)
        if kind == fields.SIGN_IN and one["role"] == TRAINEE:
            open_sessions[session] = one["person"]
            if one["person"] not in trainees:
                yield f"seq {one['seq']}: trainee {one['person']} was never there"
        elif kind == fields.MINUTE and open_sessions.get(session) != one["trainee"]:
            yield f"seq {one['seq']}: a minute of a session that is not open"
        elif kind == fields.SIGN_OUT and one["role"] == TRAINEE:
            open_sessions.pop(session, None)


def _confirmed(lived: Lived, decoded: Sequence[dict[str, Any]], finding: Finding) -> Iterator[str]:
    """Whatever the screen confirmed is on record."""
    said = confirmations(lived.log.read_text(encoding="utf-8", errors="replace"))
    finding.confirmed = len(said)
    yield from unrecorded(said, decoded)


def _trace_kept(lived: Lived, decoded: Sequence[dict[str, Any]], finding: Finding) -> Iterator[str]:
    """At a power cut in training no more than TRACE_LOST_S of the trace is lost (and the feed's stride)."""
    minutes = [one for one in decoded if one["kind"] == fields.MINUTE]
    seen = [one["minute"] * 60 + fix[0] for one in minutes for fix in one["fixes"]] + list(lived.drafted)
    for cut in lived.faults.power:
        began_s = _in_training(decoded, cut.at_s)
        driven = any(session.start_s < cut.at_s < session.end_s for session in lived.plan.sessions)
        if began_s is None or not driven or _is_misled(lived.faults, cut.at_s):
            continue
        # After a cut before, the terminal has had nothing to record until it was back.
        from_s = max([began_s, *(other.back_s for other in lived.faults.power if other.back_s <= cut.at_s)])
        last_s = max([second for second in seen if second <= cut.at_s], default=from_s)
        lost_s = max(cut.at_s - max(last_s, from_s), 0)
        finding.lost_s = max(finding.lost_s, lost_s)
        if lost_s > TRACE_LOST_S + 2 * STRIDE_S:
            yield f"power cut at {cut.at_s}: {lost_s} s of trace lost"


def _is_misled(faults: FaultPlan, at_s: int) -> bool:
    """Whether the terminal's clock may not be the car's at that moment."""
    return any(jump.at_s - 300 <= at_s <= jump.back_s + 300 for jump in faults.clock)


def _in_training(decoded: Sequence[dict[str, Any]], at_s: int) -> int | None:
    """When the session that was open at at_s began, by the records of the boot before; None when none was."""
    began_s = None
    for one in decoded:
        if one["utc_s"] > at_s:
            break
        if one["kind"] == fields.SIGN_IN and one["role"] == TRAINEE:
            began_s = one["utc_s"]
        elif one["kind"] == fields.SIGN_OUT and one["role"] == TRAINEE:
            began_s = None
    return began_s
