"""The causes a decision is given for: a closed list, each with the kinds it fits."""

from __future__ import annotations

from typing import NamedTuple

from ingest.decisions.kinds import ACCEPT, REFUSE, RESTORE, REVERSE, SCHOOL, SECOND_LOOK, UNDO, WORDS_MAX
from ingest.decisions.refusals import DecisionRefused


class Cause(NamedTuple):
    """One cause. kinds: those it fits; needs_words: says too little by itself."""

    code: str
    kinds: tuple[str, ...]
    english: str
    chinese: str
    needs_words: bool = False


CAUSES: tuple[Cause, ...] = (
    Cause("evidence_agrees", (ACCEPT,), "The evidence agrees with the verdict.", "证据与判定一致。"),
    Cause("harmless", (ACCEPT,), "What was flagged is harmless.", "标记的情况无碍。"),
    Cause("nothing_new", (ACCEPT,), "Looked at again; nothing new was found.", "复看后未发现新情况。"),
    Cause(
        "fence_drawn_wrong",
        (RESTORE, REVERSE),
        "The fence is drawn wrong; the car was on the ground.",
        "教学区域绘制有误，车辆实际在教学区域内。",
    ),
    Cause(
        "fence_edge",
        (RESTORE,),
        "So near the edge that the doubt is the receiver's.",
        "接近边界，属定位误差。",
    ),
    Cause(
        "positions_poor",
        (RESTORE, REFUSE),
        "Poor satellite reception; other evidence decides.",
        "卫星信号差，依据其他证据认定。",
    ),
    Cause("face_is_right", (RESTORE,), "The photos show the right person.", "照片显示为本人。"),
    Cause("sensor_fault", (RESTORE, REFUSE), "A sensor of the car was faulty.", "车载传感器故障。"),
    Cause("records_late", (RESTORE,), "The missing records were seen elsewhere.", "缺失记录已另行核实。"),
    Cause(
        "road_permitted", (RESTORE,), "The road was permitted for this training.", "该道路允许用于本次培训。"
    ),
    Cause("registry_late", (RESTORE, REVERSE), "The registry was entered late.", "备案信息录入滞后。"),
    Cause("out_of_fence", (REFUSE,), "Training took place outside the ground.", "培训发生在教学区域之外。"),
    Cause("face_is_wrong", (REFUSE,), "The photos show another person or nobody.", "照片为他人或无人。"),
    Cause("not_driving", (REFUSE,), "The car stood or nobody was trained.", "车辆未行驶或未实际教学。"),
    Cause("made_up", (REFUSE,), "The records look made up.", "记录疑似伪造。"),
    Cause("overlapping", (REFUSE,), "The same person or car was elsewhere.", "同一人员或车辆同时在他处。"),
    Cause("withdrawn_by_school", (REFUSE,), "The school withdraws these minutes.", "驾校自行撤销这些分钟。"),
    Cause("appeal_right", (RESTORE, REVERSE), "The appeal is right.", "申诉成立。"),
    Cause("appeal_wrong", (ACCEPT, REFUSE), "The appeal does not convince.", "申诉不成立。"),
    Cause("unclear", (SECOND_LOOK,), "The evidence is unclear to me.", "证据不明，难以认定。"),
    Cause("conflict", (SECOND_LOOK,), "I know the people concerned.", "与当事人有利害关系，申请回避。"),
    Cause("mistaken", (UNDO, REVERSE), "It was a mistake.", "处理有误。"),
    Cause("new_evidence", (RESTORE, REFUSE, REVERSE), "New evidence has come.", "出现新证据。"),
    Cause(
        "other",
        (ACCEPT, REFUSE, RESTORE, SECOND_LOOK, UNDO, REVERSE),
        "Other, as said.",
        "其他，见说明。",
        True,
    ),
)
_OF_APPEALS = ("appeal_right", "appeal_wrong")
_OF_SCHOOLS = "withdrawn_by_school"
BY_CODE = {one.code: one for one in CAUSES}


def causes_of(kind: str) -> tuple[Cause, ...]:
    """The causes that fit a kind of decision, in the order to show."""
    return tuple(one for one in CAUSES if kind in one.kinds)


def offered(is_school: bool, is_appealed: bool) -> tuple[Cause, ...]:
    """The causes that can be so, in the order to show."""
    return tuple(
        one
        for one in CAUSES
        if (is_appealed or one.code not in _OF_APPEALS) and (is_school or one.code != _OF_SCHOOLS)
    )


def plain_words(words: str) -> str:
    """Words as they are kept: what cannot be printed becomes a space, lines stay, ends are stripped."""
    return "".join(one if one.isprintable() or one == "\n" else " " for one in words).strip()


def check_cause_holds(cause: str, layer: int, is_appealed: bool) -> None:
    """Refuse a cause that says what is not so. Raises DecisionRefused: cause_without_appeal, or
    cause_of_school."""
    if cause in _OF_APPEALS and not is_appealed:
        raise DecisionRefused("cause_without_appeal", cause=cause)
    if cause == _OF_SCHOOLS and layer != SCHOOL:
        raise DecisionRefused("cause_of_school", cause=cause)


def check_cause(kind: str, cause: str, words: str) -> str:
    """The words as they are kept. Raises DecisionRefused when cause and words do not do for this kind."""
    words = plain_words(words)
    if not cause:
        raise DecisionRefused("cause_missing", kind=kind)
    if cause not in BY_CODE:
        raise DecisionRefused("cause_unknown", cause=cause)
    if kind not in BY_CODE[cause].kinds:
        raise DecisionRefused("cause_unfit", kind=kind, cause=cause)
    if len(words) > WORDS_MAX:
        raise DecisionRefused("words_too_long", length=len(words), most=WORDS_MAX)
    if BY_CODE[cause].needs_words and not words:
        raise DecisionRefused("words_missing", cause=cause)
    return words
