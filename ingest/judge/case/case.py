"""What the rules look at and what they say: the case, the claims, a finding, and what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.judge.columns import Bools, Columns, Ints
from ingest.judge.evidence import Diagnostics, FaceChecks, Marks, MinuteMeasures, Photos
from ingest.judge.register.registry import Registered
from ingest.judge.suspicions import Suspicions

Numbers = Mapping[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Sessions(Columns):
    """One row a training session, ordered by (terminal, session). end_s 0: no sign-out known.

    signed_in: the sign-in record whose own sequence number the session bears is there, with its time. how:
    what ended it, as in firmware.wire.notes; 0 not known.
    """

    terminal: Ints
    session: Ints
    trainee: Ints
    instructor: Ints
    course: Ints
    start_s: Ints
    end_s: Ints
    signed_in: Bools
    how: Ints


@dataclass(frozen=True)
class Case:
    """The minutes of one or many training sessions side by side, ordered by (terminal, session, minute, seq).

    row is each minute's index in sessions. own_s: seconds of the minute between sign-in and sign-out.
    through: the last sequence number before the terminal's first hole; behind: the minute's lies after it;
    hole_in_min: minutes until the session runs into the hole, 0 for its last one before, -1 where it does
    not. What the terminal told lost makes no hole: lost_min is how many minutes lie between this one and
    those that a lost record may be from, 0 for these, -1 without any. clock_off_s: how far the record's time
    was from what satellites told of its boot, 0 where clock_told is False. signature: as in
    signatures. others_n counts the rest of the evidence that was taken in. checks, marks, photos
    and diagnostics hold each record once, by (terminal, seq).
    """

    sessions: Sessions
    minutes: MinuteMeasures
    checks: FaceChecks
    marks: Marks
    photos: Photos
    diagnostics: Diagnostics
    suspicions: Suspicions
    registered: Registered
    row: Ints
    car: Ints
    terminal_state: Ints
    own_s: Ints
    behind: Bools
    hole_in_min: Ints
    lost_min: Ints
    through: Ints
    sign_in_fits: Bools
    clock_off_s: Ints
    clock_told: Bools
    signature: Ints
    others_n: int


def of_sessions(case: Case, wanted: Bools) -> tuple[Case, Ints]:
    """(the Case of the wanted sessions alone, rows that its minutes have in this one)."""
    rows = np.flatnonzero(wanted[case.row])
    place = np.cumsum(wanted) - 1
    by_minute: dict[str, Any] = {
        name: value[rows] for name, value in vars(case).items() if isinstance(value, np.ndarray)
    }
    by_minute["row"] = place[case.row[rows]]
    part = replace(
        case,
        sessions=case.sessions.take(wanted),
        minutes=case.minutes.take(rows),
        registered=case.registered.take(rows),
        **by_minute,
    )
    return part, rows


@dataclass(frozen=True)
class Claims:
    """Per minute: the row of the session that holds its trainee, instructor or car already, else -1."""

    trainee: Ints
    instructor: Ints
    car: Ints


@dataclass(frozen=True, eq=False)
class Finding:
    """One rule's result over the minutes: hit, the rule's effect applies; doubt, it cannot say (unsure).

    numbers: what it looked at (name with unit -> column).
    """

    hit: Bools
    doubt: Bools
    numbers: Numbers


def hits(mask: Bools, **numbers: npt.NDArray[Any]) -> Finding:
    """The rule's effect applies to these minutes."""
    return Finding(mask, np.zeros(len(mask), dtype=bool), numbers)


@dataclass(frozen=True, eq=False)
class Ruling:
    """What a finding does under the effects in force: refused, unsure, or only noted; and who is to look.

    The four masks are over the minutes; numbers as in Finding.
    """

    refused: Bools
    unsure: Bools
    noted: Bools
    flagged: Bools
    numbers: Numbers

    @property
    def any(self) -> Bools:
        """Minutes for which the rule has something to say."""
        said: Bools = self.refused | self.unsure | self.noted
        return said
