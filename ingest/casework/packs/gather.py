"""Documents of a session's pack out of the database, as large as asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from firmware.wire import records as wire
from ingest.casework.packs.decisions import credit_told, decisions_told
from ingest.casework.packs.known import Asked, Known, Reach
from ingest.casework.packs.neighbours import neighbours, others_of
from ingest.casework.packs.window import Window
from ingest.casework.packs.world import fences_told, registry_told, terminal_told
from ingest.pack.documents import Documents
from ingest.pack.facts import rules_written
from ingest.pack.records import breaks_of, covering, heads, of_session
from ingest.pack.told import photos_of
from ingest.store import evidence, photos
from ingest.store.connection import Connection
from ingest.store.desk.session import packs
from ingest.store.desk.session.packs import Held, OutcomeRow
from ingest.store.evidence import EvidenceRow

_NAMED = ("trainee", "instructor", "car")


@dataclass(frozen=True)
class Extent:
    """How much goes into a pack. reach: which fences; all_people: the entries of everybody that the records
    name; hidden: other people's numbers are replaced."""

    window: Window
    reach: Reach = Reach.NEAR
    all_people: bool = False
    hidden: bool = True


class Gatherer:
    """What is the same for every extent, read once."""

    def __init__(self, conn: Connection, known: Known, outcome: OutcomeRow, held: Held) -> None:
        self._conn, self._known, self._outcome, self._held = conn, known, outcome, held
        key = (outcome.terminal, outcome.session)
        self._key = key
        self._asked = Asked(outcome.part, outcome.start_s, outcome.end_s or outcome.start_s)
        self._verdicts = {
            "minutes": [row._asdict() for row in packs.verdicts(conn, *key)],
            "outcome": _outcome(
                outcome, sum(r.minutes for r in packs.credit(conn, *key) if r.decision is None)
            ),
            "judged_under": outcome.judged_under,
        }
        self._suspicions = [row._asdict() for row in packs.suspicions(conn, *key)]
        self._decisions, self._credit = decisions_told(conn, *key), credit_told(conn, *key)
        self._names = packs.names(conn, outcome)
        self._others = others_of(conn, known.world, *key)

    def documents(self, extent: Extent) -> Documents:
        """The documents, rules.json without the sets in force and no pictures among them."""
        known, (terminal, session) = self._known, self._key
        first, last = extent.window
        rows = [row for chunk in evidence.read_terminal(self._conn, terminal, first, last) for row in chunk]
        records = [row.record for row in rows]
        values = [wire.decode(record) for record in records]
        own = [row for row in values if row.get("session") == session or row["seq"] == session]
        people = {row[name] for row in (values if extent.all_people else own) for name in _people_of(row)}
        people |= {self._outcome.trainee, self._outcome.instructor}
        told = terminal_told(known)
        return Documents(
            records=tuple(records),
            session=self._session(extent.window, records, values, told),
            terminal=told,
            registry=registry_told(known, people),
            fences=fences_told(known, records, extent.reach, self._asked),
            rules={**rules_written(known.rules), "in_force": []},
            suspicions=self._suspicions,
            neighbours=neighbours(self._others, people | {self._outcome.car}, extent.hidden),
            verdicts=self._verdicts,
            decisions=self._decisions,
            credit=self._credit,
            photos=photos_of(values, session),
            envelopes=_envelopes(rows),
        )

    def _session(
        self, window: Window, records: list[bytes], values: list[dict[str, Any]], terminal: dict[str, Any]
    ) -> dict[str, Any]:
        number, session = self._key
        there = {row["seq"] for row in values}
        first, last = min(there, default=window.first), max(there, default=window.last)
        breaks = breaks_of(records, values)
        keys = [one["public_key"] for one in terminal["keys"]]
        seqs = of_session(values, session)
        head = covering(heads(values, records, keys), breaks, min(seqs), max(seqs)) if seqs else None
        return {
            "terminal": f"{number:016d}",
            "session": session,
            "first": first,
            "last": last,
            "through": self._held.through,
            "lost": [seq for seq in self._held.lost if window.first <= seq <= window.last],
            "absent": [seq for seq in range(first, last + 1) if seq not in there],
            "breaks": breaks,
            "head": list(head) if head else None,
            "names": self._names,
        }


def pictures(conn: Connection, documents: Documents) -> dict[str, bytes]:
    """SHA-256 -> JPEG of those of the session's photos that are whole."""
    digests = {one["sha256"] for one in documents.photos} - {None}
    found = {digest: photos.read(conn, bytes.fromhex(digest)) for digest in sorted(digests)}
    return {digest: data for digest, data in found.items() if data is not None}


def _people_of(row: dict[str, Any]) -> list[str]:
    return [name for name in ("trainee", "instructor", "person") if row.get(name)]


def _outcome(outcome: OutcomeRow, credited: int) -> dict[str, Any]:
    told = {**outcome._asdict(), "credited": credited, "terminal": f"{outcome.terminal:016d}"}
    del told["judged_under"]
    return {**told, **{name: f"{told[name]:016d}" for name in _NAMED}}


def _envelopes(rows: Sequence[EvidenceRow]) -> list[dict[str, Any]]:
    """Each envelope that brought one of the records, in the order of its first record here."""
    found: dict[tuple[int, int, bytes], list[int]] = {}
    for row in rows:
        found.setdefault((row.envelope_first, row.envelope_count, row.seal), []).append(row.seq)
    return [
        {"first": first, "count": count, "seal": seal.hex(), "records": seqs}
        for (first, count, seal), seqs in found.items()
    ]
