"""The queue: its pages, what it can be filtered by, and the words of decisions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ingest.decisions import states
from ingest.decisions.causes import CAUSES
from ingest.decisions.kinds import KINDS, LAYERS
from ingest.desk.api.deciding.shapes import DecisionWords
from ingest.desk.api.queue.shapes import QueueFacets, QueuePage, entry_told
from ingest.desk.kernel import paging
from ingest.desk.kernel.access import allow
from ingest.desk.kernel.actor import INSPECTOR, ROLES, SUPERVISOR, Actor
from ingest.desk.kernel.days import days_in_order
from ingest.desk.kernel.faults import DeskFault
from ingest.desk.kernel.paging import After, Limit
from ingest.desk.kernel.router import Db, Json, api_router, both
from ingest.desk.kernel.shapes import sends
from ingest.judge.reasons import BY_NUMBER
from ingest.store.connection import Connection
from ingest.store.desk.draws.kept_from import kept_from
from ingest.store.desk.queue import entries as queue
from ingest.store.desk.queue.entries import Facet, QueueRow
from ingest.store.desk.queue.filters import Filters
from ingest.store.desk.queue.search import WORDS_MOST, words_of

router = api_router("queue")

StateName = Literal["new", "leased", "decided", "appealed", "final"]
REASON_NUMBERS = {str(row[1]): int(row[0]) for row in BY_NUMBER.values()}


PlainText = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,16}$")]


class Asked(BaseModel):
    """What the queue is filtered by; nothing given: everything that needs a human.

    search: up to 8 words, each of which has to be found in the session: part of a name (school, instructor,
    trainee, plate, ground) or of a number, a word of a reason, or terminal/session; "..." is one word.
    mine: held or decided by whoever asks. listed: also sessions that need nobody.
    """

    model_config = ConfigDict(populate_by_name=True, extra="forbid")

    search: PlainText | None = None
    school: Digits | None = None
    ground: PlainText | None = None
    instructor: Digits | None = None
    trainee: Digits | None = None
    reason: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]{1,40}$")] | None = None
    day_from: Annotated[date | None, Field(alias="from")] = None
    day_to: Annotated[date | None, Field(alias="to")] = None
    score: Annotated[int | None, Field(ge=0, le=1_000_000)] = None
    state: StateName | None = None
    mine: bool = False
    listed: bool = False


class AskedInQuery(Asked):
    """The same beside other parameters; the router refuses unknown ones."""

    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_empty(cls, given: Any) -> Any:
        """A form that is sent without scripts names all its fields."""
        return (
            {key: value for key, value in given.items() if value != ""} if isinstance(given, dict) else given
        )


AskedHere = Annotated[AskedInQuery, Query()]
Reader = Annotated[Actor, allow(*ROLES, scope="read")]


def filters_of(asked: Asked, actor: Actor) -> Filters:
    """The store's filters; a school sees only its own. Raises DeskFault: days_reversed, search_words."""
    days_in_order(asked.day_from, asked.day_to)
    words = words_of(asked.search or "")
    if len(words) > WORDS_MOST:
        raise _too_many_words(len(words))
    return Filters(
        needs_human=not (asked.listed or asked.state or asked.mine or words),
        only=actor.only_school or 0,
        school=_number(asked.school),
        ground=asked.ground,
        instructor=_number(asked.instructor),
        trainee=_number(asked.trainee),
        reason=None if asked.reason is None else REASON_NUMBERS.get(asked.reason, -1),
        day_from=asked.day_from,
        day_to=asked.day_to,
        score_min=asked.score,
        state=None if asked.state is None else states.BY_NAME[asked.state],
        owner=actor.account if asked.mine else None,
        search=asked.search or "",
    )


