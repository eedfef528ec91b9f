"""What the API tells of statistics."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from ingest.desk.kernel.numbers import Number16
from ingest.desk.kernel.router import Message
from ingest.desk.kernel.shapes import Count, Cursor, Day, Instant

Share = Annotated[float | None, Field(description="0 to 1; null: of nothing.")]


class SumsTold(BaseModel):
    """Sums and the shares that follow from them. Minutes, unless the name says otherwise."""

    sessions: Annotated[int, Field(description="Sessions.")]
    recorded: int
    effective: Annotated[int, Field(description="Accepted, with decisions laid over.")]
    valid_share: Share
    accepted: Annotated[int, Field(description="By the machine.")]
    refused: Annotated[int, Field(description="By the machine.")]
    unsure: Annotated[int, Field(description="By the machine.")]
    outside: Annotated[int, Field(description="Outside the fence.")]
    out_of_fence_share: Share
    faceless: Annotated[int, Field(description="With a failed face check.")]
    face_minutes_share: Share
    checks: Annotated[int, Field(description="Face checks.")]
    checks_failed: Annotated[int, Field(description="Face checks.")]
    face_checks_failed_share: Share
    records: Annotated[int, Field(description="Records of minutes and face checks.")]
    late_records: Annotated[int, Field(description="Records.")]
    late_minutes: int
    late_share: Share
    spanned: Annotated[int, Field(description="Records written during sessions, stored or not.")]
    gap_records: Annotated[int, Field(description="Of these, records that are not stored.")]
    gaps_inside_share: Share
    at_quota: Annotated[int, Field(description="Sessions that end just at the quota.")]
    suspected: Annotated[int, Field(description="Sessions.")]


class SumsSince(SumsTold):
    """The sums of a day or month."""

    since: Day


class SumsOf(SumsTold):
    """The sums of one key: 16 digits, or a name. missing: records that its terminals have written and that
    are not stored, now and whatever the days, between sessions too; null: it has no terminals of its own."""

    key: str
    name: str
    missing: int | None


class ReasonCounted(BaseModel):
    """How often a reason was given. sentence null: a reason that is not known here."""

    reason: int
    name: str
    sentence: Message | None
    sessions: int
    minutes: int


class Stretch(BaseModel):
    """Local days that were summed. refreshed_at: when; late_h: records later than that are late."""

    first_day: Annotated[Day, Field(alias="from")]
    last_day: Annotated[Day, Field(alias="to")]
    refreshed_at: Instant | None
    late_h: Annotated[int | None, Field(description="Hours.")]


class StatisticsSummary(Stretch):
    """The total, by day or month, and by reason."""

    total: SumsTold
    trend: list[SumsSince]
    reasons: list[ReasonCounted]


class StatisticsTable(Stretch):
    """Sums by key. has_gaps: `missing` is known of this dimension."""

    total: SumsTold
    has_gaps: bool
    items: list[SumsOf]
    next: Cursor
    count: Count


class StatisticsOne(Stretch):
    """One key by day or month, and by reason."""

    key: str
    name: str
    trend: list[SumsSince]
    reasons: list[ReasonCounted]


class DifferenceFound(BaseModel):
    """An inequality."""

    code: str
    records: int
    text: Message


class DifferencesOfCode(BaseModel):
    """Inequalities of one code: at how many terminals, of how many records together."""

    code: str
    terminals: int
    records: int


class StationCounts(BaseModel):
    """Records at each station."""

    written: int
    receipted: int
    stored: int
    beyond: Annotated[int, Field(description="Stored past a gap.")]
    lost: Annotated[int, Field(description="Told lost by the terminal.")]
    judged: int
    unreadable: int
    quarantined: int


class TerminalChain(StationCounts):
    """A terminal's records at each station."""

    put_aside: Annotated[
        int, Field(description="Of written: different ones put aside since the last that was stored.")
    ]
    terminal: Number16
    school: Number16 | None
    car: Number16 | None
    operator: str
    recounted_at: Annotated[Instant | None, Field(description="When its rows were last counted one by one.")]
    differences: list[DifferenceFound]


class ReceivedCounts(BaseModel):
    """received = stored + duplicates + quarantined, else missing."""

    received: int
    stored: int
    duplicates: int
    quarantined: int
    missing: int
    balanced: bool


class QuarantinedFor(BaseModel):
    """Records put aside, by reason."""

    reason: int
    name: str
    records: int


class ConservationTold(BaseModel):
    """The whole, and terminals, those with an inequality first. received null: to a school. meanings: by code
    of an inequality."""

    stations: StationCounts
    received: ReceivedCounts | None
    quarantined_by_reason: list[QuarantinedFor]
    quarantined_elsewhere: Annotated[int, Field(description="Put aside under no number that has a row.")]
    differences: list[DifferenceFound]
    terminals_with_differences: int
    differences_by_code: list[DifferencesOfCode]
    recounted_at: Annotated[
        Instant | None, Field(description="Since when all terminals' rows were counted; null: not all.")
    ]
    meanings: dict[str, Message]
    items: list[TerminalChain]
    next: Cursor
    count: Count


class ShareTold(BaseModel):
    """k of n."""

    k: int
    n: int
    share: Annotated[float, Field(description="0 to 1.")]


class AnomalyCause(ShareTold):
    """Why somebody stands out. peers: the others' share; z: standard errors away. advice: what to do."""

    name: str
    text: Message
    advice: Message
    peers: float
    z: float


class AnomalyTold(BaseModel):
    """Who stands out, worst cause first."""

    key: str
    name: str
    score: float
    sessions: int
    causes: list[AnomalyCause]


class AnomaliesTold(Stretch):
    """Worst first. limit_z: from where on one stands out."""

    dimension: str
    limit_z: float
    items: list[AnomalyTold]
    count: int


class WarnedAlso(BaseModel):
    """Somebody else of whom the same is told."""

    dimension: str
    key: str
    name: str


class WarningTold(BaseModel):
    """What got worse. cause: name of the share; advice: what to do. is_new: it has no days before; before is
    of its peers. also: others of whom the very same counts are told."""

    dimension: str
    key: str
    name: str
    also: list[WarnedAlso]
    is_new: bool
    cause: str
    text: Message
    advice: Message
    now: ShareTold
    before: ShareTold
    z: float


class WarningsTold(BaseModel):
    """Clearest first; the recent days to `to`, held to the days before."""

    last_day: Annotated[Day, Field(alias="to")]
    recent_days: int
    before_days: int
    dimension: str
    items: list[WarningTold]
    count: int
