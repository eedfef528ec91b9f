"""A day's list of training sessions as text: the form whose SHA-256 is published before the seed is known.

Seven header lines, then one line for each session, sorted as text; UTF-8, every line ends with a line feed:

    # hourfence draw 1
    # day 2026-11-22 UTC+08:00
    # committed 2026-11-23T06:00:00Z
    # drawn 50 of 1000
    # again 100 of 1000 by <SHA-256 of the repeat key>
    # seed 2026-11-23T07:00:00Z drand quicknet 52db9ba7 round 34187413
    # sessions 2
    2026-11-22 3101000000000001 1000000000000001 7 812 <digest>

A session's line: its own local day (an earlier one for a late session), school (zeros: not known), terminal,
session number, and the terminal's chain digest at record ``through``, the session's last minute record (0 and
zeros where it has none), so that the list also fixes the evidence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from ingest.draw.errors import DrawError
from ingest.draw.seeds import SeedRule

DRAWN_PERMILLE, AGAIN_PERMILLE = 50, 100
_HEADER = re.compile(
    r"# hourfence draw 1\n"
    r"# day (\d{4}-\d\d-\d\d) UTC([+-])(\d\d):(\d\d)\n"
    r"# committed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\n"
    r"# drawn (\d{1,4}) of 1000\n"
    r"# again (\d{1,4}) of 1000 by ([0-9a-f]{64})\n"
    r"# seed (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ([^\n]{1,200})\n"
    r"# sessions (\d{1,9})\n"
)
_LINE = re.compile(r"(\d{4}-\d\d-\d\d) (\d{16}) (\d{16}) (\d{1,10}) (\d{1,10}) ([0-9a-f]{64})")


class Listed(NamedTuple):
    """One training session of the list; digest: 64 hexadecimal digits."""

    day: date
    school: int
    terminal: int
    session: int
    through: int
    digest: str

    @property
    def line(self) -> str:
        """Its line, without the line feed."""
        return (
            f"{self.day.isoformat()} {self.school:016d} {self.terminal:016d} {self.session}"
            f" {self.through} {self.digest}"
        )


class Terms(NamedTuple):
    """What the draw of a day is bound to. key_digest: SHA-256 of the repeat key, 64 hexadecimal digits."""

    day: date
    utc_offset_min: int
    committed_s: int
    drawn_permille: int
    again_permille: int
    key_digest: str
    seed: SeedRule


class DayList(NamedTuple):
    """A day's list: its terms and its sessions, each once, in the order of their lines."""

    terms: Terms
    listed: tuple[Listed, ...]

    @property
    def text(self) -> str:
        """The canonical text."""
        t = self.terms
        sign, offset = ("-", -t.utc_offset_min) if t.utc_offset_min < 0 else ("+", t.utc_offset_min)
        header = (
            "# hourfence draw 1",
            f"# day {t.day.isoformat()} UTC{sign}{offset // 60:02d}:{offset % 60:02d}",
            f"# committed {_moment(t.committed_s)}",
            f"# drawn {t.drawn_permille} of 1000",
            f"# again {t.again_permille} of 1000 by {t.key_digest}",
            f"# seed {_moment(t.seed.due_s)} {t.seed.words}",
            f"# sessions {len(self.listed)}",
        )
        return "".join(f"{line}\n" for line in (*header, *(one.line for one in self.listed)))

    @property
    def digest(self) -> bytes:
        """SHA-256 of the text: what is published."""
        return hashlib.sha256(self.text.encode()).digest()


def day_list(terms: Terms, sessions: Iterable[Listed]) -> DayList:
    """The list of these sessions, in whatever order they come. Raises DrawError for a session named twice."""
    listed = tuple(sorted(sessions, key=lambda one: one.line))
    if len({(one.terminal, one.session) for one in listed}) != len(listed):
        raise DrawError(
            "draw_list",
            "A session stands in the list twice; it is not taken.",
            "名单中有重复的培训过程，不予采用。",
        )
    return DayList(terms, listed)


def parse(text: str) -> DayList:
    """A list from its text, which must be canonical to the byte. Raises DrawError."""
    found = _HEADER.match(text)
    if not found:
        raise _unreadable(1)
    lines = text[found.end() :].split("\n")
    if lines.pop() != "":
        raise _unreadable(text.count("\n") + 1)
    day, sign, hours, minutes, committed, drawn, again, key, due, words, count = found.groups()
    try:
        offset = (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)
        seed = SeedRule(words, _second(due))
        terms = Terms(date.fromisoformat(day), offset, _second(committed), int(drawn), int(again), key, seed)
    except ValueError:
        raise _unreadable(1) from None
    whole = day_list(terms, (_listed(line, number) for number, line in enumerate(lines, 8)))
    if whole.text != text or int(count) != len(whole.listed):
        raise DrawError(
            "draw_list",
            "The list is not in its canonical form (order, count or digits); take the published file.",
            "名单不是规范格式（顺序、条数或数字写法不符）；请使用公布的文件。",
        )
    return whole


def _listed(line: str, number: int) -> Listed:
    found = _LINE.fullmatch(line)
    if not found:
        raise _unreadable(number)
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        raise _unreadable(number) from None
    return Listed(day, int(found[2]), int(found[3]), int(found[4]), int(found[5]), found[6])


def _unreadable(number: int) -> DrawError:
    return DrawError(
        "draw_list",
        f"Line {number} of the list cannot be read; take the published file.",
        f"名单第{number}行无法识别；请使用公布的文件。",
    )


def _moment(utc_s: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=utc_s)).strftime("%Y-%m-%dT%H:%M:%SZ")


def _second(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp())
