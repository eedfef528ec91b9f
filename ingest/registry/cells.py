"""One cell at a time: what it means, or why it cannot be taken. Nothing doubtful is repaired silently."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime

from ingest.judge.register.facts import CLASS_CODES, STATE_NAMES
from ingest.registry.sheet import TEXT_MAX, Value

EXCEL_DIGITS = 15
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060\u00ad"))
_STATES = {
    "approved": ("已备案", "备案", "通过", "同意", "正常", "启用", "在学", "在岗", "有效"),
    "pending": ("待备案", "待审", "待审核", "审核中", "未审核"),
    "refused": ("不通过", "驳回", "拒绝", "不同意"),
    "suspended": ("暂停", "停用", "禁用", "停训", "停教", "休学"),
    "cancelled": ("注销", "已注销", "撤销", "退学", "离职", "报废"),
    "locked": ("锁定", "已锁定", "黑名单"),
}
_FOREVER = ("长期", "永久", "无期限", "long-term", "permanent")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2}))")
_DAY_ZH = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_DAY_8 = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIALS = range(20_000, 80_000)


class CellFault(Exception):
    """A cell that cannot be taken: code, what and what to do in English, the same in Chinese."""

    def __init__(self, code: str, english: str, chinese: str) -> None:
        super().__init__(english)
        self.code, self.english, self.chinese = code, english, chinese


def tidy(value: Value) -> str:
    """Text of a cell without what nobody sees: full-width forms, spaces around, zero-width characters."""
    if value is None:
        return ""
    if isinstance(value, str) and value.isascii():
        return value.strip().removeprefix("'").strip()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFKC", str(value)).translate(_UNSEEN).strip().removeprefix("'").strip()


def number(value: Value) -> str:
    """A 16-digit number. Numeric cells are refused: a spreadsheet keeps 15 digits and no leading zeros."""
    text = tidy(value)
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    if (numeric and len(text) > EXCEL_DIGITS) or re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+", text):
        raise CellFault(
            "number_rounded",
            f"{text} was kept as a quantity, of which a spreadsheet keeps 15 digits: the last is lost. "
            "Format the column as text and enter the number again.",
            f"{text} 被存为数值，表格软件只保留 15 位，末位已丢失；请将该列设为文本后重新填写。",
        )
    if re.fullmatch(r"[0-9]{16}\.0+", text):
        raise CellFault(
            "number_decimal",
            f"{text} has decimals; if {text[:16]} is meant, write it as text.",
            f"{text} 带有小数；如应为 {text[:16]}，请以文本填写。",
        )
    if re.fullmatch(r"[0-9]{1,15}", text) and int(text):
        raise CellFault(
            "number_short",
            f"{text} has {len(text)} digits instead of 16; if leading zeros were lost, {text:0>16} is meant: "
            "write it as text.",
            f"{text} 只有 {len(text)} 位（应为 16 位）；如丢失前导零，应为 {text:0>16}，请以文本填写。",
        )
    if not re.fullmatch(r"[0-9]{16}", text) or not int(text):
        raise CellFault(
            "number_malformed",
            f"{text[:40]!r} is not a number of 16 digits; correct it.",
            f"“{text[:40]}”不是 16 位统一编号，请更正。",
        )
    return text


def platform(value: Value) -> str:
    """A platform number such as A0107."""
    text = tidy(value).upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9]{4}", text):
        raise CellFault(
            "platform_malformed",
            f"{text[:40]!r} is not a platform number such as A0107; correct it.",
            f"“{text[:40]}”不是平台编号（如 A0107），请更正。",
        )
    return text


def words(value: Value) -> str:
    """A text as it stands, but for what nobody sees."""
    text = str(value).translate(_UNSEEN).strip()
    if len(text) > TEXT_MAX or any(unicodedata.category(letter) == "Cc" for letter in text):
        raise CellFault(
            "text_malformed",
            f"longer than {TEXT_MAX} characters or with control characters; correct it.",
            f"超过 {TEXT_MAX} 个字符或含控制字符，请更正。",
        )
    return text


def plate(value: Value) -> str:
    """A number plate without the dot and spaces that people write into it."""
    return re.sub(r"[\s·•.\-]", "", words(tidy(value))).upper()


def identity(value: Value) -> str:
    """An identity number's text. Numeric cells are refused: the last digits of one are lost."""
    if not isinstance(value, str):
        raise CellFault(
            "id_number_rounded",
            "kept as a quantity, which loses the last digits; format the column as text and enter it again.",
            "被存为数值，末位已丢失；请将该列设为文本后重新填写。",
        )
    return tidy(value).upper()


