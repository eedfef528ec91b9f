"""What a second look at the photos says (hourfence faces, an optional extra): shown to a person, it decides
nothing by itself.
"""

from ingest.judge import suspicions as kinds
from ingest.judge.case.case import Case, Finding, hits
from ingest.judge.rulebook.rule import LOOK, Rule, Threshold, rule
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.sources import OURS
from ingest.judge.rules.suspected import score_of
from ingest.judge.suspicions import SCORE_MAX


def _looked_at(
    kind: int, name: str, english: str, chinese: str, source: str, default: int, numbers: dict[str, str]
) -> Rule:
    least = Threshold(
        f"{name.lower()}_score",
        default,
        "0..1000",
        0,
        SCORE_MAX + 1,
        OURS,
        f"{name}: a person is shown it from this score",
        f"{name}：达到该分值即提示",
    )

    @rule(kind, name, LOOK, english, chinese, source, numbers=numbers, thresholds=(least,), flagged=True)
    def find(case: Case, rules: RuleSet) -> Finding:
        score, other_terminal, other_session = score_of(case, kind)
        told = {"score": score, "other_terminal": other_terminal, "other_session": other_session}
        hit = (score > 0) & (score >= getattr(rules, least.name))
        return hits(hit, **{one: told[one] for one in numbers})

    return find


_SCORE = {"score": "0..1000"}
_OTHER = {**_SCORE, "other_terminal": "terminal", "other_session": "seq"}
_DLIB = "dlib.net/face_recognition.py.html, threshold 0.6 of its network"

photo_face_differs = _looked_at(
    kinds.PHOTO_FACE_DIFFERS,
    "PHOTO_FACE_DIFFERS",
    "A photo seems to show another face than the first photo of this person; a person should look at both.",
    "照片中的面容与该人员首张照片似有不同，建议人工比对。",
    _DLIB,
    500,
    _SCORE,
)
photo_no_face = _looked_at(
    kinds.PHOTO_NO_FACE,
    "PHOTO_NO_FACE",
    "Many photos of this training session show no face that a program finds; a person should look at them.",
    "本次培训多张照片未检出人脸，建议人工查看。",
    OURS,
    300,
    _SCORE,
)
photo_looks_reused = _looked_at(
    kinds.PHOTO_LOOKS_REUSED,
    "PHOTO_LOOKS_REUSED",
    "A photo looks the same as one taken at another time, as if it had been used again.",
    "照片与另一时间拍摄的照片几乎相同，疑似重复使用。",
    OURS,
    500,
    _OTHER,
)
