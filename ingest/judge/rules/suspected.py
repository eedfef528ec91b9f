"""What the screening suspects: a score of hold and more holds the minutes for a human, of look and more is
shown to one. No score refuses anything unless a rule set says so.

The other side, and the numbers behind a score, stand beside it in the table of suspicions.
"""

import numpy as np

from ingest.judge import suspicions as kinds
from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.columns import Ints
from ingest.judge.rulebook.rule import LOOK, UNSURE, Rule, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import COURTS, ELD, OURS, RULES_2022, TACHOGRAPH
from ingest.judge.suspicions import SCORE_MAX

_NUMBERS = {"score": "0..1000", "other_terminal": "terminal", "other_session": "seq"}
_LOOKS: dict[int, str] = {}


def score_of(case: Case, kind: int) -> tuple[Ints, Ints, Ints]:
    """Per minute: the highest score of that kind that speaks about it, and its other side; zeros without."""
    minutes, rows = case.minutes, case.suspicions
    rows = rows.take(np.flatnonzero(rows.kind == kind))
    rows = rows.take(np.lexsort((rows.other_session, rows.other_terminal, rows.score)))
    score, other_terminal, other_session = np.zeros((3, len(minutes)), dtype=np.int64)
    for row in zip(*(column.tolist() for column in vars(rows).values()), strict=True):
        terminal, session, _, value, first, last, *other = row
        start, past = np.searchsorted(minutes.terminal, (terminal, terminal + 1))
        own = (minutes.minute[start:past] >= first) & (minutes.minute[start:past] <= last)
        if session:
            own &= minutes.session[start:past] == session
        at = start + np.flatnonzero(own)
        score[at], other_terminal[at], other_session[at] = value, *other
    return score, other_terminal, other_session


def _score_row(name: str, what: str, default: int, english: str, chinese: str) -> Threshold:
    return Threshold(f"{name}_{what}_score", default, "0..1000", 0, SCORE_MAX + 1, OURS, english, chinese)


def _suspected(
    kind: int, name: str, english: str, chinese: str, source: str, hold: int, look: int, effect: str = UNSURE
) -> Rule:
    held = _score_row(
        name.lower(), "hold", hold, f"{name}: minutes are held from this score", f"{name}：达到该分值即待定"
    )
    shown = _score_row(
        name.lower(),
        "look",
        look,
        f"{name}: a person is shown it from this score",
        f"{name}：达到该分值即提示",
    )
    _LOOKS[kind] = shown.name

    @rule(
        kind,
        name,
        effect,
        english,
        chinese,
        source,
        numbers=_NUMBERS,
        thresholds=(held, shown),
        flagged=True,
    )
    def find(case: Case, rules: RuleSet) -> Finding:
        score, other_terminal, other_session = score_of(case, kind)
        least = getattr(rules, held.name)
        numbers = {"score": score, "other_terminal": other_terminal, "other_session": other_session}
        return hits((score > 0) & (score >= least), **numbers)

    return find


