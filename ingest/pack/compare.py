"""What a pack says against what follows from its records: verdicts, sums, decisions, credit, photos."""

from __future__ import annotations

from typing import Any

from ingest.judge.outcome import VERDICT_NAMES
from ingest.pack import canonical
from ingest.pack.derive import Derived, Minute
from ingest.pack.documents import Documents
from ingest.pack.facts import rule_set_written
from ingest.pack.faults import PackError
from ingest.pack.told import earned, minute_told, outcome_told

_CHINESE = ("有效", "无效", "待定")
_FIELDS = {
    "minute": "分钟",
    "verdict": "判定",
    "reasons": "原因",
    "numbers": "数值",
    "counted_s": "终端计时秒数",
    "stops": "终端停计原因",
}


def check_rules(documents: Documents, derived: Derived) -> None:
    """The rule sets in force at the minutes are those that the pack spells out. Raises PackError."""
    if documents.rules["in_force"] != [rule_set_written(one) for one in derived.sets]:
        raise PackError(
            "rules.json: the rules do not come to the thresholds and effects that it names as in force; they "
            "were changed, or this software has other defaults than the version in manifest.json.",
            "rules.json：所列规则得不出其声明的阈值与效力；或被改动，或本软件版本与 manifest.json 所列不同。",
        )


def check_minutes(told: list[dict[str, Any]], minutes: tuple[Minute, ...]) -> None:
    """Every minute with its verdict, reasons and numbers. Raises PackError."""
    made = {minute.seq: minute_told(minute) for minute in minutes}
    said = {row["seq"]: row for row in told}
    if len(said) != len(told):
        raise PackError("verdicts.json names a minute twice.", "verdicts.json 中有重复的分钟。")
    for seq in sorted(made.keys() | said.keys()):
        if seq not in made or seq not in said:
            what = "has a verdict that no record stands behind" if seq in said else "has no verdict"
            raise PackError(
                f"Minute record {seq} {what} in verdicts.json.",
                f"verdicts.json 与分钟记录 {seq} 不对应。",
            )
        _same(said[seq], made[seq])
    if list(said) != [minute.seq for minute in minutes]:
        raise PackError("verdicts.json is in another order.", "verdicts.json 的顺序被改动。")


def _same(said: dict[str, Any], made: dict[str, Any]) -> None:
    if canonical.alike(said, made):
        return
    for name, chinese in _FIELDS.items():
        if not canonical.alike(said.get(name), made[name]):
            one, other = (_shown(name, row.get(name)) for row in (said, made))
            raise PackError(
                f"Minute record {made['seq']}: the pack says {name} {one}, and its records, "
                "fences, facts and "
                f"rules come to {other}.",
                f"分钟记录 {made['seq']}：证据包写的{chinese}是 {one}，由记录、围栏、登记与"
                f"规则得出 {other}。",
            )
    raise PackError(
        f"Minute record {made['seq']}: verdicts.json says something else than follows.",
        f"分钟记录 {made['seq']}：verdicts.json 的内容与重新判定不符。",
    )


def _shown(name: str, value: Any) -> str:
    if name == "verdict" and value in (0, 1, 2):
        return f"{VERDICT_NAMES[value]} {_CHINESE[value]}"
    return str(value)[:160]


def check_outcome(told: dict[str, Any], derived: Derived) -> None:
    """The session's sums. Raises PackError."""
    made = outcome_told(derived)
    absent = object()
    for name in sorted(made.keys() | told.keys()):
        said, right = told.get(name, absent), made.get(name, absent)
        if said is absent or right is absent or not canonical.alike(said, right):
            raise PackError(
                f"The session's {name}: the pack says {told.get(name)}, and its minutes come to "
                f"{made.get(name)}.",
                f"培训过程的 {name}：证据包写的是 {told.get(name)}，由各分钟得出 {made.get(name)}。",
            )


def check_credit(documents: Documents, derived: Derived, decided: dict[int, int]) -> tuple[int, int]:
    """(minutes credited as judged, in the end): what the ledger's entries add up to. Raises PackError."""
    outcome = derived.outcome
    key = (f"{outcome.trainee:016d}", outcome.part)
    machine = sum(minute.earns for minute in derived.minutes)
    whole = earned(derived.minutes, decided)
    sums: dict[tuple[str, int], list[int]] = {key: [0, 0]}
    for entry in documents.credit:
        held = sums.setdefault((entry["trainee"], entry["part"]), [0, 0])
        held[0] += entry["minutes"] if entry["decision"] is None else 0
        held[1] += entry["minutes"]
    for (trainee, part), (by_machine, by_all) in sums.items():
        wanted = (machine, whole) if (trainee, part) == key else (0, 0)
        for held_min, wanted_min, what in zip(
            (by_machine, by_all), wanted, (("judged", "判定"), ("effective", "最终有效")), strict=True
        ):
            if held_min != wanted_min:
                raise PackError(
                    f"Credit of trainee {trainee}, part {part}: the entries add up to "
                    f"{held_min} min, and the "
                    f"{what[0]} minutes are {wanted_min}.",
                    f"学员 {trainee} 第 {part} 部分学时：账目合计 {held_min} 分钟，而{what[1]}分"
                    f"钟为 {wanted_min}。",
                )
    ids = {row["decision"] for row in documents.decisions["decisions"]}
    for entry in documents.credit:
        if entry["decision"] is not None and entry["decision"] not in ids:
            raise PackError(
                f"Credit entry {entry['entry']} names decision {entry['decision']}, which "
                "is not in the pack.",
                f"学时账目 {entry['entry']} 所依据的决定 {entry['decision']} 不在证据包中。",
            )
    return machine, whole


def check_photos(documents: Documents, found: list[dict[str, Any]]) -> int:
    """The photos' digests are those in the signed records; how many there are. Raises PackError."""
    for said, made in zip(documents.photos, found, strict=False):
        if said != made:
            raise PackError(
                f"photos.json says of record {made['seq']} something else than the signed record does.",
                f"photos.json 关于记录 {made['seq']} 的内容与已签名的记录不符。",
            )
    if len(documents.photos) != len(found):
        raise PackError(
            f"photos.json names {len(documents.photos)} face checks and photos, and the "
            f"records {len(found)}.",
            f"photos.json 列出 {len(documents.photos)} 次人脸核验与照片，记录中有 {len(found)} 次。",
        )
    digests = {one["sha256"] for one in found}
    for digest in sorted(documents.pictures):
        if digest not in digests:
            raise PackError(
                f"photos/{digest}.jpg is a photo that no record of the session names.",
                f"photos/{digest}.jpg 不属于该培训过程的任何记录。",
            )
    return len(digests - {None})
