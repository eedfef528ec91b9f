"""From stored evidence to verdicts and credit: read, measure, judge, write. All opinions are elsewhere."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from firmware.wire.errors import DecodeError
from geofence.engine import FenceSet
from geofence.ground import read_fences
from ingest.judge.credit import credits, training_hours
from ingest.judge.evidence import Evidence
from ingest.judge.explain import minute_verdicts
from ingest.judge.facts import Facts
from ingest.judge.flags import flags
from ingest.judge.judge import Judgement, judge
from ingest.judge.rule_set import RuleSet
from ingest.measure.records import measure_blocks
from ingest.measure.sort import Sorter
from ingest.registry.facts import facts_of
from ingest.store import outcomes, registry
from ingest.store.connection import Connection
from ingest.store.evidence import count as count_evidence
from ingest.store.evidence import read_range

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
        facts, fences = facts_of(known), _fences(known)
        under = _judged_under(rules, facts, known)
        with conn.transaction():
            # One view of the evidence from first chunk to last, whatever arrives meanwhile.
            conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            stored = count_evidence(conn)
            evidence, sorter = _read(conn, fences, rules, facts)
            outcomes.replace_head_signatures(conn, sorter.chains.states, under)
            return _write(conn, judge(evidence, facts, rules), rules, under, stored, sorter.unreadable)


def _read(conn: Connection, fences: FenceSet, rules: RuleSet, facts: Facts) -> tuple[Evidence, Sorter]:
    """The evidence measured, and who sorted it: what it could not read, which signatures it saw."""
    public_keys = _public_keys(facts)
    for careful in (False, True):
        sorter = Sorter(public_keys, careful)
        try:
            measures = list(measure_blocks(sorter.minute_blocks(read_range(conn)), fences, rules))
        except DecodeError:
            # Rare, and only by damage to the database: look again, record by record.
            continue
        return sorter.evidence(measures), sorter
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
        "sign_ins_and_outs": len(case.marks),
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


def _public_keys(facts: Facts) -> dict[int, list[str]]:
    keys: dict[int, list[str]] = {}
    for fact in facts.terminals:
        known = keys.setdefault(fact.terminal, []) if fact.public_key else []
        if fact.public_key and fact.public_key not in known:
            known.append(fact.public_key)
    return keys


def _fences(known: registry.Snapshot) -> FenceSet:
    # One by one: a fence that changed has two entries with one id, which a file may not have.
    collections = ({"type": "FeatureCollection", "features": [entry]} for entry in known.grounds["features"])
    return FenceSet(fence for one in collections for fence in read_fences(one, "registry"))


def _judged_under(rules: RuleSet, facts: Facts, known: registry.Snapshot) -> str:
    """Rule set and registry by name and digest: everything but the evidence that a verdict depends on."""
    text = json.dumps([asdict(facts), known.grounds], sort_keys=True, separators=(",", ":"))
    registry_digest = hashlib.sha256(text.encode()).hexdigest()
    return f"rules {rules.version} {rules.digest[:_DIGEST_SHOWN]}, registry {registry_digest[:_DIGEST_SHOWN]}"
