"""What the report says of people's part, and minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decisions.causes import CAUSES
from ingest.decisions.kinds import KINDS, LAYERS
from ingest.explain.explained import Limits, said
from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.reasons import BY_NUMBER
from ingest.pack.documents import Documents
from ingest.pack.places import fences_by_minute
from ingest.pack.section import Section, local, offset_of, zone

_CHINESE = ("有效", "无效", "待定")
_LETTERS = ("A", "R", "U")
_NAME = 1
_NO_SCORE = 255
_LEGEND = "A 有效 accepted, R 无效 refused, U 待定 unsure"
_OUTCOMES = (
    "核验通过\nthe right face",
    "为其他登记人员\nanother enrolled person",
    "陌生人脸\nan unknown face",
    "活体检测未通过\nnot a living face",
    "未检测到人脸\nno face",
    "核验超时\nno answer in time",
    "人脸模块故障\nface module at fault",
)


def decisions(documents: Documents) -> Section:
    told, offset_min = documents.decisions, offset_of(documents)
    if not told["decisions"]:
        return Section("决定 Decisions", ["没有人工决定。Nobody decided anything."])
    people = {one["account"]: f"{one['name']} ({one['role']})" for one in told["accounts"]}
    causes = {cause.code: f"{cause.chinese} {cause.english}" for cause in CAUSES}
    rows = [
        [
            "编号\nno.",
            "时间\nat",
            "何人\nwho",
            "层级\nlayer",
            "决定\ndecision",
            "分钟\nminutes",
            "理由\ncause",
        ]
    ]
    for row in told["decisions"]:
        kind, layer = KINDS[row["kind"]], LAYERS[row["layer"]]
        which = _stretches(row, offset_min)
        if row["undoes"]:
            which = f"-> {row['undoes']}"
        why = f"{causes.get(row['cause'], row['cause'])} {row['words']}"
        who = people.get(row["account"], "-")
        cells = [
            str(row["decision"]),
            _stamp(row["at"], offset_min),
            who,
            f"{layer[1]}\n{layer[0]}",
            f"{kind[1]}\n{kind[0]}",
        ]
        rows.append([*cells, which, why])
    title = f"决定 Decisions ({zone(offset_min)})"
    return Section(title, [_LEGEND], rows, (1.1, 2.6, 2.6, 3.2, 3, 2.9, 6))


def _stamp(moment: str, offset_min: int) -> str:
    """An instant of the documents, to the minute, in the zone."""
    return local(int(datetime.fromisoformat(moment).timestamp()), offset_min)


def _stretches(row: dict[str, Any], offset_min: int) -> str:
    """Minutes of a decision as first - last of each run, with the letter of what they become."""
    told = []
    for name, letter in (("accepts", _LETTERS[0]), ("refuses", _LETTERS[1])):
        runs: list[list[int]] = []
        for minute in row[name]:
            if runs and minute == runs[-1][1] + 1:
                runs[-1][1] = minute
            else:
                runs.append([minute, minute])
        for run in runs:
            first, last = (local(minute * 60, offset_min, "%H:%M") for minute in run)
            told.append(f"{letter} {first}" + (f" – {last}" if last != first else ""))
    return ", ".join(told) or "-"


def appeals(documents: Documents) -> Iterator[Section]:
    people = {one["account"]: one["name"] for one in documents.decisions["accounts"]}
    offset_min = offset_of(documents)
    for one in documents.decisions["appeals"]:
        lines = [
            f"{_stamp(entry['at'], offset_min)} {people.get(entry['account'], '-')}: {entry['words']}"
            for entry in one["entries"]
        ]
        opened = f"{_stamp(one['opened_at'], offset_min)} {zone(offset_min)}"
        yield Section(f"申诉 Appeal {one['appeal']} ({opened})", lines)


def photos(documents: Documents) -> Section:
    offset_min = offset_of(documents)
    rows = [
        [
            "记录\nrecord",
            "时间\nat",
            "角色\nrole",
            "时机\nmoment",
            "结果\noutcome",
            "分数\nscore",
            "照片\nSHA-256",
        ]
    ]
    roles = {1: "教练员\ninstructor", 2: "学员\ntrainee"}
    moments = {
        1: "签到\nsign-in",
        2: "定时\nperiodic",
        3: "签退\nsign-out",
        4: "抽查\nordered",
        5: "重启\nrestart",
    }
    for one in documents.photos:
        outcome = "-" if one["outcome"] is None else _OUTCOMES[one["outcome"]]
        score = "-" if one["score"] in (None, _NO_SCORE) else str(one["score"])
        cells = [str(one["seq"]), local(one["utc_s"], offset_min, "%H:%M:%S")]
        cells += [roles[one["role"]], moments[one["moment"]], outcome, score, one["sha256"] or "-"]
        rows.append(cells)
    if len(rows) == 1:
        return Section("人脸与照片 Faces and photos", ["没有。None."])
    title = f"人脸与照片 Faces and photos ({zone(offset_min)})"
    return Section(title, [], rows, (1.5, 1.9, 2, 2, 3, 1.2, 7))


def minutes(documents: Documents) -> Section:
    offset_min = offset_of(documents)
    decided = {row["minute"]: row for row in documents.decisions["decided"]}
    inside, limits = fences_by_minute(documents), _limits(documents)
    rows = [
        [
            "时间\nat",
            "记录\nrecord",
            "判定\nverdict",
            "最终\nin the end",
            "起点所在围栏\nbegan in fence",
            "原因与数值\nreasons and numbers",
        ]
    ]
    for one in documents.verdicts["minutes"]:
        row = decided.get(one["minute"])
        final = (
            _verdict(one["verdict"])
            if row is None
            else f"{_verdict(row['verdict'])}\n(no. {row['decision']})"
        )
        at = local(one["minute"] * 60, offset_min, "%H:%M")
        where = inside.get(one["seq"], "-")
        rows.append([at, str(one["seq"]), _verdict(one["verdict"]), final, where, _why(one, limits)])
    title = f"逐分钟 Minute by minute ({_day(documents, offset_min)} {zone(offset_min)})"
    return Section(title, [_LEGEND], rows, (1.2, 1.3, 2, 2, 2.4, 11.7))


def _limits(documents: Documents) -> Limits:
    """Thresholds that all rule sets in force at its minutes have in common: what differs within a session is
    not said to be the limit of any minute."""
    first, *others = [one["thresholds"] for one in documents.rules["in_force"]]
    same = {name: value for name, value in first.items() if all(one[name] == value for one in others)}
    return Limits(same, {}, offset_of(documents))


def _day(documents: Documents, offset_min: int) -> str:
    return local(documents.verdicts["outcome"]["start_s"], offset_min, "%Y-%m-%d")


def _verdict(value: int) -> str:
    return f"{_LETTERS[value]} {_CHINESE[value]}\n{VERDICT_NAMES[value]}"


def _why(minute: dict[str, Any], limits: Limits) -> str:
    """Every reason as a sentence in both languages, with its numbers and what they were held to."""
    parts = []
    for reason in minute["reasons"]:
        one = said(reason, minute["numbers"].get(str(BY_NUMBER[reason][_NAME])), limits)
        parts.append(f"{reason} {one.chinese}\n{one.english}")
    return "\n".join(parts) or "-"
