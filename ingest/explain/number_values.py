"""One number behind a reason, written with its unit in both languages; None where there is nothing to say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from ingest.judge.reasons import BY_NUMBER
from ingest.judge.register.fact_index import NOT_CHECKED
from ingest.judge.register.facts import CLASS_CODES
from ingest.judge.register.periods import NONE_COVERS, NUMBER_UNKNOWN

Value = int | float
Both = tuple[str, str]
"""English, Chinese."""

_UNITS: dict[str, Both] = {
    "s": ("s", "秒"),
    "min": ("min", "分钟"),
    "m": ("m", "米"),
    "km": ("km", "公里"),
    "km/h": ("km/h", "公里/小时"),
    "1/min": ("/min", "转/分"),
}
_STATES: dict[int, Both] = {
    0: ("approved", "已备案"),
    1: ("pending", "待审批"),
    2: ("refused", "未通过审批"),
    3: ("suspended", "已暂停"),
    4: ("cancelled", "已注销"),
    5: ("locked", "已锁定"),
    NONE_COVERS: ("not in force at this time", "此时未生效"),
    NUMBER_UNKNOWN: ("not in the register", "未登记"),
}
_CLOCKS: tuple[Both, ...] = (
    ("nothing", "无"),
    ("the clock chip", "时钟芯片"),
    ("the server", "服务器"),
    ("satellites", "卫星"),
)
_ELSEWHERE: tuple[tuple[int, Both], ...] = (
    (1, ("for another part of training", "适用于其他培训部分")),
    (2, ("for another class of vehicle", "适用于其他车型")),
    (4, ("that is not approved", "未获批准")),
    (8, ("not in force at this time", "当时未生效")),
    (16, ("of another school", "属于其他驾校")),
)
_CLASSES = {code: name for name, code in CLASS_CODES.items()}
_MANY_S = 600
_FAR_M = 10_000
_END_S = 1 << 33


def written(how: str, value: Value, utc_offset_min: int) -> Both | None:
    """The number, written as `how` says; times of day in that zone. None: nothing worth a word.

    how: a unit of the rules' rows, or one of the ways below. Raises KeyError for one that is neither.
    """
    if how in _UNITS:
        return _measured(value, how)
    if how in _TIMES:
        return _TIMES[how](int(value), utc_offset_min)
    return _PLAIN[how](value)


def _measured(value: Value, unit: str) -> Both:
    english, chinese = _UNITS[unit]
    if unit == "s" and abs(value) >= _MANY_S:
        minutes, seconds = divmod(round(abs(value)), 60)
        sign = "-" if value < 0 else ""
        return f"{sign}{minutes} min {seconds} s", f"{sign}{minutes} 分 {seconds} 秒"
    if unit == "m" and abs(value) >= _FAR_M:
        return f"{value / 1000:.0f} km", f"{value / 1000:.0f} 公里"
    return f"{plain(value)} {english}", f"{plain(value)} {chinese}"


def metres_text(metres: float) -> Both:
    """Metres, from ten kilometres on kilometres, with the unit."""
    return _measured(round(metres), "m")


def plain(value: Value) -> str:
    """Digits: whole numbers whole, others with one decimal where they are below 100."""
    if isinstance(value, int) or float(value).is_integer():
        return f"{int(value)}"
    return f"{value:.1f}" if abs(value) < 100 else f"{value:.0f}"


def clock_text(utc_s: int, utc_offset_min: int, form: str = "%H:%M:%S") -> str:
    """A moment in the zone."""
    return f"{datetime.fromtimestamp(utc_s, UTC) + timedelta(minutes=utc_offset_min):{form}}"


def zone_text(utc_offset_min: int) -> str:
    """The zone: UTC+08:00."""
    hours, minutes = divmod(abs(utc_offset_min), 60)
    return f"UTC{'-' if utc_offset_min < 0 else '+'}{hours:02d}:{minutes:02d}"


def _same(text: str) -> Both:
    return text, text


def _at(utc_s: int, offset_min: int) -> Both | None:
    return _same(clock_text(utc_s, offset_min)) if 0 < utc_s < _END_S else None


def _until(utc_s: int, offset_min: int) -> Both | None:
    # The register names the last day that holds; the second is the first that does not.
    return None if not 0 < utc_s < _END_S else _same(clock_text(utc_s - 1, offset_min, "%Y-%m-%d"))


def _since(utc_s: int, offset_min: int) -> Both | None:
    return None if not 0 < utc_s < _END_S else _same(clock_text(utc_s, offset_min, "%Y-%m-%d"))


def _fixes(value: Value) -> Both:
    return f"{int(value)} position{'' if value == 1 else 's'}", f"{int(value)} 个定位点"


def _told(unit: str) -> Callable[[Value], Both | None]:
    return lambda value: None if value < 0 else _measured(value, unit)


def _ago(value: Value) -> Both:
    return (f"{plain(value)} min ago", f"{plain(value)} 分钟前") if value >= 0 else ("never", "从未")


def _share(value: Value) -> Both:
    return _same(f"{plain(round(value * 100, 1))} %")


def _state(value: Value) -> Both | None:
    if value == NOT_CHECKED:
        return None
    return _STATES[int(value)] if value in _STATES else _same(plain(value))


def _class(value: Value) -> Both | None:
    return _same(_CLASSES.get(int(value), f"{int(value):02d}")) if value else None


def _classes(value: Value) -> Both | None:
    names = [name for code, name in _CLASSES.items() if int(value) >> code & 1]
    return (", ".join(names), "、".join(names)) if names else None


def _parts(value: Value) -> Both | None:
    parts = [part for part in range(1, 5) if int(value) >> part & 1]
    if not parts:
        return None
    return ", ".join(f"part {part}" for part in parts), "、".join(f"第 {part} 部分" for part in parts)


def _elsewhere(value: Value) -> Both | None:
    found = [words for bit, words in _ELSEWHERE if int(value) & bit]
    return (" and ".join(one[0] for one in found), "、".join(one[1] for one in found)) if found else None


def _clock(value: Value) -> Both:
    return _CLOCKS[int(value)] if 0 <= value < len(_CLOCKS) else _same(plain(value))


def _reason(value: Value) -> Both | None:
    row = BY_NUMBER.get(int(value))
    return None if row is None else (row[3].rstrip("."), row[4].rstrip("。"))


_TIMES: dict[str, Callable[[int, int], Both | None]] = {"at": _at, "until": _until, "since": _since}
_PLAIN: dict[str, Callable[[Value], Both | None]] = {
    "fixes": _fixes,
    "count": lambda value: _same(plain(value)),
    "record": lambda value: _same(plain(value)) if value else None,
    "number": lambda value: _same(f"{int(value):016d}") if value else None,
    "told_m": _told("m"),
    "told_s": _told("s"),
    "told_min": _told("min"),
    "ago_min": _ago,
    "share": _share,
    "state": _state,
    "class": _class,
    "classes": _classes,
    "parts": _parts,
    "elsewhere": _elsewhere,
    "clock": _clock,
    "reason": _reason,
    "yes": lambda value: ("yes", "是") if value else None,
    "satellites": lambda value: (f"{plain(value)} satellites", f"{plain(value)} 颗卫星"),
    "0..1000": lambda value: _same(plain(value)),
    "0 or 1": lambda value: _same(plain(value)),
    "times": lambda value: (f"{plain(value)} times", f"{plain(value)} 倍"),
}
