"""The evidence pack of a session, out of the database: gathered, proved to hold, noted in the audit log."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ingest.casework import audit
from ingest.casework.packs.gather import Extent, Gatherer, pictures
from ingest.casework.packs.known import Known, Reach
from ingest.casework.packs.refused import PackRefused, judge_first, no_such_session, too_large
from ingest.casework.packs.window import Window, windows
from ingest.casework.who import SCHOOL, Who
from ingest.judging.rules import rules_in_force
from ingest.pack.archive import FILES_MAX, NAMES, SIZE_MAX
from ingest.pack.compare import check_credit, check_minutes, check_outcome
from ingest.pack.decided import check_decisions
from ingest.pack.derive import Derived
from ingest.pack.documents import Documents
from ingest.pack.facts import rule_set_written
from ingest.pack.faults import PackError
from ingest.pack.make import made
from ingest.pack.seal import fingerprint, pack_key
from ingest.pack.verify import derived_of
from ingest.settings import Settings
from ingest.store.connection import Connection
from ingest.store.desk.session import packs
from ingest.store.desk.session.packs import OutcomeRow

KEY_FILE = "pack-key.jwk"


def build(
    conn: Connection,
    who: Who,
    terminal: int,
    session: int,
    with_photos: bool = False,
    folder: Path | None = None,
) -> bytes:
    """The pack of a training session, signed by the server's pack key, and its entry in the audit log.

    with_photos: the pictures too, for those who may see faces. folder: where the pack key lies, default the
    data folder of the settings. The same state and key give the same bytes. A pack that would not verify is
    not handed out: where the stored verdicts do not follow from what is stored, PackRefused is raised and
    nothing is done. conn must be outside a transaction. Raises ingest.stage.jws.StageError where the key
    cannot be kept.
    """
    key = pack_key((folder or Settings.from_environment().data) / KEY_FILE)
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        known = Known(conn, terminal, rules_in_force(conn))
        outcome = packs.outcome(conn, terminal, session)
        if outcome is None or not _may_see(who, known, outcome):
            raise no_such_session()
        documents = _proved(conn, known, outcome)
        if with_photos:
            documents = replace(documents, pictures=pictures(conn, documents))
    data = made(documents, key)
    if len(data) > SIZE_MAX or len(documents.pictures) > FILES_MAX - len(NAMES):
        raise too_large()
    # Making a pack changes nothing, so its entry is a transaction of its own, before it is handed out.
    details = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "signer": fingerprint(key),
        "photos": sorted(documents.pictures),
    }
    audit.note(conn, who, "pack.build", f"session:{terminal:016d}/{session}", details)
    return data


def key_fingerprint(folder: Path | None = None) -> str:
    """Fingerprint of the server's pack key, which is made when there is none yet."""
    return fingerprint(pack_key((folder or Settings.from_environment().data) / KEY_FILE))


def _may_see(who: Who, known: Known, outcome: OutcomeRow) -> bool:
    """A school sees only sessions of terminals that were its own when they began."""
    return who.role != SCHOOL or any(
        fact.school == who.school
        and fact.valid_from_s <= outcome.start_s
        and (fact.valid_to_s is None or outcome.start_s < fact.valid_to_s)
        for fact in known.terminals
    )


def _proved(conn: Connection, known: Known, outcome: OutcomeRow) -> Documents:
    """The smallest documents whose verdicts are those stored."""
    key = (outcome.terminal, outcome.session)
    span, held = packs.span(conn, *key), packs.held(conn, outcome.terminal)
    if span is None:
        raise no_such_session()
    gatherer = Gatherer(conn, known, outcome, held)
    fault: PackError | None = None
    for extent in _extents(list(windows(conn, outcome.terminal, span, held))):
        documents = gatherer.documents(extent)
        try:
            derived = derived_of(documents)
            rules = {**documents.rules, "in_force": [rule_set_written(one) for one in derived.sets]}
            documents = replace(documents, rules=rules)
            _check(documents, derived)
        except PackError as found:
            fault = found
        else:
            return documents
    assert fault is not None
    raise judge_first(fault.english, fault.chinese)


def _extents(some: list[Window]) -> Iterator[Extent]:
    # Records are more often too few than fences, and all that a terminal ever recorded is long.
    for reach in ((Reach.NEAR, Reach.NEAREST), (Reach.ALL,)):
        for part in (some[:-2], some[-2:]):
            yield from (Extent(window, one) for one in reach for window in part)
    yield Extent(some[-1], Reach.ALL, all_people=True)
    yield Extent(some[-1], Reach.ALL, all_people=True, hidden=False)


def _check(documents: Documents, derived: Derived) -> None:
    check_minutes(documents.verdicts["minutes"], derived.minutes)
    check_outcome(documents.verdicts["outcome"], derived)
    decided = check_decisions(documents, {one.minute for one in derived.minutes})
    check_credit(documents, derived, decided)


__all__ = ["KEY_FILE", "PackRefused", "build", "key_fingerprint"]
