"""What the report says of people's part, and minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.decisions.causes import CAUSES
from ingest.decisions.kinds import KINDS, LAYERS
from ingest.judge.outcome import VERDICT_NAMES
from ingest.judge.reasons import BY_NUMBER
from ingest.pack.documents import Documents
from ingest.pack.places import fences_by_minute
from ingest.pack.section import Section, local, offset_of, zone

_CHINESE = ("有效", "无效", "待定")
_LETTERS = ("A", "R", "U")
_NAME = 1


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
            _stamp(row["at"]),
            who,
            f"{layer[1]}\n{layer[0]}",
            f"{kind[1]}\n{kind[0]}",
        ]
        rows.append([*cells, which, why])
    return Section("决定 Decisions (UTC)", [], rows, (1.1, 2.3, 2.8, 3.2, 3.2, 2.6, 6))


def _stamp(moment: str) -> str:
    """An instant of the documents, to the minute."""
    return moment[:16].replace("T", " ")


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
    for one in documents.decisions["appeals"]:
        lines = [
            f"{_stamp(entry['at'])} {people.get(entry['account'], '-')}: {entry['words']}"
            for entry in one["entries"]
        ]
        yield Section(f"申诉 Appeal {one['appeal']} ({_stamp(one['opened_at'])} UTC)", lines)


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
    roles = {1: "教练员 instructor", 2: "学员 trainee"}
    moments = {
        1: "签到 sign-in",
        2: "定时 periodic",
        3: "签退 sign-out",
        4: "抽查 ordered",
        5: "重启 restart",
    }
    for one in documents.photos:
        told = [str("-" if one[name] is None else one[name]) for name in ("outcome", "score")]
        cells = [str(one["seq"]), local(one["utc_s"], offset_min, "%H:%M:%S")]
        cells += [roles[one["role"]], moments[one["moment"]], *told, one["sha256"] or "-"]
        rows.append(cells)
    if len(rows) == 1:
        return Section("人脸与照片 Faces and photos", ["没有。None."])
    return Section("人脸与照片 Faces and photos", [], rows, (1.5, 1.7, 2.5, 2.5, 1.8, 1.3, 9))


def minutes(documents: Documents) -> Section:
    offset_min = offset_of(documents)
    decided = {row["minute"]: row for row in documents.decisions["decided"]}
    inside = fences_by_minute(documents)
    rows = [
        [
            "时间\nat",
            "记录\nrecord",
            "判定\nverdict",
            "最终\nin the end",
            "围栏\nfence",
            "原因与数值\nreasons and numbers",
        ]
    ]
    for one in documents.verdicts["minutes"]:
        row = decided.get(one["minute"])
        final = (
            _verdict(one["verdict"]) if row is None else f"{_verdict(row['verdict'])} (#{row['decision']})"
        )
        at = local(one["minute"] * 60, offset_min, "%H:%M")
        where = inside.get(one["seq"], "-")
        rows.append([at, str(one["seq"]), _verdict(one["verdict"]), final, where, _why(one)])
    title = f"逐分钟 Minute by minute ({_day(documents, offset_min)} {zone(offset_min)})"
    return Section(title, [], rows, (1.2, 1.5, 2.6, 2.8, 2.5, 10))


def _day(documents: Documents, offset_min: int) -> str:
    return local(documents.verdicts["outcome"]["start_s"], offset_min, "%Y-%m-%d")


def _verdict(value: int) -> str:
    return f"{_LETTERS[value]} {_CHINESE[value]} {VERDICT_NAMES[value]}"


def _why(minute: dict[str, Any]) -> str:
    parts = []
    for reason in minute["reasons"]:
        name = str(BY_NUMBER[reason][_NAME])
        numbers = " ".join(f"{key} {value}" for key, value in sorted(minute["numbers"].get(name, {}).items()))
        parts.append(f"{reason} {name}" + (f" ({numbers})" if numbers else ""))
    return "; ".join(parts) or "-"
