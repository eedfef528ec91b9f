"""From stored evidence to verdicts and credit: read, measure, judge, write. All opinions are elsewhere."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import datetime

from firmware.wire import fields, records
from firmware.wire.errors import DecodeError
from geofence.engine import FenceSet
from geofence.ground import read_fences
from ingest.judge.credit import credits, training_hours
from ingest.judge.explain import minute_verdicts
from ingest.judge.flags import flags
from ingest.judge.judge import Judgement, judge
from ingest.judge.model import (
    Evidence,
    FaceChecks,
    Facts,
    Marks,
    MinuteMeasures,
    OtherRecords,
    RuleSet,
    TerminalFact,
)
from ingest.measure.records import measure_blocks
from ingest.store import outcomes, registry
from ingest.store.connection import Connection
from ingest.store.evidence import EvidenceRow, read_range
from ingest.store.evidence import count as count_evidence

log = logging.getLogger(__name__)

_DIGEST_SHOWN = 12


@dataclass(frozen=True)
class Judged:
    """What one run did. stored counts rows of evidence, judged those that the judgement took in.

    They are counted apart: stored by the database, judged from what came out of the judge (verdicts
    written, face checks, sign-ins and sign-outs, records with nothing to judge). An unreadable record
    is not judged, and so the two differ.
    """

    stored: int
    judged: int
    by_kind: dict[str, int]
    unreadable: int
    minutes: int
    sessions: int
    flags: int
    new_credit_entries: int
    judged_under: str
    judgement: Judgement


def judge_all(conn: Connection, rules: RuleSet | None = None) -> Judged:
    """Judge all the evidence by the registry as believed now, and bring the outcomes up to date.

    conn must be an autocommit connection. Run again on the same evidence, registry and rules it changes
    nothing; late records or other rules change what they change, and credit by correcting entries.
    """
    rules = rules or RuleSet()
    with outcomes.judging(conn):
        known = registry.snapshot(conn)
        facts, fences = _facts(known.terminals), _fences(known)
        under = _judged_under(rules, facts, known)
        with conn.transaction():
            # One view of the evidence from first chunk to last, whatever arrives meanwhile.
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            stored = count_evidence(conn)
            evidence, unreadable = _read(conn, fences, rules)
            return _write(conn, judge(evidence, facts, rules), rules, under, stored, unreadable)


def _read(conn: Connection, fences: FenceSet, rules: RuleSet) -> tuple[Evidence, int]:
    """The evidence measured, and how many of its records cannot be read."""
    for careful in (False, True):
        sorter = _Sorter(careful)
        try:
            measures = list(measure_blocks(sorter.minute_blocks(read_range(conn)), fences, rules))
        except DecodeError:
            # Rare, and only by damage to the database: look again, record by record.
            continue
        return sorter.evidence(measures), sorter.unreadable
    raise AssertionError("a record was readable by itself but not in a block")


def _write(
    conn: Connection, judgement: Judgement, rules: RuleSet, under: str, stored: int, unreadable: int
) -> Judged:
    case = judgement.case
    minutes = outcomes.replace_verdicts(conn, minute_verdicts(judgement), under)
    hours = ((session, training_hours(session, rules)) for session in judgement.sessions)
    sessions = outcomes.replace_sessions(conn, hours, under)
    raised = outcomes.replace_flags(conn, [*flags(judgement), *outcomes.forks(conn)], under)
    entries = outcomes.append_credit(conn, credits(judgement), under)
    by_kind = {
        "minutes": minutes,
        "face_checks": len(case.checks),
        "sign_ins_and_outs": case.marks_n,
        "others": case.others_n,
    }
    return Judged(
        stored=stored,
        judged=sum(by_kind.values()),
        by_kind=by_kind,
        unreadable=unreadable,
        minutes=minutes,
        sessions=sessions,
        flags=raised,
        new_credit_entries=entries,
        judged_under=under,
        judgement=judgement,
    )


@dataclass
class _Sorter:
    """Sorts evidence rows by kind: minutes go on as bytes, block by block, the rest is kept as columns.

    careful: look at every minute record by itself first and leave out those that cannot be read.
    """

    careful: bool = False
    checks: list[tuple[int, ...]] = field(default_factory=list)
    marks: list[tuple[int | bool, ...]] = field(default_factory=list)
    others: list[tuple[int, int]] = field(default_factory=list)
    unreadable: int = 0

    def minute_blocks(self, chunks: Iterable[list[EvidenceRow]]) -> Iterator[list[bytes]]:
        """The minute records of each chunk that has any."""
        for chunk in chunks:
            block = []
            for row in chunk:
                if row.kind != fields.MINUTE:
                    self._keep(row)
                elif self._is_readable(row):
                    block.append(row.record)
            if block:
                yield block

    def evidence(self, measures: list[MinuteMeasures]) -> Evidence:
        """All of it, once the blocks are used up."""
        return Evidence(
            MinuteMeasures.concat(measures),
            FaceChecks.of_rows(self.checks),
            Marks.of_rows(self.marks),
            OtherRecords.of_rows(self.others),
        )

    def _is_readable(self, row: EvidenceRow) -> bool:
        if not self.careful:
            return True
        try:
            records.decode(row.record)
        except DecodeError as fault:
            self._skip(row, fault)
            return False
        return True

    def _keep(self, row: EvidenceRow) -> None:
        try:
            values = records.decode(row.record)
        except DecodeError as fault:
            self._skip(row, fault)
            return
        if row.kind == fields.FACE_CHECK:
            self.checks.append(tuple(values[column.name] for column in dataclass_fields(FaceChecks)))
        elif row.kind in (fields.SIGN_IN, fields.SIGN_OUT):
            sign_in = row.kind == fields.SIGN_IN
            who = (values["role"], values["person"], values.get("instructor", 0), values.get("course", 0))
            place = (values["terminal"], values["seq"], values["session"])
            self.marks.append((*place, sign_in, *who, values["utc_s"]))
        else:
            self.others.append((values["terminal"], values["seq"]))

    def _skip(self, row: EvidenceRow, fault: DecodeError) -> None:
        self.unreadable += 1
        log.error(
            "Record %d of terminal %016d in the evidence cannot be read (%s) and is not judged; "
            "compare it with the terminal's journal.",
            row.seq,
            row.terminal,
            fault,
        )


def _facts(terminals: list[registry.TerminalEntry]) -> Facts:
    return Facts(
        tuple(
            TerminalFact(
                entry.number,
                entry.car,
                int(entry.valid_from.timestamp()),
                _second(entry.valid_to),
                _second(entry.revoked_at),
            )
            for entry in terminals
        )
    )


def _second(instant: datetime | None) -> int | None:
    return None if instant is None else int(instant.timestamp())


def _fences(known: registry.Snapshot) -> FenceSet:
    # One by one: a fence that changed has two entries with one id, which a file may not have.
    collections = ({"type": "FeatureCollection", "features": [entry]} for entry in known.grounds["features"])
    return FenceSet(fence for one in collections for fence in read_fences(one, "registry"))


def _judged_under(rules: RuleSet, facts: Facts, known: registry.Snapshot) -> str:
    """Rule set and registry by name and digest: everything but the evidence that a verdict depends on."""
    text = json.dumps([asdict(facts), known.grounds], sort_keys=True, separators=(",", ":"))
    registry_digest = hashlib.sha256(text.encode()).hexdigest()
    return f"rules {rules.version} {rules.digest[:_DIGEST_SHOWN]}, registry {registry_digest[:_DIGEST_SHOWN]}"
