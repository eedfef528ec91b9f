"""Screening of stored evidence: sessions of a range, compared with one another and with all history.

Read, decode, gather; ask the table of prints; compare what it names; write what is suspected. No score is
made here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from firmware.wire.errors import DecodeError
from firmware.wire.fields import BOOT
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import Evidence, FaceChecks
from ingest.judge.suspicions import (
    KINDS,
    PHOTO_REUSED,
    TRACE_REPLAYED,
    TRACE_SHARED,
)
from ingest.judging.world import World
from ingest.measure.decode import decode_minutes
from ingest.measure.sort import MINUTES, Sorter
from ingest.measure.stored import Row
from ingest.screening.faces import photo_reused, scores_repeated
from ingest.screening.fixes import timeline
from ingest.screening.inserted import RecordHeads
from ingest.screening.matching import Candidates, Hits, candidates, is_earlier
from ingest.screening.replay import replays
from ingest.screening.rhythm import Prints
from ingest.screening.sessions import Scored
from ingest.screening.whole import Gathered, Records, by_session, gather, in_order
from ingest.store import face_prints, screened, suspicions, trace_prints
from ingest.store.connection import Connection
from ingest.store.evidence import UTC_END_US, read_range, read_terminal

SCREENING = "screening 2026.1"
AROUND_US = 12 * 3600 * 1_000_000
"""So much is read before and after the range, so that its first and last sessions are whole."""
_BLOCK = 4096
_ASKED_AT_ONCE = 50_000
_TERMINAL = slice(1, 9)
_BOOT = slice(45, 49)
_PAIRS = (TRACE_REPLAYED, TRACE_SHARED, PHOTO_REUSED)

Name = tuple[int, int]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Screened:
    """What one run did. minutes and sessions of the range; prints kept of them; candidates compared;
    suspected: kind -> rows that stand; changed: rows that are other than before."""

    minutes: int
    sessions: int
    prints: int
    candidates: int
    suspected: dict[int, int]
    changed: int
    unreadable: int


def screen(
    conn: Connection, world: World, from_us: int, to_us: int, progress: Progress = lambda _: None
) -> Screened:
    """Screen the training sessions whose first minute lies in [from_us, to_us), microseconds.

    conn must be an autocommit connection. Again on the same evidence it changes nothing. Whatever is
    suspected of these sessions, and of later ones that copy them, is written; other sessions are left alone.
    """
    schools = {fact.terminal: fact.school for fact in world.facts.terminals}
    with conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        around = from_us - AROUND_US, to_us + AROUND_US
        gathered, sorter, heads = _read(conn, around, world.public_keys, progress)
        evidence = sorter.evidence([])
        names, mine = _in_range(gathered, from_us, to_us)
        records = records_of(evidence, heads, schools)
        parts = [by_session(gathered, records), scores_repeated(evidence.checks)]
        prints = gathered.prints.take(np.flatnonzero(mine(gathered.prints.terminal, gathered.prints.session)))
        trace_prints.replace(conn, names, _rows(prints))
        probes = gathered.probes.take(np.flatnonzero(mine(gathered.probes.terminal, gathered.probes.session)))
        found = candidates(_hits(conn, probes, mine, progress))
        pairs = [_compared(conn, found, progress)] + [_photos(conn, evidence.checks, mine)]
        own = _only(in_order(Scored.concat(parts)), mine)
        scored = in_order(Scored.concat([own, *pairs]))
        changed = suspicions.replace(
            conn, names, scored.suspicions, scored.numbers, SCREENING, KINDS, pairs=_PAIRS
        )
        screened.note(conn, _minutes_by_session(gathered, mine), SCREENING)
    kinds, counts = np.unique(scored.suspicions.kind, return_counts=True)
    return Screened(
        int(mine(gathered.signs.terminal, gathered.signs.session).sum()),
        len(names),
        len(prints),
        len(found),
        dict(zip(kinds.tolist(), counts.tolist(), strict=True)),
        changed,
        sorter.unreadable,
    )


def records_of(evidence: Evidence, heads: RecordHeads, schools: Mapping[int, int]) -> Records:
    """What the detectors look at beside the minutes."""
    return Records(evidence.checks, evidence.signatures, heads, schools, BOOT)


def heads_of(rows: Sequence[Row]) -> RecordHeads:
    """Headers of records."""
    return RecordHeads.of_rows(
        [(row.terminal, row.seq, row.kind, int.from_bytes(row.record[_BOOT], "big")) for row in rows]
    )


def _read(
    conn: Connection, around_us: tuple[int, int], keys: Mapping[int, list[str]], progress: Progress
) -> tuple[Gathered, Sorter, RecordHeads]:
    for careful in (False, True):
        sorter, heads = Sorter(keys, careful), [RecordHeads.empty()]
        try:
            chunks = _headed(read_range(conn, max(around_us[0], 0), min(around_us[1], UTC_END_US)), heads)
            gathered = _gathered(sorter.minute_blocks(chunks), progress)
        except DecodeError:
            # Rare, and only by damage to the database: look again, record by record.
            continue
        return gathered, sorter, RecordHeads.concat(heads)
    raise AssertionError("a record was readable by itself but not in a block")


def _headed(chunks: Iterable[Sequence[Row]], heads: list[RecordHeads]) -> Iterator[Sequence[Row]]:
    for chunk in chunks:
        heads.append(heads_of(chunk))
        yield chunk


def _gathered(blocks: Iterable[list[bytes]], progress: Progress) -> Gathered:
    """Blocks are cut between terminals, so that no session is split."""
    parts: list[Gathered] = []
    held: list[bytes] = []
    seen = 0
    for block in blocks:
        held += block
        if len(held) < _BLOCK:
            continue
        last = held[-1][_TERMINAL]
        whole = next(at for at, record in enumerate(held) if record[_TERMINAL] == last)
        if whole:
            parts.append(gather(decode_minutes(held[:whole]))[0])
            seen, held = seen + whole, held[whole:]
            progress(f"{seen} minutes read")
    if held:
        parts.append(gather(decode_minutes(held))[0])
    return Gathered.concat(parts)


def _in_range(
    gathered: Gathered, from_us: int, to_us: int
) -> tuple[list[Name], Callable[[Ints, Ints], Bools]]:
    """Names of the sessions that begin in the range, and which rows (terminal, session) are theirs."""
    signs = gathered.signs.take(np.flatnonzero(gathered.signs.session > 0))
    names, which = np.unique(np.stack([signs.terminal, signs.session]), axis=1, return_inverse=True)
    first = np.full(names.shape[1], 2**40, dtype=np.int64)
    np.minimum.at(first, which.reshape(-1), signs.minute)
    inside = names[:, (first * 60_000_000 >= from_us) & (first * 60_000_000 < to_us)]
    known = set(zip(*inside.tolist(), strict=True))

    def mine(terminal: Ints, session: Ints) -> Bools:
        rows = zip(terminal.tolist(), session.tolist(), strict=True)
        return np.fromiter((row in known for row in rows), dtype=bool, count=len(terminal))

    return sorted(known), mine


def _minutes_by_session(
    gathered: Gathered, mine: Callable[[Ints, Ints], Bools]
) -> Iterator[tuple[int, int, int]]:
    """(terminal, session, minutes) of the range's sessions."""
    signs = gathered.signs
    rows = np.stack([signs.terminal, signs.session])[:, mine(signs.terminal, signs.session)]
    names, counts = np.unique(rows, axis=1, return_counts=True)
    return zip(*names.tolist(), counts.tolist(), strict=True)