def queue_page(
    conn: Connection,
    actor: Actor,
    filters: Filters,
    after: str | None,
    limit: int,
    counted: bool = True,
) -> QueuePage:
    """One page; counted: with the count of all that match."""
    place = paging.key_of(after, (int, int, int))
    rows = queue.page(conn, filters, place, limit + 1)
    told = paging.page(rows, limit, lambda row: (row.score, row.terminal, row.session))
    kept = _not_yours(conn, actor, told["items"])
    items = [entry_told(row, kept.get((row.terminal, row.session))) for row in told["items"]]
    if actor.only_school is not None:
        # Who is looking at a session is not told before it is decided, so that nobody is rung up meanwhile.
        items = [one.model_copy(update={"owner": None}) if one.lease_until else one for one in items]
    count = queue.count(conn, filters) if counted else None
    return QueuePage(items=items, next=told["next"], count=count)


def _not_yours(conn: Connection, actor: Actor, rows: list[QueueRow]) -> dict[tuple[int, int], str]:
    """Which of these wait for somebody else, and the code of why."""
    if actor.role not in (INSPECTOR, SUPERVISOR):
        return {}
    looked = {(row.terminal, row.session) for row in rows if row.not_owner == actor.account}
    drawn = [(row.terminal, row.session) for row in rows if row.drawn] if actor.role == INSPECTOR else []
    return dict.fromkeys(looked, "second_look_by_another") | kept_from(conn, drawn, actor.account)


@router.get("/queue")
def list_queue(
    actor: Reader,
    conn: Db,
    asked: AskedHere,
    after: After = None,
    limit: Limit = 50,
    counted: Annotated[bool, Query(description="With the count of all that match.")] = False,
) -> QueuePage:
    """Training sessions that need a human, worst first; `listed` adds the others. A state, a search or
    `mine` looks among all sessions. 需要人工处理的培训记录，最严重的在前。"""
    return queue_page(conn, actor, filters_of(asked, actor), after, limit, counted)


@sends(router.get, "/queue/facets", QueueFacets)
def list_facets(actor: Reader, conn: Db, asked: AskedHere) -> Json:
    """How many match, and how many of them have which school, ground, state and reason, up to 50 of each.
    符合条件的数量，以及各筛选值的数量。"""
    filters = filters_of(asked, actor)
    return {**facets_told(queue.facets(conn, filters)), "count": queue.count(conn, filters)}


def facets_told(found: list[Facet]) -> Json:
    """Facets by what they are of."""
    told: dict[str, list[Any]] = {"school": [], "ground": [], "state": [], "reason": []}
    for one in found:
        if one.of == "reason":
            row = BY_NUMBER.get(int(one.value))
            if row is not None:
                sentence = {"en": row[3], "zh": row[4]}
                told["reason"].append({"name": row[1], "sentence": sentence, "count": one.entries})
        elif one.of == "state":
            told["state"].append({"name": states.STATES[int(one.value)][0], "count": one.entries})
        elif one.of == "school":
            number = f"{int(one.value):016d}"
            told["school"].append({"number": number, "name": one.name or None, "count": one.entries})
        elif one.value:
            told["ground"].append({"name": one.value, "count": one.entries})
    return told


@sends(router.get, "/decisions/words", DecisionWords)
def decision_words(actor: Reader) -> Json:
    """Kinds of decisions, their causes, layers and states, in both languages. 处理方式、理由、层级与状态。"""
    return {
        "kinds": [{"name": name, "text": both(texts)} for name, texts in KINDS.items()],
        "causes": [
            {
                "name": one.code,
                "kinds": list(one.kinds),
                "text": both((one.english, one.chinese)),
                "needs_words": one.needs_words,
            }
            for one in CAUSES
        ],
        "layers": [{"number": n, "text": both(texts)} for n, texts in LAYERS.items()],
        "states": [{"name": name, "text": {"en": en, "zh": zh}} for name, en, zh in states.STATES.values()],
    }


def _too_many_words(many: int) -> DeskFault:
    return DeskFault(
        422,
        "search_words",
        f"A search takes up to {WORDS_MOST} words; leave some out.",
        f"搜索最多 {WORDS_MOST} 个词，请减少。",
        words=many,
    )


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
