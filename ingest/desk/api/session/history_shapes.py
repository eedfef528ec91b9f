"""What the API tells of a session's decisions and appeals, and of its trace."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from ingest.desk.kernel.numbers import Number16
from ingest.desk.kernel.shapes import Clock, Moment, SessionKey, UnixMinute

Longs = Annotated[list[int], Field(description="One value a fix.")]
Ring = Annotated[list[list[int]], Field(description="[lat_e7, lon_e7] of each corner.")]


class MinuteStretch(BaseModel):
    """Minutes that follow one another."""

    first_minute: UnixMinute
    last_minute: UnixMinute
    first_time: Annotated[Clock, Field(alias="from")]
    last_time: Annotated[Clock, Field(alias="to")]


class PastDecision(BaseModel):
    """A decision; one that was undone says by which. minutes: how many it spoke of; bulk: what those decided
    at once with it have in common."""

    id: int
    at: Moment
    layer: Literal["automatic", "school", "inspector", "supervision"]
    kind: str
    name: str
    account: int
    minutes: int
    stretches: list[MinuteStretch]
    cause: str
    en: str
    zh: str
    words: str
    undoes: int | None
    undone_by: int | None
    proposed_by: str | None
    bulk: str | None


class PastWords(BaseModel):
    """What somebody said."""

    at: Moment
    name: str
    role: str
    words: str


class PastAppeal(BaseModel):
    """An appeal with its thread. decision: the one that closed it."""

    id: int
    open: bool
    opened: Moment
    name: str
    decision: int | None
    thread: list[PastWords]


class SessionHistory(BaseModel):
    """What people decided and said, oldest first."""

    decisions: list[PastDecision]
    appeals: list[PastAppeal]


class TraceMinute(BaseModel):
    """The fixes of a minute, a list for each value."""

    minute: UnixMinute
    seq: Annotated[int, Field(description="Number of the record.")]
    thinned: Annotated[bool, Field(description="Not every second was kept.")]
    second: Longs
    lat_e7: Annotated[Longs, Field(description="WGS-84, 1e-7 degree.")]
    lon_e7: Annotated[Longs, Field(description="WGS-84, 1e-7 degree.")]
    speed_kmh10: Annotated[list[int | None], Field(description="0.1 km/h; null: not told.")]
    satellites: Longs
    hdop10: Annotated[Longs, Field(description="HDOP, tenths.")]
    place: Annotated[
        Longs, Field(description="0 in, 1 in doubt, 2 out, 3 out and counted, 4 dead-reckoned, -1 none.")
    ]
    margin_dm: Annotated[Longs, Field(description="Radius of the judge's uncertainty, 0.1 m.")]
    wheel_m: Annotated[int, Field(description="Metres by the wheel in the minute.")]
    rpm_max: Annotated[int, Field(description="Highest engine speed, 1/min.")]
    ignition_s: Annotated[int, Field(description="Seconds with the ignition on.")]
    shown_lat_e7: Annotated[Longs, Field(description="In the datum asked for, unless WGS-84.")] = []
    shown_lon_e7: Annotated[Longs, Field(description="In the datum asked for, unless WGS-84.")] = []


class TraceFence(BaseModel):
    """A fence within reach. then, today: in its dates at the session, now; allows: it allowed this training.
    vehicle_classes, schools null: all. areas: polygons of rings, the first the outer one."""

    fence: str
    ground: str
    kind: str
    state: str
    parts: list[int]
    vehicle_classes: list[str] | None
    schools: list[Number16] | None
    valid_from: Annotated[str, Field(description="As 2026-11-22 14:05 in the ground's zone.")]
    valid_to: Annotated[str | None, Field(description="As valid_from; null: without an end.")]
    then: bool
    today: bool
    allows: bool
    areas: list[list[Ring]]
    lines: Annotated[list[Ring], Field(description="Centre lines of a corridor.")]


class TraceTold(SessionKey):
    """A session's fixes and the fences around."""

    datum: Literal["wgs84", "gcj02"]
    minutes: list[TraceMinute]
    fences: list[TraceFence]
