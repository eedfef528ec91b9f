"""What the API tells of decisions: the ledger of a session, their words, proposals, appeals."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from ingest.desk.kernel.router import Message
from ingest.desk.kernel.shapes import Instant, SessionKey, UnixMinute


class LayerNamed(BaseModel):
    """A layer: 0 automatic, 1 school, 2 inspector, 3 supervision."""

    number: int
    name: Message


class KindNamed(BaseModel):
    """A kind of decision."""

    name: str
    text: Message


class LedgerEntry(BaseModel):
    """One decision. accepts, refuses: minutes; undoes: the entry it takes back; bulk: what its decisions have
    in common; judged_under: how the machine's verdicts stood."""

    id: int
    at: Instant
    layer: LayerNamed
    kind: KindNamed
    by: str
    accepts: list[UnixMinute]
    refuses: list[UnixMinute]
    cause: str
    words: str
    undoes: int | None
    proposed_by: str | None
    bulk: str | None
    judged_under: str


class Ledger(BaseModel):
    """Oldest first."""

    items: list[LedgerEntry]


class CauseNamed(BaseModel):
    """A cause, the kinds it goes with, and whether words must be added."""

    name: str
    kinds: list[str]
    text: Message
    needs_words: bool


class LayerText(BaseModel):
    """A layer."""

    number: int
    text: Message


class DecisionWords(BaseModel):
    """Everything that a decision is made of, in both languages."""

    kinds: list[KindNamed]
    causes: list[CauseNamed]
    layers: list[LayerText]
    states: list[KindNamed]


class ReversalTold(SessionKey):
    """A proposal to reverse a final decision. may_settle: whoever asks may be the second person."""

    id: int
    at: Instant
    utc_offset_min: int
    decision: int
    proposed_by: str
    cause: str
    words: str
    may_settle: bool


class Reversals(BaseModel):
    """Oldest first."""

    items: list[ReversalTold]


class AppealWords(BaseModel):
    """What one side said."""

    at: Instant
    by: str
    role: str
    words: str


class AppealTold(BaseModel):
    """An appeal with its thread. decision: the one that closed it, null: none did."""

    id: int
    opened_at: Instant
    by: str
    closed_at: Annotated[Instant | None, Field(description="Null: open.")]
    decision: int | None
    thread: list[AppealWords]


class Appeals(BaseModel):
    """Oldest first."""

    items: list[AppealTold]
