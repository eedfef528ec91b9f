"""What the rows of one sheet say of each other and of today: repeats, two at once, expired, not a plate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from ingest.registry.identity import is_identity_number, masked
from ingest.registry.kinds import ID_NUMBER, PLATE_COLOUR
from ingest.registry.plates import kind_of_colour, kinds_of
from ingest.registry.report import Report
from ingest.registry.rows import Row

_ENDS = {
    "licence_until": ("driving licence", "驾驶证"),
    "permit_until": ("permit to teach", "教练证"),
    "inspected_until": ("inspection", "年检"),
}
_ONE_AT_A_TIME = {
    "instructors": ("school", "instructor_two_schools", "is in two schools at once", "同时属于两所驾校"),
    "terminals": ("car", "terminal_two_cars", "is bound to two cars at once", "同时绑定两辆车"),
}
_LAST = "9999-12-31"


def check_rows(section: str, rows: Sequence[Row], today: date, report: Report) -> list[Row]:
    """Tell what is wrong; returns the rows without plain repeats."""
    for check in (_identity, _plate, _days, _area):
        for row in rows:
            check(row, today, report)
    _repeated(rows, lambda row: row.checked.get(ID_NUMBER), ID_NUMBER, "id_number_twice", report)
    _repeated(rows, lambda row: row.fields.get("plate"), "plate", "plate_twice", report)
    return _once(section, rows, report)


def _identity(row: Row, today: date, report: Report) -> None:
    text = row.checked.get(ID_NUMBER)
    if text and not is_identity_number(text, today):
        report.error(
            row.place(ID_NUMBER),
            "id_number_wrong",
            f"{masked(text)} fails the check of GB 11643; compare it with the card.",
            f"{masked(text)} 未通过 GB 11643 校验，请与证件核对。",
        )


def _plate(row: Row, today: date, report: Report) -> None:
    plate, colour = row.fields.get("plate"), row.checked.get(PLATE_COLOUR)
    if plate is None:
        return
    kinds = kinds_of(plate)
    if not kinds:
        report.error(
            row.place("plate"),
            "plate_malformed",
            f"{plate} is not a number plate of any colour; correct it.",
            f"{plate} 不符合任何颜色号牌的规则，请更正。",
        )
    elif colour and kind_of_colour(colour) not in kinds:
        report.warn(
            row.place(PLATE_COLOUR),
            "plate_colour",
            f"{plate} does not look like a plate of that colour.",
            f"{plate} 与所填号牌颜色不符。",
        )
    elif "training" not in kinds:
        report.warn(
            row.place("plate"),
            "plate_not_training",
            f"{plate} is not a training car's plate, which ends in 学.",
            f"{plate} 不是教练车号牌（应以“学”结尾）。",
        )


def _days(row: Row, today: date, report: Report) -> None:
    for field, (english, chinese) in _ENDS.items():
        ends = row.fields.get(field)
        if ends and ends < today.isoformat():
            report.warn(
                row.place(field),
                "expired",
                f"the {english} ended on {ends}; minutes after that are refused.",
                f"{chinese}已于 {ends} 到期，此后的培训分钟将被拒绝。",
            )
    begin, end = row.fields.get("valid_from"), row.fields.get("valid_until")
    if begin and end and end < begin:
        report.error(
            row.place("valid_until"),
            "period_reversed",
            f"ends on {end}, before it begins on {begin}; correct one.",
            f"有效期截止 {end} 早于生效日期 {begin}，请更正。",
        )
    enrolled = row.fields.get("enrolled_on")
    if enrolled and enrolled > today.isoformat():
        report.warn(
            row.place("enrolled_on"),
            "enrolled_later",
            f"enrolled on {enrolled}, which is still to come.",
            f"报名日期 {enrolled} 尚未到来。",
        )


def _area(row: Row, today: date, report: Report) -> None:
    province, city = row.fields.get("province"), row.fields.get("city")
    if province and city and province[:2] != city[:2]:
        report.error(
            row.place("city"),
            "area_mismatch",
            f"{city} does not lie in province {province}; correct one.",
            f"城市 {city} 不属于省份 {province}，请更正。",
        )


def _repeated(
    rows: Sequence[Row], value_of: Callable[[Row], str | None], field: str, code: str, report: Report
) -> None:
    """The same value under two numbers."""
    first: dict[str, Row] = {}
    for row in rows:
        value = value_of(row)
        if value is None:
            continue
        other = first.setdefault(value, row)
        if other.number != row.number and _at_once(row, other):
            report.error(
                row.place(field),
                code,
                f"the same as in row {other.row}, under another number; correct one.",
                f"与第 {other.row} 行相同但编号不同，请更正其一。",
            )


def _once(section: str, rows: Sequence[Row], report: Report) -> list[Row]:
    kept: dict[str, list[Row]] = {}
    for row in rows:
        others = kept.setdefault(row.number, [])
        if any(other.fields == row.fields for other in others):
            report.warn(
                row.place("number"),
                "row_repeated",
                f"{row.number} says again what a row before says; it was left out.",
                f"{row.number} 与前面的行完全相同，已忽略。",
            )
            continue
        for other in others:
            _both(section, row, other, report)
        others.append(row)
    return sorted(
        (row for some in kept.values() for row in some),
        key=lambda row: (row.number, row.fields.get("valid_from", ""), row.row),
    )


def _both(section: str, row: Row, other: Row, report: Report) -> None:
    """Two rows of one number: allowed one after the other, never at once."""
    if not _at_once(row, other):
        return
    field, code, english, chinese = _ONE_AT_A_TIME.get(section, ("", "", "", ""))
    if field and row.fields.get(field) != other.fields.get(field):
        report.error(
            row.place(field),
            code,
            f"{row.number} {english}, as row {other.row} says; end one before the other begins.",
            f"{row.number} {chinese}（见第 {other.row} 行）；请先终止其一。",
        )
    else:
        report.error(
            row.place("number"),
            "number_twice",
            f"{row.number} stands in row {other.row} too, for the same days; remove one.",
            f"{row.number} 与第 {other.row} 行编号重复且日期重叠，请删除其一。",
        )


def _at_once(row: Row, other: Row) -> bool:
    begin, end = _span(row)
    other_begin, other_end = _span(other)
    return begin <= other_end and other_begin <= end


def _span(row: Row) -> tuple[str, str]:
    return str(row.fields.get("valid_from", "")), str(row.fields.get("valid_until") or _LAST)
