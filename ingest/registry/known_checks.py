"""What the rows of a sheet say against the registry: names nothing, moves unannounced, shares a plate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ingest.registry.kinds import KINDS, Kind
from ingest.registry.merge import Item, Merged
from ingest.registry.report import Report
from ingest.registry.rows import Row

_MOVES = {
    "instructors": ("school", "instructor_two_schools", "school", "驾校"),
    "terminals": ("car", "terminal_two_cars", "car", "教练车"),
}


def check_known(
    kind: Kind, rows: Sequence[Row], merged: Merged, known: Mapping[str, Sequence[Item]], report: Report
) -> None:
    """Before the rows are merged: references, moves, what a new number needs."""
    numbers = {section: {item["number"] for item in known.get(section, ())} for _, section in kind.names_one}
    for row in rows:
        _names(kind, row, numbers, report)
        if merged.knows(row.number):
            _moves(kind, row, merged, report)
        else:
            _new(kind, row, report)
    if kind.section == "cars":
        _plates(rows, merged, report)


def check_merged(kind: Kind, rows: Sequence[Row], merged: Merged, report: Report) -> None:
    """After the rows are merged: two terminals in one car."""
    if kind.section != "terminals":
        return
    by_car: dict[str, set[str]] = {}
    for number in merged.numbers():
        item = merged.holding(number)
        if item is not None:
            by_car.setdefault(item["car"], set()).add(number)
    for row in rows:
        others = by_car.get(row.fields.get("car", ""), set()) - {row.number}
        if others:
            report.warn(
                row.place("car"),
                "car_two_terminals",
                f"the car has another terminal too: {', '.join(sorted(others))}.",
                f"该车还装有另一终端：{'、'.join(sorted(others))}。",
            )


def _names(kind: Kind, row: Row, numbers: Mapping[str, set[Any]], report: Report) -> None:
    for field, section in kind.names_one:
        named = row.fields.get(field)
        if named is not None and named not in numbers.get(section, set()):
            report.error(
                row.place(field),
                "names_nothing",
                f"{named} is not among the registered {section}; import it first or correct it.",
                f"{named} 不在已登记的{KINDS[section].chinese}中，请先导入或更正。",
            )


def _new(kind: Kind, row: Row, report: Report) -> None:
    if kind.only_known:
        source = (
            "the file that `hourfence gateway provision` wrote"
            if kind.section == "terminals"
            else "its GeoJSON in a registry file"
        )
        report.error(
            row.place("number"),
            "not_registered",
            f"{row.number} is not registered; a sheet cannot add it, load {source} first.",
            f"{row.number} 尚未登记，表格不能新增，请先用 registry load 载入。",
        )
        return
    for column in kind.columns:
        place = row.place(column.field)
        # A cell that was filled in wrongly has been told already.
        if column.required and column.field not in row.fields and not report.is_wrong(place):
            report.error(
                place,
                "field_missing",
                f"{row.number} is new and needs {column.headings[0]}; add it.",
                f"{row.number} 为新编号，须填写{column.headings[1]}。",
            )


def _moves(kind: Kind, row: Row, merged: Merged, report: Report) -> None:
    """Somebody or something that is elsewhere now moves only on a day that the sheet names."""
    if kind.section not in _MOVES or "valid_from" in row.fields:
        return
    field, code, english, chinese = _MOVES[kind.section]
    wanted, now = row.fields.get(field), merged.holding(row.number)
    if wanted is not None and now is not None and now[field] != wanted:
        report.error(
            row.place(field),
            code,
            f"{row.number} is registered with {english} {now[field]}; if that has changed, say since when "
            "in a column valid from.",
            f"{row.number} 现登记在{chinese} {now[field]}；如已变更，请在“生效日期”列填写变更日期。",
        )


def _plates(rows: Sequence[Row], merged: Merged, report: Report) -> None:
    holder = {}
    for number in merged.numbers():
        item = merged.holding(number)
        if item is not None:
            holder[item["plate"]] = number
    moved = {row.number for row in rows if "plate" in row.fields}
    for row in rows:
        other = holder.get(row.fields.get("plate"))
        if other is not None and other != row.number and other not in moved:
            report.error(
                row.place("plate"),
                "plate_twice",
                f"car {other} has this plate already; end its entry or correct the plate.",
                f"车辆 {other} 已使用该号牌，请终止其登记或更正号牌。",
            )
