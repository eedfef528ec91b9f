"""What the API tells of a trainee: the stage report (ingest.stage.report), and the link to the own page."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ingest.desk.kernel.numbers import Number16
from ingest.desk.kernel.router import Message
from ingest.desk.kernel.shapes import Day, Instant, Verdict

Mode = Literal["in_car", "classroom", "simulator", "remote"]
Part = Annotated[int, Field(description="Part of training, 1 to 4.")]


class SyllabusTold(BaseModel):
    """The table of requirements in force at the enrolment."""

    version: str
    digest: str


class ShortageTold(BaseModel):
    """Something that is missing, in a sentence of each language. required, found, short: hours or kilometres;
    found of a registration: its state."""

    number: int
    reason: str
    part: Part | None
    en: str
    zh: str
    required: int = 0
    found: int | str = 0
    short: int = 0


class ModeTold(BaseModel):
    """What was done of a part in one mode. Unsure minutes count for nothing until they are decided."""

    minutes_recorded: int
    minutes_credited: int
    minutes_unsure: int
    hours_recorded_here: Annotated[int, Field(description="Training hours.")]
    hours_recognised: Annotated[int, Field(description="Training hours.")]
    metres: int


class PartTold(BaseModel):
    """One part; required null: not known. by_mode: in_car, classroom, simulator, remote."""

    part: Part
    hours_required: int | None
    hours: int
    kilometres_required: int | None
    kilometres: int
    by_mode: dict[str, ModeTold]


class RecognisedTold(BaseModel):
    """Training hours that no terminal here recorded. mode: 1 in_car, 2 classroom, 3 simulator, 4 remote."""

    entry: int
    part: Part
    mode: int
    hours: int
    kilometres: int
    basis: str


class DecidedOver(Message):
    """The cause of a person's decision in a sentence, and the layer it was made in."""

    layer: Message
    cause: str


class MachineSaid(BaseModel):
    """What the machine had judged before a person decided otherwise."""

    verdict: Verdict
    reasons: list[str]


class StageMinute(BaseModel):
    """One minute. reasons: names of the machine's. decided, machine: where a person decided otherwise."""

    at: Instant
    verdict: Verdict
    reasons: list[str]
    wheel_m: int
    decided: DecidedOver | None = None
    machine: MachineSaid | None = None


class StageSession(BaseModel):
    """One training session. ended_at null: it runs, or its sign-out has not arrived."""

    terminal: Number16
    session: int
    part: Part
    mode: Mode | None
    started_at: Instant
    ended_at: Instant | None
    minutes_recorded: int
    minutes_credited: int
    minutes_unsure: int
    metres_credited: int
    judged_under: str
    minutes: list[StageMinute]


class WaitingTold(BaseModel):
    """Minute records and sessions that are stored and not in the report yet. Records are looked for in the
    terminals of every school that the trainee was registered with, and in those that recorded the trainee
    before; not in a car of another school that the trainee drove for the first time."""

    records: int
    sessions: int


class EligibilityTold(BaseModel):
    """The stage report. part null: the whole course; eligible just when missing is empty."""

    format: str
    trainee: Number16
    part: Part | None
    as_of: Instant
    vehicle_class: str | None
    enrolled_on: Day | None
    syllabus: SyllabusTold | None
    eligible: bool
    missing: list[ShortageTold]
    parts: list[PartTold]
    recognised: list[RecognisedTold]
    sessions: list[StageSession]
    waits_to_be_judged: WaitingTold


class TraineeLink(BaseModel):
    """path: below the desk's address; whoever has it sees that trainee's hours until then."""

    path: str
    expires_at: Instant


class ReportKey(BaseModel):
    """A public Ed25519 key as JWK. x: base64url; kid: its thumbprint (RFC 7638)."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    kid: str
