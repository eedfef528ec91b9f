"""Sheets of every kind, in any order and with anything in them; and what merging leaves as it was."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ingest.registry.kinds import KINDS
from ingest.registry.merge import Merged, instant
from ingest.registry.report import Place
from ingest.registry.rows import Row
from ingest.registry.take_in import take_in
from tests.ingest.registry.make import CAR, CAR_2, NEW, SCHOOL, TERMINAL, TODAY, csv_of, item, known, taken


@given(st.permutations([(CAR, "locked"), (CAR_2, "suspended"), (NEW, "pending")]))
def test_the_order_of_rows_changes_nothing(rows: list[tuple[str, str]]) -> None:
    whole = [(number, state, f"黑A{number[-4:]}学", SCHOOL) for number, state in rows]
    found = taken("cars", ("number", "state", "plate", "school"), *whole)
    again = taken("cars", ("number", "state", "plate", "school"), *sorted(whole))
    assert found.document == again.document is not None


CELLS = st.text(max_size=12) | st.sampled_from(
    [CAR, TERMINAL, SCHOOL, "approved", "2026-01-01", "C1", "黑A0001学"]
)


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_no_sheet_breaks_it(kind: str, data: st.DataObject) -> None:
    headings = [column.headings[0] for column in KINDS[kind].columns]
    rows = data.draw(st.lists(st.lists(CELLS, max_size=len(headings)), max_size=4))
    quoted = [[f'"{cell.replace(chr(34), "")}"' for cell in row] for row in [headings, *rows]]
    content = csv_of(*quoted, encoding="utf-8").replace(b"\0", b"") if _plain(rows) else b"\0"
    found = take_in(content, "s.csv", kind, known(), TODAY, TODAY)
    assert (found.document is None) == bool(found.report.errors)


def _plain(rows: list[list[str]]) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for row in rows for cell in row for letter in cell)


FIRST = date(2026, 1, 1)
DAYS = st.integers(0, 12).map(lambda days: FIRST + timedelta(days=days))
STATES = st.sampled_from(["approved", "locked", "suspended"])


def row_of(fields: dict[str, Any]) -> Row:
    return Row(1, {"number": CAR, **fields}, {}, {"number": Place("s", 1, "A")})


ROWS = st.builds(
    lambda state, begin, long: row_of(
        {
            "state": state,
            **({} if begin is None else {"valid_from": begin.isoformat()}),
            **(
                {}
                if begin is None or long is None
                else {"valid_until": (begin + timedelta(days=long)).isoformat()}
            ),
        }
    ),
    STATES,
    st.none() | DAYS,
    st.none() | st.integers(0, 5),
)


def states(merged: Merged) -> list[str | None]:
    """The state at the noon of each day."""
    held = [merged.holding(CAR, f"{FIRST + timedelta(days=at)}T12:00:00+08:00") for at in range(-2, 20)]
    return [None if one is None else one["state"] for one in held]


def fresh() -> Merged:
    return Merged([item(CAR, state="approved")], FIRST + timedelta(days=4), 480)


@given(st.lists(ROWS, max_size=4), ROWS)
def test_a_row_changes_its_own_days_alone_and_only_once(before: list[Row], row: Row) -> None:
    merged = fresh()
    for one in before:
        merged.take(one)
    was = states(merged)
    merged.take(row)
    now = states(merged)
    begin = date.fromisoformat(row.fields.get("valid_from", str(FIRST + timedelta(days=4))))
    first = (begin - FIRST).days + 2
    assert now[:first] == was[:first]
    assert now[first] == row.fields["state"]
    merged.take(row)
    assert states(merged) == now


@given(st.lists(ROWS, max_size=4))
def test_entries_that_begin_earlier_end_where_the_next_begins(rows: list[Row]) -> None:
    """Of an open entry and a later one over the same days, the earlier is closed: no time has two of them
    unless a row said so by its own days."""
    merged = fresh()
    for row in sorted(rows, key=lambda row: str(row.fields.get("valid_from", FIRST + timedelta(days=4)))):
        merged.take(row)
    changed = merged.changed()
    spans = [(instant(one["valid_from"]), _end(one)) for one in changed]
    for one, (_, end) in zip(changed, spans, strict=True):
        assert instant(one["valid_from"]) < end, one
    for (_, end), (begin, _) in pairwise(spans):
        assert end <= begin


def _end(entry: dict[str, Any]) -> datetime:
    return instant(entry["valid_to"] or "9999-01-01T00:00:00+00:00")
