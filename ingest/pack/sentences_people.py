"""What the report says of people's part: decisions, proposals, appeals, faces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decisions.causes import CAUSES
from ingest.decisions.kinds import KINDS, LAYERS
from ingest.pack.documents import Documents
from ingest.pack.section import Section, local, offset_of, zone

_LETTERS = ("A", "R", "U")
LEGEND = "A 有效 accepted, R 无效 refused, U 待定 unsure"
_ROLES = {
    "supervisor": "监管员 supervisor",
    "inspector": "稽查员 inspector",
    "school": "驾校 school",
    "auditor": "审计员 auditor",
}
_CLOSED = {
    "confirmed": "已确认 confirmed by",
    "refused": "未同意 refused by",
    "withdrawn": "已撤回 withdrawn by",
}
_CAUSES = {cause.code: f"{cause.chinese} {cause.english}" for cause in CAUSES}
_NO_SCORE = 255
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
    """Who decided what, when, in which layer, and why."""
    told, offset_min = documents.decisions, offset_of(documents)
    if not told["decisions"]:
        return Section("决定 Decisions", ["没有人工决定。Nobody decided anything."])
    people = _people(documents)
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
            which = f"撤去编号 {row['undoes']}\ntakes out no. {row['undoes']}"
        who = people.get(row["account"], "-").replace(" ", "\n", 1)
        if row["proposed_by"]:
            who += f"\n提议 proposed by {people.get(row['proposed_by'], '-')}"
        cells = [
            str(row["decision"]),
            _stamp(row["at"], offset_min),
            who,
            f"{layer[1]}\n{layer[0]}",
            f"{kind[1]}\n{kind[0]}",
        ]
        rows.append([*cells, which, _why(row)])
    title = f"决定 Decisions ({zone(offset_min)})"
    return Section(title, [LEGEND], rows, (1.1, 2.6, 2.8, 2.9, 2.9, 3.1, 6))


def proposals(documents: Documents) -> Iterator[Section]:
    """Proposals to reverse a final decision, which a second person confirms or not."""
    people, offset_min = _people(documents), offset_of(documents)
    lines = [
        f"{_stamp(one['at'], offset_min)} {people.get(one['account'], '-')} 提议撤去编号 {one['decision']} "
        f"proposes to take out no. {one['decision']}: {_why(one)} "
        + (
            f"— {_stamp(one['closed_at'], offset_min)} {_CLOSED.get(one['outcome'], one['outcome'])} "
            f"{people.get(one['closed_by'], '')}"
            if one["closed_at"]
            else "— 待定 open"
        )
        for one in documents.decisions["proposals"]
    ]
    if lines:
        yield Section(f"推翻终审的提议 Proposals to reverse ({zone(offset_min)})", lines)


def _people(documents: Documents) -> dict[int, str]:
    return {
        one["account"]: f"{one['name']} ({_ROLES.get(one['role'], one['role'])})"
        for one in documents.decisions["accounts"]
    }


def _why(row: dict[str, Any]) -> str:
    """The cause chosen and the words written."""
    return f"{_CAUSES.get(row['cause'], row['cause'])} {row['words']}".rstrip()


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
    """Each appeal with its thread, and what became of it."""
    people, offset_min = _people(documents), offset_of(documents)
    for one in documents.decisions["appeals"]:
        lines = [
            f"{_stamp(entry['at'], offset_min)} {people.get(entry['account'], '-')}: {entry['words']}"
            for entry in one["entries"]
        ]
        if one["closed_at"] is None:
            lines.append("尚未处理。Still open.")
        else:
            closed = _stamp(one["closed_at"], offset_min)
            by = f" 依据决定 by decision no. {one['decision']}" if one["decision"] else ""
            lines.append(f"{closed} 结案 closed{by}")
        opened = f"{_stamp(one['opened_at'], offset_min)} {zone(offset_min)}"
        yield Section(f"申诉 Appeal {one['appeal']} ({opened})", lines)


def photos(documents: Documents) -> Section:
    """Every face check and photo, and where its picture is."""
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
        outcome = "仅照片\nphoto only" if one["outcome"] is None else _OUTCOMES[one["outcome"]]
        score = "-" if one["score"] in (None, _NO_SCORE) else str(one["score"])
        cells = [str(one["seq"]), local(one["utc_s"], offset_min, "%H:%M:%S")]
        cells += [roles[one["role"]], moments[one["moment"]], outcome, score, one["sha256"] or "-"]
        rows.append(cells)
    if len(rows) == 1:
        return Section("人脸与照片 Faces and photos", ["没有。None."])
    title = f"人脸与照片 Faces and photos ({zone(offset_min)})"
    many = len(documents.pictures)
    line = (
        f"包内有 {many} 张照片，文件名为 photos/<SHA-256>.jpg。"
        f"{many} pictures are in the pack, as photos/<SHA-256>.jpg."
        if many
        else "本包只含照片的摘要，不含照片。The pack holds the digests of the pictures, not the pictures."
    )
    return Section(title, [line], rows, (1.3, 1.6, 1.8, 1.8, 3, 1.1, 8.4))