trace_replayed = _suspected(
    kinds.TRACE_REPLAYED,
    "TRACE_REPLAYED",
    "The car's trace repeats an earlier one second for second, which no drive does.",
    "本次行车轨迹与此前某次逐秒相同，真实驾驶不会如此。",
    COURTS,
    750,
    500,
)
trace_shared = _suspected(
    kinds.TRACE_SHARED,
    "TRACE_SHARED",
    "Two terminals tell one and the same trace at the same time.",
    "两台终端在同一时间上报同一条轨迹。",
    COURTS,
    750,
    500,
)
wheel_without_trace = _suspected(
    kinds.WHEEL_WITHOUT_TRACE,
    "WHEEL_WITHOUT_TRACE",
    "The wheel sensor counts a drive while the satellites see the car stand.",
    "车轮传感器记录车辆行驶，而卫星定位显示车辆静止。",
    COURTS,
    700,
    300,
)
trace_without_wheel = _suspected(
    kinds.TRACE_WITHOUT_WHEEL,
    "TRACE_WITHOUT_WHEEL",
    "The satellites see a drive while the wheel sensor counts none.",
    "卫星定位显示车辆行驶，而车轮传感器没有记录。",
    TACHOGRAPH,
    700,
    300,
)
pulses_too_even = _suspected(
    kinds.PULSES_TOO_EVEN,
    "PULSES_TOO_EVEN",
    "The wheel turns more evenly than a learner can drive.",
    "车轮转动过于均匀，学员驾驶不可能如此。",
    COURTS,
    800,
    400,
)
signal_too_clean = _suspected(
    kinds.SIGNAL_TOO_CLEAN,
    "SIGNAL_TOO_CLEAN",
    "The satellite signal is cleaner than any receiver's, as if a program wrote it.",
    "卫星信号过于理想，疑似由程序生成。",
    COURTS,
    800,
    500,
)
clockwork = _suspected(
    kinds.CLOCKWORK,
    "CLOCKWORK",
    "Records, clock and distance agree more exactly than a real car's can.",
    "记录、时钟与里程吻合得过于精确，真实车辆不可能如此。",
    COURTS,
    800,
    500,
)
nudged = _suspected(
    kinds.NUDGED,
    "NUDGED",
    "The car stood and was moved a little now and then, just enough not to count as parked.",
    "车辆停放，仅偶尔挪动，刚好避开停车判定。",
    COURTS,
    700,
    400,
)
terminal_cloned = _suspected(
    kinds.TERMINAL_CLONED,
    "TERMINAL_CLONED",
    "Records of one terminal number come from two terminals.",
    "同一终端编号的记录来自两台终端。",
    ELD,
    800,
    400,
)
photo_reused = _suspected(
    kinds.PHOTO_REUSED,
    "PHOTO_REUSED",
    "A face check's photo is the photo of another check.",
    "人脸核验照片与另一次核验的照片相同。",
    COURTS,
    800,
    400,
)
scores_repeated = _suspected(
    kinds.SCORES_REPEATED,
    "SCORES_REPEATED",
    "The face checks' scores repeat those of other checks one by one.",
    "人脸核验分值序列与其他核验逐一相同。",
    OURS,
    800,
    400,
)
quota_exact = _suspected(
    kinds.QUOTA_EXACT,
    "QUOTA_EXACT",
    "Far more of this school's or instructor's sessions end exactly at the quota than anybody else's.",
    "该驾校或教练员恰好学满定额即结束的培训远多于其他人。",
    OURS,
    800,
    400,
    LOOK,
)
records_inserted = _suspected(
    kinds.RECORDS_INSERTED,
    "RECORDS_INSERTED",
    "The terminal signed what came later but not these records: they were not made in it.",
    "终端对之后的记录签名，却未对这些记录签名：这些记录并非由终端产生。",
    COURTS,
    800,
    300,
)
handover_impossible = _suspected(
    kinds.HANDOVER_IMPOSSIBLE,
    "HANDOVER_IMPOSSIBLE",
    "The instructor had just ended a session too far away to be in this car.",
    "教练员刚在过远的地点结束另一次培训，不可能到达本车。",
    RULES_2022,
    800,
    300,
)
signal_by_dice = _suspected(
    kinds.SIGNAL_BY_DICE,
    "SIGNAL_BY_DICE",
    "Satellites and positions flicker as random numbers do and as no receiver does.",
    "卫星数与定位点像随机数一样跳动，真实接收机不会如此。",
    COURTS,
    800,
    400,
)


@rule(
    99,
    "SUSPICIOUS",
    LOOK,
    "Something about this training session looks odd and a person should look at it; nothing is held back.",
    "本次培训存在可疑之处，建议人工查看；不影响学时。",
    OURS,
    numbers={"score": "0..1000", "kind": "number of the rule"},
)
def suspicious(case: Case, rules: RuleSet) -> Finding:
    """The highest score that reaches its kind's look threshold."""
    score, kind = np.zeros((2, len(case.minutes)), dtype=np.int64)
    for number, threshold in sorted(_LOOKS.items()):
        own, _, _ = score_of(case, number)
        more = (own > score) & (own >= getattr(rules, threshold))
        score, kind = np.where(more, own, score), np.where(more, number, kind)
    return hits(score > 0, score=score, kind=kind)
