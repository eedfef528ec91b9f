"""A file of one kind, read, checked and merged with what is registered: a registry document, or a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ingest.registry.csv_sheet import read_csv
from ingest.registry.facts import UTC_OFFSET_MIN
from ingest.registry.ground_items import features_of, items_of
from ingest.registry.kinds import KINDS
from ingest.registry.known_checks import check_known, check_merged
from ingest.registry.merge import Item, Merged
from ingest.registry.report import Place, Report
from ingest.registry.row_checks import check_rows
from ingest.registry.rows import read_rows
from ingest.registry.sheet import Sheet, SheetError
from ingest.registry.xlsx_sheet import read_xlsx

_ZIP = b"PK"


@dataclass(frozen=True)
class TakenIn:
    """document: what to load, None where the report has errors. entries: how many are new or changed."""

    report: Report
    document: dict[str, Any] | None
    entries: int


def take_in(
    data: bytes,
    source: str,
    kind: str,
    known: Mapping[str, Sequence[Item]],
    today: date,
    from_day: date,
    sheet: str | None = None,
    utc_offset_min: int = UTC_OFFSET_MIN,
) -> TakenIn:
    """Read and check a CSV or XLSX file. known: the registry by section of its file, grounds as features.

    Never raises for what is in the file: that is the report's business.
    """
    report = Report(source, kind)
    try:
        table = read_xlsx(data, source, sheet) if data.startswith(_ZIP) else read_csv(data, source)
    except SheetError as fault:
        report.error(Place(source), "file_unreadable", fault.english, fault.chinese)
        return TakenIn(report, None, 0)
    return _checked(table, report, known, today, from_day, utc_offset_min)


def _checked(
    table: Sheet,
    report: Report,
    known: Mapping[str, Sequence[Item]],
    today: date,
    from_day: date,
    utc_offset_min: int,
) -> TakenIn:
    kind = KINDS[report.kind]
    report.encoding = table.encoding
    rows = check_rows(kind.section, read_rows(table, kind, report), today, report)
    grounds = kind.section == "grounds"
    own = known.get(kind.section, ())
    merged = Merged(items_of(own, utc_offset_min) if grounds else own, from_day, utc_offset_min)
    check_known(kind, rows, merged, known, report)
    if not report.rows and not report.failed:
        report.error(
            Place(table.name),
            "no_rows",
            "no rows below the heading; nothing to import.",
            "标题下没有数据行。",
        )
    for row in rows:
        if not report.failed:
            merged.take(row)
    if report.failed:
        return TakenIn(report, None, 0)
    check_merged(kind, rows, merged, report)
    changed = merged.changed()
    if grounds:
        content: Any = {"type": "FeatureCollection", "features": features_of(changed)}
    else:
        content = changed
    return TakenIn(report, {kind.section: content}, len(changed))