def _hits(conn: Connection, probes: Prints, mine: Callable[[Ints, Ints], Bools], progress: Progress) -> Hits:
    """What the table answers; of two sessions of the range the pair is taken once, from the later one."""
    parts = []
    for start in range(0, len(probes), _ASKED_AT_ONCE):
        some = probes.take(np.arange(start, min(start + _ASKED_AT_ONCE, len(probes))))
        columns = (some.print, some.terminal, some.session, some.utc_s)
        hits = Hits.of_rows(trace_prints.hits(conn, columns))
        both = mine(hits.other_terminal, hits.other_session)
        parts.append(hits.take(np.flatnonzero(~both | is_earlier(hits))))
        progress(f"{start + len(some)} of {len(probes)} prints asked for")
    return Hits.concat(parts)


def _compared(conn: Connection, found: Candidates, progress: Progress) -> Scored:
    """The candidates compared, one session's at a time."""
    parts = []
    names = np.unique(np.stack([found.terminal, found.session]), axis=1)
    for at, (terminal, session) in enumerate(names.T.tolist(), start=1):
        own = found.take(np.flatnonzero((found.terminal == terminal) & (found.session == session)))
        others = np.unique(np.stack([own.other_terminal, own.other_session]), axis=1).T.tolist()
        wanted = sorted({(terminal, session), *((one, other) for one, other in others)})
        records = [record for name in wanted for record in _minutes_of(conn, *name)]
        parts.append(replays(own, timeline(decode_minutes(records))))
        progress(f"{at} of {names.shape[1]} sessions compared")
    return Scored.concat(parts)


def _minutes_of(conn: Connection, terminal: int, session: int) -> list[bytes]:
    """A session's minute records; its sign-in bears its number, so it begins there."""
    records: list[bytes] = []
    for chunk in read_terminal(conn, terminal, first_seq=session, chunk=500):
        own = [row.record for row in chunk if row.session == session and row.kind in MINUTES]
        records += own
        if not own:
            break
    return records


def _photos(conn: Connection, checks: FaceChecks, mine: Callable[[Ints, Ints], Bools]) -> Scored:
    """Photos of the range's checks, compared with those of all checks kept."""
    own = checks.take(np.flatnonzero(mine(checks.terminal, checks.session)))
    columns = [getattr(own, name).tolist() for name in face_prints.FacePrint._fields]
    face_prints.keep(conn, zip(*columns, strict=True))
    kept = face_prints.with_photos(conn, np.unique(own.photo[own.photo != 0]).tolist())
    bare = {field.name: 0 for field in fields(FaceChecks)}
    rows = [{**bare, **one._asdict()} for one in kept]
    return photo_reused(FaceChecks.of_rows([list(row.values()) for row in rows]))


def _only(scored: Scored, mine: Callable[[Ints, Ints], Bools]) -> Scored:
    rows = np.flatnonzero(mine(scored.suspicions.terminal, scored.suspicions.session))
    return Scored(scored.suspicions.take(rows), tuple(scored.numbers[at] for at in rows.tolist()))


def _rows(prints: Prints) -> Iterator[tuple[int, ...]]:
    columns = (prints.print, prints.terminal, prints.session, prints.utc_s)
    return zip(*(column.tolist() for column in columns), strict=True)