def day(value: Value) -> str:
    """A day as 2026-01-31. A bare number is refused, since it may be anything."""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    text = tidy(value)
    match = _DAY.fullmatch(text) or _DAY_ZH.fullmatch(text) or _DAY_8.fullmatch(text)
    try:
        if match:
            year, month, of_month = (int(part) for part in match.groups() if part)
            return date(year, month, of_month).isoformat()
    except ValueError:
        pass
    if text.isdigit() and int(text) in _SERIALS:
        meant = date.fromordinal(date(1899, 12, 30).toordinal() + int(text))
        raise CellFault(
            "date_serial",
            f"{text} is a day's serial number, perhaps {meant}; write the day.",
            f"{text} 是日期序列号，可能为 {meant}；请填写日期。",
        )
    raise CellFault(
        "date_malformed",
        f"{text[:40]!r} is not a day such as 2026-01-31; correct it.",
        f"“{text[:40]}”不是日期（如 2026-01-31），请更正。",
    )


def last_day(value: Value) -> str | None:
    """The last day on which something holds; None for what holds for ever."""
    return None if tidy(value).lower() in _FOREVER else day(value)


def state(value: Value) -> str:
    """An approval state by its English or Chinese name."""
    text = tidy(value).lower()
    for name in STATE_NAMES:
        if text == name or text in _STATES[name]:
            return name
    raise CellFault(
        "state_unknown",
        f"{text[:40]!r} is not a state; write one of {', '.join(STATE_NAMES)}.",
        f"“{text[:40]}”不是有效状态；请填写：{'、'.join(names[0] for names in _STATES.values())}。",
    )


def ground_state(value: Value) -> str:
    """The approval state of a training ground: approved, pending, refused or withdrawn."""
    if tidy(value).lower() in ("withdrawn", *_STATES["cancelled"]):
        return "withdrawn"
    found = state(value)
    if found not in ("approved", "pending", "refused"):
        raise CellFault(
            "state_unknown",
            f"a ground cannot be {found}; write approved, pending, refused or withdrawn.",
            "训练场地状态应为：已备案、待备案、不通过、撤销。",
        )
    return found


def vehicle_class(value: Value) -> str:
    """A vehicle class such as C1."""
    text = tidy(value).upper()
    if text not in CLASS_CODES:
        raise CellFault(
            "class_unknown",
            f"{text[:40]!r} is not a vehicle class; write one of {', '.join(CLASS_CODES)}.",
            f"“{text[:40]}”不是有效车型；请填写：{'、'.join(CLASS_CODES)}。",
        )
    return text


def _several(value: Value) -> list[str]:
    return [part for part in re.split(r"[,;/、\s]+", tidy(value)) if part]


def vehicle_classes(value: Value) -> list[str]:
    """Several vehicle classes, such as C1,C2 or C1C2."""
    spaced = re.sub(r"(?<=\d)(?=[A-Za-z])", " ", tidy(value))
    return sorted({vehicle_class(part) for part in _several(spaced)})


def parts(value: Value) -> list[int]:
    """Parts of training, such as 1,2 or 科目一、科目二."""
    found = set()
    for part in _several(value):
        text = part.removeprefix("科目").removeprefix("第").removesuffix("部分")
        if text not in (*"1234", *"一二三四"):
            raise CellFault(
                "part_unknown",
                f"{part[:40]!r} is not a part of training; write 1 to 4.",
                f"“{part[:40]}”不是培训部分；请填写 1 至 4。",
            )
        found.add("一二三四".index(text) + 1 if text in "一二三四" else int(text))
    return sorted(found)


def area(value: Value) -> str:
    """A province's or city's code of GB/T 2260."""
    text = tidy(value)
    if not re.fullmatch(r"[1-9][0-9]{5}", text):
        raise CellFault(
            "area_malformed",
            f"{text[:40]!r} is not a six-digit code of GB/T 2260 such as 310100; correct it.",
            f"“{text[:40]}”不是六位行政区划代码（如 310100），请更正。",
        )
    return text


def quantity(value: Value) -> int:
    """A whole number from 1 to 9999."""
    text = tidy(value)
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise CellFault(
            "quantity_malformed",
            f"{text[:40]!r} is not a whole number from 1 to 9999; correct it.",
            f"“{text[:40]}”不是 1 至 9999 的整数，请更正。",
        )
    return int(text)


Cleaner = Callable[[Value], object]


def odd(value: str, clean: Cleaner) -> bool:
    """Does a text hold what reading it took out without a word: full-width forms, unseen characters."""
    return (words(value) if clean is words else tidy(value)) != value.strip(" ")
