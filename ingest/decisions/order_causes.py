"""What training is banned for, and why a ban is lifted: a closed list, kept with the order."""

from __future__ import annotations

from ingest.decisions.causes import Cause, plain_words
from ingest.decisions.kinds import WORDS_MAX
from ingest.decisions.refusals import DecisionRefused

BAN, UNBAN = "ban", "unban"
ORDER_CAUSES: tuple[Cause, ...] = (
    Cause(
        "wrong_person", (BAN,), "Somebody else sits in the car than signed in.", "车内人员与签到人员不符。"
    ),
    Cause("outside", (BAN,), "It trains where no training is allowed.", "在未获批准的地点培训。"),
    Cause("made_up_records", (BAN,), "Its records look made up.", "记录疑似伪造。"),
    Cause("tampered", (BAN,), "Terminal or sensors look tampered with.", "终端或传感器疑似被改动。"),
    Cause("not_licensed", (BAN,), "Car, instructor or school may not train.", "车、教练员或驾校不具备资格。"),
    Cause("found_in_order", (UNBAN,), "It was looked into and is in order.", "经核查无问题。"),
    Cause("put_right", (UNBAN,), "What was wrong has been put right.", "问题已整改。"),
    Cause("banned_by_mistake", (UNBAN,), "The ban was a mistake.", "禁训有误。"),
    Cause("ordered_from_above", (BAN, UNBAN), "The authority has ordered it.", "上级主管部门要求。", True),
    Cause("other", (BAN, UNBAN), "Other, as said.", "其他，见说明。", True),
)
_BY_CODE = {one.code: one for one in ORDER_CAUSES}


def check_order_cause(kind: str, cause: str, words: str) -> str:
    """The words as they are kept. Other orders than bans and their end may go without a cause. Raises
    DecisionRefused when cause and words do not do for this kind."""
    words = plain_words(words)
    needs = kind in (BAN, UNBAN)
    if needs and not cause:
        raise DecisionRefused("cause_missing", kind=kind)
    if cause and cause not in _BY_CODE:
        raise DecisionRefused("cause_unknown", cause=cause)
    if cause and kind not in _BY_CODE[cause].kinds:
        raise DecisionRefused("cause_unfit", kind=kind, cause=cause)
    if len(words) > WORDS_MAX:
        raise DecisionRefused("words_too_long", length=len(words), most=WORDS_MAX)
    if cause and _BY_CODE[cause].needs_words and not words:
        raise DecisionRefused("words_missing", cause=cause)
    return words


def sentence_of(cause: str) -> tuple[str, str]:
    """(English, Chinese) of a cause; of one that is no longer listed its code."""
    one = _BY_CODE.get(cause)
    return (one.english, one.chinese) if one else (cause, cause)
