"""Stretches of local days as they are asked for."""

from __future__ import annotations

from datetime import date

from ingest.desk.kernel.faults import DeskFault


def days_in_order(first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """The days as asked. Raises DeskFault when the last is before the first."""
    if first is not None and last is not None and last < first:
        raise DeskFault(
            422,
            "days_reversed",
            f"The last day, {last}, is before the first, {first}; exchange from and to.",
            f"截止日期{last}早于起始日期{first}，请对调。",
            **{"from": first.isoformat(), "to": last.isoformat()},
        )
    return first, last
