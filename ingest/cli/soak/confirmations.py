"""What a terminal's screen confirmed, held against its records: for each line one of its own, in order."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from firmware.wire.fields import MINUTE, MINUTE_THIN, SIGN_IN, SIGN_OUT

INSTRUCTOR, TRAINEE = 1, 2
BY_HAND, IGNITION_OFF, FORCED = 1, 3, 4


@dataclass(frozen=True)
class Confirmation:
    """One line of the screen; person, how and minutes are None where the line says nothing of them."""

    line: str
    kind: int
    role: int
    how: int | None = None
    person: int | None = None
    minutes: int | None = None

    def is_of(self, record: dict[str, Any], minutes: int = 0) -> bool:
        """Whether a decoded record is what this line confirmed.

        minutes: of the record's session, 0 where they are not known. The line tells them all, the record
        those since the last restart.
        """
        if (record["kind"], record.get("role")) != (self.kind, self.role):
            return False
        if self.minutes is not None and self.minutes != (minutes or record["minutes"]):
            return False
        said = {"how": self.how, "person": self.person}
        return all(value is None or record[name] == value for name, value in said.items())


_TRAINEE_OUT = re.compile(r"^Trainee signed out: (?P<minutes>\d+) minutes")
# firmware/terminal/screen/sentences.py; all but the trainee's sign-out say how it came about.
_LINES = (
    (re.compile(r"^Instructor (?P<person>\d{16}) signed in\."), SIGN_IN, INSTRUCTOR, None),
    (re.compile(r"^Trainee (?P<person>\d{16}) signed in\."), SIGN_IN, TRAINEE, None),
    (_TRAINEE_OUT, SIGN_OUT, TRAINEE, BY_HAND),
    (re.compile(r"^Instructor signed out\."), SIGN_OUT, INSTRUCTOR, BY_HAND),
    (re.compile(r"^Engine off for long: the instructor"), SIGN_OUT, INSTRUCTOR, IGNITION_OFF),
    (re.compile(r"^A session from long before the restart"), SIGN_OUT, INSTRUCTOR, FORCED),
)


def confirmations(log: str) -> list[Confirmation]:
    """The lines of a terminal's log that confirm a sign-in or a sign-out."""
    found: list[Confirmation] = []
    before = ""
    for line in log.splitlines():
        for pattern, kind, role, how in _LINES:
            match = pattern.search(line)
            if match is not None:
                numbers = {name: int(text) for name, text in match.groupdict().items()}
                if how == IGNITION_OFF and _TRAINEE_OUT.search(before):
                    # The same line as by hand; only the one right after it tells.
                    found[-1] = replace(found[-1], how=IGNITION_OFF)
                found.append(Confirmation(line, kind, role, how, **numbers))
        before = line
    return found


def unrecorded(said: Sequence[Confirmation], decoded: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A sentence for each confirmation without a record of its own after the one of the line before.

    A record without a line is no fault: the power may have gone between the two.
    """
    minutes = Counter(one["session"] for one in decoded if one["kind"] in (MINUTE, MINUTE_THIN))
    at = 0
    for one in said:
        rest = range(at, len(decoded))
        place = next((i for i in rest if one.is_of(decoded[i], minutes[decoded[i].get("session")])), None)
        if place is None:
            after = decoded[at - 1]["seq"] if at else 0
            yield f"confirmed on the screen and not recorded after seq {after}: {one.line}"
        else:
            at = place + 1
