"""What is to be stored of each training session that a batch judged: counts, reasons, flags, ends, shares."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np

from ingest.judge.case.case import Case
from ingest.judge.columns import Bools, Ints
from ingest.judge.evidence import part_of
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.own import Own, credited
from ingest.judge.shared import Shares, share_out
from ingest.judging.concern import Box
from ingest.judging.verdict_rows import SessionRows
from ingest.judging.world import World
from ingest.store.judged import JudgedSession, Key, ShareRow


def share_rows(own: Own, wanted: Bools) -> dict[Key, list[ShareRow]]:
    """The shares of the wanted sessions; wanted: by row of own.case.sessions."""
    shares = share_out(own)
    digests = [rules.digest for rules in own.rule_sets]
    columns = {name: getattr(shares, name).tolist() for name in Shares.__dataclass_fields__}
    rule_set = columns.pop("rule_set")
    keys = zip(
        own.case.sessions.terminal[wanted].tolist(), own.case.sessions.session[wanted].tolist(), strict=True
    )
    rows: dict[Key, list[ShareRow]] = {key: [] for key in keys}
    for at in range(len(shares)):
        row = {name: column[at] for name, column in columns.items()}
        mine = rows.get((row["terminal"], row["session"]))
        if mine is not None:
            mine.append(ShareRow(ord=len(mine), pending=True, rules=digests[rule_set[at]], **row))
    return rows


class Told:
    """What is to be stored of each session of an Own."""

    def __init__(self, own: Own) -> None:
        case, n = own.case, len(own.case.sessions)
        self._own = own
        self._case = case
        sessions = case.sessions
        self._columns = {
            name: getattr(sessions, name).tolist()
            for name in ("terminal", "session", "trainee", "instructor", "course", "start_s", "end_s")
        }
        verdicts = (
            np.bincount(case.row[own.verdict == v], minlength=n).tolist() for v in (ACCEPTED, REFUSED, UNSURE)
        )
        self._counts = list(zip(*verdicts, strict=True))
        self._credited = np.bincount(case.row[credited(own, own.verdict)], minlength=n).tolist()
        other = case.minutes.course != sessions.course[case.row]
        self._mixed = (np.bincount(case.row[other], minlength=n) > 0).tolist()
        self._reasons: dict[int, dict[str, int]] = {}
        self._flags: dict[int, list[list[int]]] = {}
        for reason, ruling in own.rulings:
            self._tell(reason, ruling.any, ruling.flagged)
        self._ends = _ends(case, n)
        self._rules = _rules(own, n)

    def key(self, nth: int) -> Key:
        """(terminal, session) of a row of sessions."""
        return self._columns["terminal"][nth], self._columns["session"][nth]

    def session(
        self, nth: int, rows: SessionRows | None, shares: list[ShareRow], world: World
    ) -> JudgedSession:
        """A row of sessions as it is to be stored, pending."""
        of = {name: column[nth] for name, column in self._columns.items()}
        ends = {name: column[nth] for name, column in self._ends.items()}
        box = (
            (ends["south_e7"], ends["north_e7"], ends["west_e7"], ends["east_e7"]) if ends["fixed"] else None
        )
        body = {
            "course": of["course"],
            "mixed": self._mixed[nth],
            "part": part_of(of["course"]),
            "start_s": of["start_s"],
            "end_s": of["end_s"],
            "counts": self._counts[nth],
            "credited": self._credited[nth],
            "reasons": self._reasons.get(nth, {}),
            "flags": self._flags.get(nth, []),
            "days": [[day, digest.hex()] for day, digest in rows.days] if rows else [],
            "shares": hashlib.sha256(repr(shares).encode()).hexdigest()[:16],
        }
        one = JudgedSession(
            of["terminal"],
            of["session"],
            True,
            False,
            of["trainee"],
            of["instructor"],
            ends["car"],
            ends["first_seq"],
            ends["last_seq"],
            ends["first_minute"],
            ends["last_minute"],
            *_corners(box),
            bool(ends["not_inside"]),
            self._rules[nth],
            "",
            json.dumps(body, separators=(",", ":")),
        )
        return one._replace(registry=world.concern.of(one, 0 if self._mixed[nth] else of["course"]))

    def _tell(self, reason: int, said: Bools, flagged: Bools) -> None:
        row, minute = self._case.row, self._case.minutes.minute
        for nth, count in zip(*(a.tolist() for a in np.unique(row[said], return_counts=True)), strict=True):
            self._reasons.setdefault(nth, {})[str(reason)] = count
        at = np.flatnonzero(flagged)
        if not len(at):
            return
        # Minutes ascend within a session.
        rows, first, count = np.unique(row[at], return_index=True, return_counts=True)
        last = first + count - 1
        columns = (rows, count, minute[at[first]], minute[at[last]])
        for nth, records, begin, end in zip(*(column.tolist() for column in columns), strict=True):
            self._flags.setdefault(nth, []).append([reason, records, begin, end])


def _corners(box: Box | None) -> Box:
    return box or (0, 0, 0, 0)


def _ends(case: Case, n: int) -> dict[str, list[Any]]:
    """Each session's first and last seqs, minutes and fixes, 0 where it has none; its first minute's car."""
    minutes, row = case.minutes, case.row
    found: dict[str, Ints] = {}
    for name, column in (("seq", minutes.seq), ("minute", minutes.minute)):
        found[f"first_{name}"], found[f"last_{name}"] = _least(row, column, n), -_least(row, -column, n)
    fixed = minutes.fix_n > 0
    for low, high, axis in (("south", "north", "lat"), ("west", "east", "lon")):
        columns = [getattr(minutes, f"{end}_{axis}_e7") for end in ("first", "last")]
        lower, higher = np.minimum(*columns), np.maximum(*columns)
        found[f"{low}_e7"] = _least(row[fixed], lower[fixed], n)
        found[f"{high}_e7"] = -_least(row[fixed], -higher[fixed], n)
    found["fixed"] = np.bincount(row[fixed], minlength=n)
    out = (minutes.fix_out + minutes.fix_doubt > 0) | ~minutes.fence_in_force
    found["not_inside"] = np.bincount(row[out], minlength=n)
    found["car"] = np.zeros(n, dtype=np.int64)
    found["car"][row[::-1]] = case.car[::-1]
    return {name: column.tolist() for name, column in found.items()}


def _least(row: Ints, values: Ints, n: int) -> Ints:
    least = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(least, row, values)
    return np.where(least == np.iinfo(np.int64).max, 0, least)


def _rules(own: Own, n: int) -> list[str]:
    """Digest of the rule set of each session, of all its sets where there are several."""
    digests = [rules.digest for rules in own.rule_sets]
    if len(digests) == 1:
        return digests * n
    pairs = np.unique(np.column_stack([own.case.row, own.rule_set]), axis=0).tolist()
    found: list[list[str]] = [[] for _ in range(n)]
    for row, which in pairs:
        found[row].append(digests[which])
    return [" ".join(sorted(some)) for some in found]
