"""What the API tells of one training session."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ingest.desk.api.session.history_shapes import SessionHistory
from ingest.desk.kernel.numbers import Number16
from ingest.desk.kernel.router import Message
from ingest.desk.kernel.shapes import Clock, Moment, SessionKey, UnixMinute, UnixSecond, Verdict

RoleHere = Literal["instructor", "trainee"]


class Person(BaseModel):
    """Somebody or something of the registry; name null: no entry in force then."""

    number: Number16
    name: str | None


class OperatorTold(BaseModel):
    """Who runs the terminal; '' unknown."""

    number: str
    name: str | None


class VerdictMinutes(BaseModel):
    """Minutes by verdict."""

    accepted: int
    refused: int
    unsure: int


class SessionHead(BaseModel):
    """Who, where, when, and how it stands; null: unknown or nobody. machine: as judged; effective: with
    decisions laid over."""

    started: Moment
    ended: Moment | None
    utc_offset_min: int
    trainee: Person | None
    instructor: Person | None
    car: Person | None
    school: Person | None
    operator: OperatorTold
    ground: str
    course: Annotated[str, Field(description="10 digits.")]
    part: Annotated[int, Field(description="Part of training, 1 to 4.")]
    vehicle_class: str
    recorded: Annotated[int, Field(description="Minutes.")]
    machine: VerdictMinutes
    effective: VerdictMinutes
    training_hours: int
    credited_min: int
    score: Annotated[int, Field(description="Place in the queue; more is worse.")]
    state: Literal["new", "leased", "decided", "appealed", "final"]
    layer: Annotated[int, Field(description="0 automatic, 1 school, 2 inspector, 3 supervision.")]
    owner: str | None
    owner_account: int | None
    lease_until: Moment | None
    decided_by: str | None
    not_owner_account: Annotated[int | None, Field(description="Who is not to decide the second look.")]
    machine_changed: Annotated[bool, Field(description="Judged otherwise than when it was decided.")]
    drawn: Annotated[bool, Field(description="Drawn by the random audit.")]


class RulesTold(BaseModel):
    """What it was judged under. mixed: minutes under several rule sets."""

    version: str
    mixed: bool
    judged_under: str


class MinuteWhy(BaseModel):
    """One reason of a minute, a sentence with its numbers. other: another session that it names."""

    name: str
    en: str
    zh: str
    other: SessionKey | None


class MinuteTold(BaseModel):
    """One minute. machine: the judge's verdict; verdict: with decisions laid over; decision: of which."""

    minute: UnixMinute
    seq: Annotated[int, Field(description="Number of the record.")]
    time: Clock
    verdict: Verdict
    machine: Verdict
    decision: int | None
    why: list[MinuteWhy]
    counted_s: Annotated[int, Field(description="Seconds that the terminal itself counted.")]
    stops: Annotated[list[str], Field(description="Why it did not count the others.")]


class LimitTold(BaseModel):
    """A threshold that the rule reads."""

    name: str
    value: float
    unit: str
    en: str
    zh: str


class ReasonRule(BaseModel):
    """A reason once: number, what it does, its sentence and the limits it was held to."""

    number: int
    effect: str
    en: str
    zh: str
    limits: list[LimitTold]


class PhotoTold(BaseModel):
    """A photo by its SHA-256. size, received: bytes. The last three where it was looked at by the server."""

    digest: str
    size: int
    received: int
    whole: bool
    faces: Annotated[int | None, Field(description="Faces found in it.")] = None
    distance_1000: Annotated[int | None, Field(description="Distance from the reference, 1/1000.")] = None
    reference: Annotated[str | None, Field(description="SHA-256 of the reference photo.")] = None


class FaceTold(BaseModel):
    """A face check or a photo. time: '' where the record has none. The last four of checks only."""

    seq: int
    utc_s: UnixSecond
    time: str
    role: RoleHere
    moment: Literal["sign_in", "during", "sign_out", "ordered", "restart"]
    kind: Literal["check", "photo"]
    photo: PhotoTold | None
    outcome: str | None = None
    score: Annotated[int | None, Field(description="Likeness 0 to 100; null: not told.")] = None
    expected: Number16 | None = None
    matched: Number16 | None = None
    is_person: Annotated[bool, Field(description="It was the person signed in.")] = False


class MarkTold(BaseModel):
    """A sign-in, sign-out, malfunction or restart."""

    seq: int
    utc_s: UnixSecond
    time: str
    what: Literal["sign_in", "sign_out", "malfunction", "malfunction_over", "restart"]
    role: RoleHere = "trainee"
    person: Number16 = ""
    how: str = ""
    malfunction: str = ""


class FlagTold(BaseModel):
    """Something about the session's records; from, to null: of no minute."""

    name: str
    en: str
    zh: str
    records: int
    first_time: Annotated[str | None, Field(alias="from", description="HH:MM in the ground's zone.")]
    last_time: Annotated[str | None, Field(alias="to", description="HH:MM in the ground's zone.")]
    other: SessionKey | None


class SuspicionTold(BaseModel):
    """What a screening found. score: 0 to 1000. of_other: it was found of the other session."""

    name: str
    en: str
    zh: str
    score: int
    evidence: Message
    numbers: Annotated[dict[str, float], Field(description="The same by name; the unit is in the name.")]
    first_minute: UnixMinute
    last_minute: UnixMinute
    first_time: Annotated[Clock, Field(alias="from")]
    last_time: Annotated[Clock, Field(alias="to")]
    other: SessionKey | None
    of_other: bool


class SeqStretch(BaseModel):
    """Records first to last."""

    first: int
    last: int


class ChainTold(BaseModel):
    """What proves it. through: the last record of the terminal's unbroken chain; missing, lost: records."""

    signature: Literal["holds", "wrong", "other_key", "not_the_record", "record_missing", "none"]
    complete: bool
    through: int
    missing: list[SeqStretch]
    lost: list[int]
    contested_from: int | None


class SessionTold(SessionKey):
    """One training session. reasons: by name, each once. seen: goes with a decision."""

    summary: Message
    head: SessionHead
    rules: RulesTold
    minutes: list[MinuteTold]
    reasons: dict[str, ReasonRule]
    faces: list[FaceTold]
    marks: list[MarkTold]
    flags: list[FlagTold]
    suspicions: list[SuspicionTold]
    chain: ChainTold
    history: SessionHistory
    seen: str
