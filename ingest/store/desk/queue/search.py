"""A search of the queue: each of its words has to be found somewhere in the session."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

from ingest.judge.reasons import BY_NUMBER
from ingest.store.connection import Connection

SCHOOL, INSTRUCTOR, TRAINEE, CAR, TERMINAL = range(1, 6)
"""Kinds of queue_name."""
COLUMNS = {SCHOOL: "school", INSTRUCTOR: "instructor", TRAINEE: "trainee", CAR: "car", TERMINAL: "terminal"}
WORDS_MOST = 8
MANY = 20_000
"""Up to so many people or things of a kind that a word names are asked for by number."""
_DIGITS = 16
_PIECE = 4
"""Digits of a piece of a number in the index; so many at least are looked for within a number."""
_LATIN = 4
"""Letters of a Latin word at least that is looked for in reasons, from the beginning of their words."""
_KEY = re.compile(r"(\d{1,16})/(\d{1,18})")
# After the number stands a space, in the name may be others.
_NAMED = "queue_pieces(found) @> %(pair_{nth})s AND found LIKE %(name_{nth})s"
_NUMBERED = "queue_pieces(found) @> %(four_{nth})s AND found LIKE %(part_{nth})s"
_WHOLE = f"kind IN ({', '.join(map(str, COLUMNS))}) AND number = %(number_{{nth}})s"
_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')


def folded(text: str) -> str:
    """Lower case, with the full-width letters and digits of a Chinese keyboard made plain."""
    return unicodedata.normalize("NFKC", text).lower()


def words_of(text: str) -> list[str]:
    """The words of a search, folded, each once. What stands in double quotes is one word."""
    plain = re.sub(r"[“”„]", '"', re.sub(r"(?<=\d)\s*/\s*(?=\d)", "/", folded(text)))
    words = ((quoted or bare).strip() for quoted, bare in _WORD.findall(plain))
    return list(dict.fromkeys(word for word in words if word))


def search(conn: Connection, text: str, values: dict[str, Any]) -> str:
    """The condition on queue_entry q that every word be found; its values are added to ``values``.

    A word is part of a name (school, instructor, trainee, plate, ground), or of a number from four digits
    on, with fewer the whole number without its leading zeros; a word of a reason's sentence; or
    terminal/session. One query finds whom and what all the words name.
    """
    words = words_of(text)
    terms = []
    for nth, (word, named) in enumerate(zip(words, _named(conn, words), strict=True)):
        key = _KEY.fullmatch(word)
        if key:
            values[f"of_{nth}"], values[f"session_{nth}"] = int(key[1]), int(key[2])
            terms.append(f"(q.terminal = %(of_{nth})s AND q.session = %(session_{nth})s)")
            continue
        found = _terms(nth, word, named, values)
        reasons = reasons_of(word)
        if reasons:
            values[f"reasons_{nth}"] = reasons
            found.append(f"q.reasons && %(reasons_{nth})s::smallint[]")
        if not found:
            return "false"
        terms.append(f"({' OR '.join(found)})")
    return " AND ".join(terms) or "true"


def reasons_of(word: str) -> list[int]:
    """Numbers of the reasons that have the word: two Chinese characters anywhere in a sentence, four Latin
    letters at the beginning of one of its words, or the reason's name."""
    if word.isascii():
        if len(word) < _LATIN or not any(letter.isalpha() for letter in word):
            return []
        begins = re.compile(r"(?<![a-z0-9_])" + re.escape(word))
        return [number for number, row in BY_NUMBER.items() if begins.search(f"{row[1]} {row[3]}".lower())]
    return [number for number, row in BY_NUMBER.items() if len(word) > 1 and word in row[4].lower()]


class Named(NamedTuple):
    """Whom and what a word names: numbers by kind, each once, and grounds."""

    numbers: dict[int, set[int]]
    grounds: list[str]


def _named(conn: Connection, words: Sequence[str]) -> list[Named]:
    """Whom and what each word names, up to MANY + 1 of a sort."""
    found = [Named({}, []) for _ in words]
    if not words:
        return found
    values: dict[str, Any] = {"most": MANY + 1}
    parts = []
    for nth, word in enumerate(words):
        values |= _likes(nth, word)
        conditions = [_NAMED.format(nth=nth)]
        if _is_number(word):
            values |= {f"number_{nth}": int(word), f"part_{nth}": f"%{word}% %"}
            values[f"four_{nth}"] = _pieces(word, _PIECE)
            conditions.append((_NUMBERED if _is_part(word) else _WHOLE).format(nth=nth))
        parts += [
            f"SELECT {nth}, kind::int, array_agg(number), ''::text FROM (SELECT kind, number FROM queue_name"
            f" WHERE {condition} LIMIT %(most)s) AS found GROUP BY kind"
            for condition in conditions
        ]
        parts.append(
            f"(SELECT {nth}, 0, NULL, ground FROM queue_ground_name WHERE found LIKE %(ground_{nth})s"
            " LIMIT %(most)s)"
        )
    for nth, kind, numbers, ground in conn.execute(" UNION ALL ".join(parts).encode(), values):
        if numbers is None:
            found[nth].grounds.append(ground)
        else:
            found[nth].numbers.setdefault(kind, set()).update(numbers)
    return found


def _terms(nth: int, word: str, named: Named, values: dict[str, Any]) -> list[str]:
    """Terms on queue_entry q: who or what it names is among those found."""
    terms = []
    if named.grounds:
        terms.append(_among("ground", "text", f"grounds_{nth}", named.grounds, values))
    if sum(map(len, named.numbers.values())) <= MANY:
        return terms + [
            _among(COLUMNS[kind], "bigint", f"named_{nth}_{kind}", sorted(numbers), values)
            for kind, numbers in sorted(named.numbers.items())
        ]
    for kind, column in COLUMNS.items():
        condition = _NAMED.format(nth=nth)
        terms.append(f"q.{column} IN (SELECT number FROM queue_name WHERE kind = {kind} AND {condition})")
        if _is_number(word) and _is_part(word):
            terms.append(f"lpad(q.{column}::text, {_DIGITS}, '0') LIKE %(ground_{nth})s")
        elif _is_number(word):
            terms.append(f"q.{column} = %(number_{nth})s")
            values[f"number_{nth}"] = int(word)
    values |= _likes(nth, word)
    return terms


def _among(column: str, kind: str, key: str, some: Sequence[Any], values: dict[str, Any]) -> str:
    # Of one value the index has the sessions in the order of the queue.
    values[key] = some[0] if len(some) == 1 else list(some)
    return f"q.{column} = %({key})s" if len(some) == 1 else f"q.{column} = ANY (%({key})s::{kind}[])"


def _likes(nth: int, word: str) -> dict[str, Any]:
    """The word as the patterns of _NAMED and of grounds want it."""
    like = re.sub(r"([\\%_])", r"\\\1", word)
    return {f"ground_{nth}": f"%{like}%", f"name_{nth}": f"% %{like}%", f"pair_{nth}": _pieces(word, 2)}


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= _DIGITS


def _is_part(word: str) -> bool:
    return _PIECE <= len(word) < _DIGITS


def _pieces(word: str, size: int) -> list[str]:
    """What the index has of every name or number with this word in it."""
    return [word[at : at + size] for at in range(max(1, len(word) - size + 1))]
