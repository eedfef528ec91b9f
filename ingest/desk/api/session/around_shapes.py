"""What the API tells of what lies around a session: neighbours, the fences' history, notes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.desk.api.session.history_shapes import TraceFence
from ingest.desk.api.session.shapes import Person
from ingest.desk.kernel.shapes import Moment, SessionKey


class NeighbourTold(SessionKey):
    """A session on the same ground at the same time. is_measured: whether the distance was looked for, which
    it is of the twelve that share most time; metres null then: never both at one second."""

    school: Person | None
    instructor: Person | None
    trainee: Person | None
    car: Person | None
    part: int
    started: Moment
    ended: Moment | None
    shared_min: Annotated[int, Field(description="Minutes that both lasted.")]
    nearest_m: Annotated[int | None, Field(description="Least distance of the cars at one second.")]
    typical_m: Annotated[int | None, Field(description="Median distance of the cars.")]
    is_measured: bool


class NeighboursTold(SessionKey):
    """Those that share most time first, at most 50; is_cut: there are more. ground '': not known, and then
    there are none."""

    ground: str
    is_cut: bool
    items: list[NeighbourTold]


class FenceVersion(TraceFence):
    """A version of a fence, from one entry of the registry. then, today, allows: only of believed ones.
    gained_m2, lost_m2, changed: against the version before it; null, [] of the first."""

    entry: int
    believed: Annotated[bool, Field(description="No later entry replaced it.")]
    loaded: Annotated[Moment, Field(description="When the registry took it in.")]
    source: Annotated[str, Field(description="The file it came from.")]
    file_sha256: str
    area_m2: int
    gained_m2: int | None
    lost_m2: int | None
    changed: list[Literal["ground", "kind", "parts", "vehicle_classes", "schools", "state", "valid_to"]]


class FencePast(BaseModel):
    """A fence's versions by their first day, and of one first day as they were loaded."""

    fence: str
    versions: list[FenceVersion]


class FencesTold(SessionKey):
    """Fences near the trace, whatever their dates; those that allowed the session first."""

    datum: Literal["wgs84", "gcj02"]
    fences: list[FencePast]
    more: Annotated[int, Field(description="Fences left out.")]


class NoteAsked(BaseModel):
    """A note, 1 to 1000 characters."""

    model_config = ConfigDict(extra="forbid")

    words: Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class NoteNumber(BaseModel):
    """The note's number."""

    note: int


class NoteTold(BaseModel):
    """A note, and who wrote it."""

    id: int
    at: Moment
    name: str
    role: str
    words: str


class NotesTold(BaseModel):
    """Oldest first."""

    items: list[NoteTold]
