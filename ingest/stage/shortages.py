"""What may be short at a stage: numbers 110 to 119, for ever; the braces are filled in."""

from __future__ import annotations

from typing import Any, NamedTuple


class Shortage(NamedTuple):
    """One kind of shortage: stable number, NAME, and a sentence in English and Chinese."""

    number: int
    name: str
    english: str
    chinese: str


HOURS = Shortage(
    110,
    "STAGE_SHORT_HOURS",
    "{short} of {required} training hours are missing; {found} are credited.",
    "学时不足：要求 {required} 学时，已计入 {found} 学时，还差 {short} 学时。",
)
KILOMETRES = Shortage(
    111,
    "STAGE_SHORT_KM",
    "{short} of {required} km are missing; {found} km were driven in credited minutes.",
    "里程不足：要求 {required} 公里，有效学时内已行驶 {found} 公里，还差 {short} 公里。",
)
CLASSROOM = Shortage(
    112,
    "STAGE_SHORT_CLASSROOM",
    "{short} of {required} classroom hours of parts 1 and 4 are missing; {found} are credited.",
    "第一、四部分课堂学时不足：要求 {required} 学时，已计入 {found} 学时，还差 {short} 学时。",
)
SYLLABUS_UNKNOWN = Shortage(
    113,
    "STAGE_SYLLABUS_UNKNOWN",
    "No syllabus loaded here says what this class needs for this part.",
    "系统中没有适用于该车型该部分的教学大纲学时标准。",
)
ENROLMENT_UNKNOWN = Shortage(
    114,
    "STAGE_ENROLMENT_UNKNOWN",
    "The day of enrolment is not registered, so the syllabus in force is not known.",
    "未登记入学日期，无法确定适用的教学大纲。",
)
TRAINEE_UNKNOWN = Shortage(115, "STAGE_TRAINEE_UNKNOWN", "The trainee is not registered.", "该学员未备案。")
TRAINEE_STATE = Shortage(
    116,
    "STAGE_TRAINEE_STATE",
    "The trainee's registration is not approved; it is {found}.",
    "学员备案状态不是“已通过”，当前状态：{found}。",
)
ALL = (HOURS, KILOMETRES, CLASSROOM, SYLLABUS_UNKNOWN, ENROLMENT_UNKNOWN, TRAINEE_UNKNOWN, TRAINEE_STATE)


def missing(kind: Shortage, part: int | None, **numbers: Any) -> dict[str, Any]:
    """One entry of a report's `missing`. part None: the whole course."""
    return {
        "number": kind.number,
        "reason": kind.name,
        "part": part,
        **numbers,
        "en": kind.english.format(**numbers),
        "zh": kind.chinese.format(**numbers),
    }
