"""Moments of a stage report in local time, always with its zone, and how old the report is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ingest.stage.filling import LOCAL_MIN

ZONE = f"UTC+{LOCAL_MIN // 60:02d}:{LOCAL_MIN % 60:02d}"
_HOUR_S, DAY_S = 3600, 86_400


def local(stamp: str, form: str = "%Y-%m-%d %H:%M") -> str:
    """A stamp of the report (RFC 3339) in the zone whose days the hours are filled by."""
    return f"{datetime.fromisoformat(stamp).astimezone(UTC) + timedelta(minutes=LOCAL_MIN):{form}}"


def age_s(report: dict[str, Any], now_s: int) -> int:
    """Seconds since the report was made; below zero for one of the future."""
    return now_s - int(datetime.fromisoformat(report["as_of"]).timestamp())


def dated(report: dict[str, Any], now_s: int) -> str:
    """As of when the report is, and how long ago that was, English and Chinese."""
    english, chinese = _ago(age_s(report, now_s))
    at = f"{local(report['as_of'])} {ZONE}"
    return f"as of 截至 {at} ({english} {chinese})"


def waits(report: dict[str, Any]) -> str:
    """What of the trainee is stored and not in the report, as a sentence; '' for nothing, or not told."""
    told = report.get("waits_to_be_judged") or {"records": 0, "sessions": 0}
    if not any(told.values()):
        return ""
    return (
        f"Not in it yet: minute records {told['records']}, training sessions {told['sessions']}; they wait to"
        f" be judged: ask again. 尚未计入：分钟记录 {told['records']} 条、培训过程 {told['sessions']} 次，"
        "待判定，请重新查询。"
    )


def _ago(age: int) -> tuple[str, str]:
    if age < 0:
        return "in the future: look at both clocks", "时间在未来，请核对时钟"
    if age < _HOUR_S:
        return "less than an hour ago", "不到一小时前"
    if age < DAY_S:
        return f"{age // _HOUR_S} h ago", f"{age // _HOUR_S} 小时前"
    days = age // DAY_S
    return f"{days} day{'' if days == 1 else 's'} ago", f"{days} 天前"
