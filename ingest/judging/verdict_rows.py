"""Minute verdicts as the bytes that PostgreSQL's binary COPY takes, and a digest for each local day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from struct import Struct
from typing import Any

import numpy as np

from ingest.judge.columns import Bools, Ints
from ingest.judge.own import Own, Rulings
from ingest.judge.reasons import BY_NUMBER

COLUMNS = "terminal, seq, session, minute, verdict, counted_s, stops, reasons, numbers"
_NAME = 1
_INT2 = 21
_EMPTY_ARRAY = Struct(">iii").pack(0, 0, _INT2)
_EMPTY_JSON = b"\x01{}"
_PLAIN = np.dtype(
    [
        ("fields", ">i2"),
        ("terminal_n", ">i4"),
        ("terminal", ">i8"),
        ("seq_n", ">i4"),
        ("seq", ">i8"),
        ("session_n", ">i4"),
        ("session", ">i8"),
        ("minute_n", ">i4"),
        ("minute", ">i4"),
        ("verdict_n", ">i4"),
        ("verdict", ">i2"),
        ("counted_s_n", ">i4"),
        ("counted_s", ">i2"),
        ("stops_n", ">i4"),
        ("stops", ">i2"),
        ("tail", "u1", (4 + len(_EMPTY_ARRAY) + 4 + len(_EMPTY_JSON),)),
    ]
)
_TAIL = (
    Struct(">i").pack(len(_EMPTY_ARRAY)) + _EMPTY_ARRAY + Struct(">i").pack(len(_EMPTY_JSON)) + _EMPTY_JSON
)
_HEAD_SIZE = _PLAIN.itemsize - len(_TAIL)
_LENGTHS = {"terminal": 8, "seq": 8, "session": 8, "minute": 4, "verdict": 2, "counted_s": 2, "stops": 2}
_SIZE = Struct(">i")
_ARRAY = Struct(">iiiii")
_ELEMENT = Struct(">ih")


@dataclass(frozen=True)
class SessionRows:
    """A session's rows as COPY takes them, by (minute, seq); and (local day, SHA-256) of each day."""

    rows: bytes
    days: tuple[tuple[int, bytes], ...]


def own_rows(own: Own, wanted: Bools, day: Ints) -> Iterator[tuple[int, SessionRows]]:
    """(row in own.case.sessions, its rows) of every wanted session that has minutes; day: of each minute."""
    case = own.case
    heads = _plain(own)
    said = explained(own.rulings)
    if not len(case.row):
        return
    starts = [0, *(np.flatnonzero(np.diff(case.row)) + 1).tolist()]
    sessions = case.row[starts].tolist()
    complex_at = np.array(sorted(said), dtype=np.int64)
    days = day.tolist()
    for nth, (begin, end) in enumerate(zip(starts, [*starts[1:], len(case.row)], strict=True)):
        if not wanted[sessions[nth]]:
            continue
        first, past = np.searchsorted(complex_at, (begin, end))
        some = complex_at[first:past].tolist()
        yield sessions[nth], _session(heads, begin, end, some, said, days)


def _session(
    heads: bytes, begin: int, end: int, some: list[int], said: dict[int, bytes], days: list[int]
) -> SessionRows:
    if days[begin] == days[end - 1]:
        rows = _joined(heads, begin, end, some, said)
        return SessionRows(rows, ((days[begin], hashlib.sha256(rows).digest()),))
    cuts = [begin, *(at for at in range(begin + 1, end) if days[at] != days[at - 1]), end]
    parts = []
    for first, past in pairwise(cuts):
        inside = [at for at in some if first <= at < past]
        parts.append((days[first], _joined(heads, first, past, inside, said)))
    digests = tuple((day, hashlib.sha256(rows).digest()) for day, rows in parts)
    return SessionRows(b"".join(rows for _, rows in parts), digests)


def _joined(heads: bytes, begin: int, end: int, some: list[int], said: dict[int, bytes]) -> bytes:
    size = _PLAIN.itemsize
    if not some:
        return heads[begin * size : end * size]
    pieces, at = [], begin
    for row in some:
        pieces += [heads[at * size : row * size + _HEAD_SIZE], said[row]]
        at = row + 1
    pieces.append(heads[at * size : end * size])
    return b"".join(pieces)


def _plain(own: Own) -> bytes:
    minutes = own.case.minutes
    table = np.zeros(len(minutes), dtype=_PLAIN)
    table["fields"] = len(_LENGTHS) + 2
    for name, length in _LENGTHS.items():
        table[f"{name}_n"] = length
        table[name] = own.verdict if name == "verdict" else getattr(minutes, name)
    table["tail"] = np.frombuffer(_TAIL, dtype=np.uint8)
    return table.tobytes()


def explained(rulings: Rulings) -> dict[int, bytes]:
    """Row -> its reasons and their numbers as COPY takes them, where any rule has something to say."""
    return {row: packed(*told) for row, told in explained_texts(rulings).items()}


def explained_texts(rulings: Rulings) -> dict[int, tuple[list[int], str]]:
    """Row -> (reasons, their numbers as a JSON object), where any rule has something to say."""
    found: dict[int, tuple[list[int], list[str]]] = {}
    for reason, ruling in rulings:
        rows = np.flatnonzero(ruling.any)
        if not len(rows):
            continue
        for row, text in zip(rows.tolist(), _texts(reason, ruling.numbers, rows), strict=True):
            told = found.get(row)
            if told is None:
                found[row] = [reason], [text] if text else []
                continue
            told[0].append(reason)
            if text:
                told[1].append(text)
    return {row: (why, "{" + ",".join(texts) + "}") for row, (why, texts) in found.items()}


def packed(reasons: Sequence[int], numbers: str) -> bytes:
    """The two last columns."""
    text = numbers.encode()
    return _array(tuple(reasons)) + _SIZE.pack(len(text) + 1) + b"\x01" + text


@lru_cache(maxsize=4096)
def _array(reasons: tuple[int, ...]) -> bytes:
    array = _ARRAY.pack(1, 0, _INT2, len(reasons), 1) + b"".join(_ELEMENT.pack(2, one) for one in reasons)
    if not reasons:
        array = _EMPTY_ARRAY
    return _SIZE.pack(len(array)) + array


def _texts(reason: int, numbers: Any, rows: Ints) -> Iterable[str]:
    """What the rule looked at, as a member of a JSON object."""
    if not numbers:
        return [""] * len(rows)
    name_of = json.dumps(str(BY_NUMBER[reason][_NAME]))
    keys = [json.dumps(name) for name in numbers]
    columns = [_numbers(column[rows].tolist()) for column in numbers.values()]
    form = name_of + ":{" + ",".join(f"{key}:%s" for key in keys) + "}"
    return [form % values for values in zip(*columns, strict=True)]


def _numbers(values: list[Any]) -> list[str]:
    """Each as json.dumps writes it; no number has a comma."""
    return json.dumps(values, separators=(",", ":"))[1:-1].split(",")
