"""The columns of every table of the numbers: one list each for its page, its CSV and XLSX, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, create_model

from ingest.desk.api.numbers.shapes import StationCounts, SumsTold
from ingest.desk.kernel.router import Json
from ingest.desk.kernel.shapes import Day, Instant
from ingest.desk.kernel.texts import Texts

TEXT, NUMBER, SHARE, CODE = "text", "number", "share", "code"
"""How a column is shown. share: 0 to 1, told as percent; code: a number of 16 digits, or a name."""


class Column(NamedTuple):
    """One column. name: in JSON, and below numbers.column in the texts; shape: of its values in JSON;
    more: a page shows it when all columns are asked for."""

    name: str
    kind: str
    shape: Any
    more: bool = False


def _table(more: str, *columns: tuple[str, str, Any]) -> tuple[Column, ...]:
    """(name, kind, shape) of each; more: the names of those that are shown when all are asked for."""
    hidden = set(more.split())
    return tuple(Column(name, kind, shape, name in hidden) for name, kind, shape in columns)


_MORE = (
    "accepted refused outside faceless checks checks_failed records late_records late_minutes spanned"
    " gaps_inside_share at_quota"
)
_ADDED = tuple(
    (name, SHARE if name.endswith("_share") else NUMBER, field.annotation)
    for name, field in SumsTold.model_fields.items()
)
MISSING = Column("missing", NUMBER, int)
"""Only of dimensions whose keys have terminals of their own."""
SUMS = (*_table(_MORE, ("key", CODE, str), ("name", TEXT, str), *_ADDED), MISSING)
TREND = _table(_MORE, ("since", CODE, Day), *_ADDED)
REASONS = _table(
    "reason",
    ("reason", NUMBER, int),
    ("reason_name", CODE, str),
    ("sentence", TEXT, str),
    ("sessions", NUMBER, int),
    ("minutes", NUMBER, int),
)
CONSERVATION = _table(
    "car operator recounted_at",
    ("terminal", CODE, str),
    ("school", CODE, str | None),
    ("car", CODE, str | None),
    ("operator", TEXT, str),
    *((name, NUMBER, int) for name in StationCounts.model_fields),
    ("recounted_at", TEXT, Instant | None),
    ("differences", TEXT, str),
)
ANOMALIES = _table(
    "cause k n",
    ("key", CODE, str),
    ("name", TEXT, str),
    ("score", NUMBER, int),
    ("sessions", NUMBER, int),
    ("cause", CODE, str),
    ("sentence", TEXT, str),
    ("advice", TEXT, str),
    ("k", NUMBER, int),
    ("n", NUMBER, int),
    ("share", SHARE, float),
    ("peers", SHARE, float),
    ("z", NUMBER, float),
)
WARNINGS = _table(
    "cause k n k_before n_before",
    ("dimension", TEXT, str),
    ("key", CODE, str),
    ("name", TEXT, str),
    ("also", TEXT, str),
    ("cause", CODE, str),
    ("sentence", TEXT, str),
    ("advice", TEXT, str),
    ("k", NUMBER, int),
    ("n", NUMBER, int),
    ("share", SHARE, float),
    ("k_before", NUMBER, int),
    ("n_before", NUMBER, int),
    ("share_before", SHARE, float),
    ("is_new", TEXT, bool),
    ("z", NUMBER, float),
)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "sums": SUMS,
    "trend": TREND,
    "reasons": REASONS,
    "conservation": CONSERVATION,
    "anomalies": ANOMALIES,
    "warnings": WARNINGS,
}


def _exported(name: str, columns: Sequence[Column]) -> type[BaseModel]:
    """What the JSON of a table is documented as."""
    fields: dict[str, Any] = {
        one.name: (one.shape, Field(default=None) if one == MISSING else Field()) for one in columns
    }
    config = ConfigDict(extra="forbid", json_schema_extra=_without_defaults)
    row = create_model(f"{name}Row", __config__=config, **fields)
    about = "The table as a file: row by row what its page shows, all columns."
    rows: Any = list[row]  # type: ignore[valid-type]
    return create_model(f"{name}Exported", __doc__=about, table=(str, ...), rows=(rows, ...))


def _without_defaults(schema: Json) -> None:
    for told in schema["properties"].values():
        told.pop("default", None)


EXPORTED = {table: _exported(table.capitalize(), columns) for table, columns in COLUMNS.items()}
"""Table -> the shape of its JSON."""


def columns_of(table: str, *, has_gaps: bool = True) -> tuple[Column, ...]:
    """The columns of a table of COLUMNS; has_gaps: of a dimension whose keys have terminals of their own."""
    return tuple(one for one in COLUMNS[table] if has_gaps or one != MISSING)


def reason_row(told: Json, language: str) -> Json:
    """A reason (ReasonCounted) as its table has it."""
    sentence = told["sentence"][language] if told["sentence"] else ""
    return {**told, "reason_name": told["name"], "sentence": sentence}


def chain_row(told: Json, language: str) -> Json:
    """A terminal's chain (TerminalChain) as its table has it."""
    return {**told, "differences": " ".join(one["text"][language] for one in told["differences"])}


def anomaly_rows(told: Json, language: str) -> list[Json]:
    """Who stands out (AnomalyTold) as the table has it: a row a cause."""
    who = {name: told[name] for name in ("key", "name", "score", "sessions")}
    return [
        {
            **cause,
            **who,
            "cause": cause["name"],
            "sentence": cause["text"][language],
            "advice": cause["advice"][language],
        }
        for cause in told["causes"]
    ]


def warning_row(told: Json, language: str, known: Texts) -> Json:
    """What got worse (WarningTold) as its table has it: dimensions in words."""

    def of(dimension: str) -> str:
        return known.say(f"numbers.dimension.{dimension}", language)

    before = {f"{name}_before": value for name, value in told["before"].items()}
    also = "; ".join(f"{of(one['dimension'])} {one['name'] or one['key']}" for one in told["also"])
    words = {"sentence": told["text"][language], "advice": told["advice"][language], "also": also}
    return {**told, **told["now"], **before, **words, "dimension": of(told["dimension"])}
