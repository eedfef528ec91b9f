"""What the report says, section by section, before it is laid out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from ingest.decisions.causes import CAUSES
from ingest.decisions.kinds import KINDS, LAYERS
from ingest.judge.outcome import ACCEPTED, VERDICT_NAMES
from ingest.judge.reasons import BY_NUMBER
from ingest.pack.documents import Documents
from ingest.pack.places import fences_by_minute
from ingest.pack.unproven import unproven

Rows = list[list[str]]
_CHINESE = ("有效", "无效", "待定")
_LETTERS = ("A", "R", "U")
_ENGLISH_AT, _CHINESE_AT, _NAME = 3, 4, 1
_OFFSET_MIN = 480


class Section(NamedTuple):
    """A heading, lines of text, and a table with relative widths of its columns; any of them may be empty."""

    title: str
    lines: list[str]
    rows: Rows | None = None
    widths: tuple[float, ...] = ()


def sections(documents: Documents, signer: str) -> Iterator[Section]:
    """The whole report; signer: fingerprint of the pack key."""
    yield _head(documents)
    yield _result(documents)
    yield _how_to_verify(documents, signer)
    yield _reasons(documents)
    yield _fences(documents)
    yield _rules(documents)
    yield _decisions(documents)
    yield from _appeals(documents)
    yield _photos(documents)
    yield _minutes(documents)


def _offset_min(documents: Documents) -> int:
    sets = documents.rules["in_force"]
    return int(sets[0]["thresholds"]["utc_offset_min"]) if sets else _OFFSET_MIN


def _local(utc_s: int | None, offset_min: int, form: str = "%Y-%m-%d %H:%M") -> str:
    if not utc_s:
        return "-"
    moment = datetime.fromtimestamp(utc_s, UTC) + timedelta(minutes=offset_min)
    return moment.strftime(form)


def _zone(offset_min: int) -> str:
    sign, minutes = ("-", -offset_min) if offset_min < 0 else ("+", offset_min)
    return f"UTC{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _head(documents: Documents) -> Section:
    one, offset_min = documents.verdicts["outcome"], _offset_min(documents)
    begin, end = _local(one["start_s"], offset_min), _local(one["end_s"], offset_min)
    return Section(
        "",
        [
            f"终端 terminal {one['terminal']}   培训过程 session {one['session']}   车辆 car {one['car']}",
            f"学员 trainee {one['trainee']}   教练员 instructor {one['instructor']}",
            f"课程 course {one['course']:010d} (第{one['part']}部分 part {one['part']})   "
            f"{begin} – {end} {_zone(offset_min)}",
        ],
    )


def _result(documents: Documents) -> Section:
    one = documents.verdicts["outcome"]
    credit = sum(entry["minutes"] for entry in documents.credit)
    decided = documents.decisions["decided"]
    restored = sum(row["verdict"] == ACCEPTED for row in decided)
    return Section(
        "结果 Result",
        [
            f"机器判定 judged: 记录 recorded {one['minutes_recorded']} min, 有效 accepted "
            f"{one['minutes_accepted']}, 无效 refused {one['minutes_refused']}, 待定 unsure "
            f"{one['minutes_unsure']}; 学时 training hours {one['training_hours']}",
            f"人工决定 decided by people: {len(decided)} min, 其中有效 of these accepted {restored}",
            f"最终计入 credited in the end: {credit} min",
        ],
    )


def _how_to_verify(documents: Documents, signer: str) -> Section:
    told = documents.session
    lines = [
        "hourfence verify PACK.zip  —  无需网络、数据库或任何密钥。It needs no network, no "
        "database and no secret.",
        f"证据包密钥指纹 fingerprint of the server's pack key: {signer}",
    ]
    for key in documents.terminal["keys"]:
        lines.append(f"终端公钥 SHA-256 of the terminal's public key: {key['sha256']}")
    if told["head"]:
        seq, through, _ = told["head"]
        lines.append(
            f"终端在记录 {seq} 中以 Ed25519 对截至 {through} 的记录链签名。In record {seq} "
            "the terminal signed the "
            f"chain of records through {through}."
        )
    else:
        lines.append("没有终端签名覆盖该培训过程。No signature of the terminal covers this session.")
    lines.append("证据包本身不能证明 What a pack cannot prove:")
    lines += [f"- {chinese}\n  {english}" for english, chinese in unproven(documents)]
    return Section("如何核验 How to verify", lines)


def _reasons(documents: Documents) -> Section:
    numbers = {name: number for number, (_, name, *_) in BY_NUMBER.items()}
    rows = [["原因\nreason", "分钟\nmin", "含义\nmeaning"]]
    for name, minutes in sorted(
        documents.verdicts["outcome"]["reasons"].items(), key=lambda one: numbers[one[0]]
    ):
        row = BY_NUMBER[numbers[name]]
        rows.append([f"{numbers[name]} {name}", str(minutes), f"{row[_CHINESE_AT]}\n{row[_ENGLISH_AT]}"])
    if len(rows) == 1:
        return Section("原因 Reasons", ["各分钟均无原因。No minute has a reason against it."])
    return Section("原因 Reasons", [], rows, (5, 1, 10))


def _fences(documents: Documents) -> Section:
    offset_min = _offset_min(documents)
    rows = [["围栏\nfence", "场地\nground", "类型\nkind", "部分\nparts", "自\nfrom", "至\nto", "状态\nstate"]]
    for fence in documents.fence_entries:
        ends = [_local(at_s, offset_min) for at_s in (fence.valid_from_s, fence.valid_to_s)]
        parts = " ".join(map(str, sorted(fence.parts)))
        rows.append([fence.fence_id, fence.ground, fence.kind, parts, *ends, fence.state])
    return Section("围栏 Fences", [], rows, (4, 4, 2, 1.5, 3, 3, 2))


def _rules(documents: Documents) -> Section:
    lines = [f"{one['version']}  SHA-256 {one['digest']}" for one in documents.rules["in_force"]]
    return Section("当时有效的规则 Rules in force", [*lines, str(documents.verdicts["judged_under"])])


def _decisions(documents: Documents) -> Section:
    told, offset_min = documents.decisions, _offset_min(documents)
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
    return Section("决定 Decisions (UTC)", [], rows, (1, 2, 3, 3.2, 3.2, 2.4, 6))


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
            first, last = (_local(minute * 60, offset_min, "%H:%M") for minute in run)
            told.append(f"{letter} {first}" + (f" – {last}" if last != first else ""))
    return ", ".join(told) or "-"


def _appeals(documents: Documents) -> Iterator[Section]:
    people = {one["account"]: one["name"] for one in documents.decisions["accounts"]}
    for one in documents.decisions["appeals"]:
        lines = [
            f"{_stamp(entry['at'])} {people.get(entry['account'], '-')}: {entry['words']}"
            for entry in one["entries"]
        ]
        yield Section(f"申诉 Appeal {one['appeal']} ({_stamp(one['opened_at'])} UTC)", lines)


def _photos(documents: Documents) -> Section:
    offset_min = _offset_min(documents)
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
        cells = [str(one["seq"]), _local(one["utc_s"], offset_min, "%H:%M:%S")]
        cells += [roles[one["role"]], moments[one["moment"]], *told, one["sha256"] or "-"]
        rows.append(cells)
    if len(rows) == 1:
        return Section("人脸与照片 Faces and photos", ["没有。None."])
    return Section("人脸与照片 Faces and photos", [], rows, (1.5, 1.7, 2.5, 2.5, 1.8, 1.3, 9))


def _minutes(documents: Documents) -> Section:
    offset_min = _offset_min(documents)
    decided = {row["minute"]: row for row in documents.decisions["decided"]}
    inside = fences_by_minute(documents)
    rows = [
        [
            "时间 at",
            "记录 record",
            "判定 verdict",
            "最终 in the end",
            "围栏 fence",
            "原因与数值 reasons and numbers",
        ]
    ]
    for one in documents.verdicts["minutes"]:
        row = decided.get(one["minute"])
        final = (
            _verdict(one["verdict"]) if row is None else f"{_verdict(row['verdict'])} (#{row['decision']})"
        )
        at = _local(one["minute"] * 60, offset_min, "%H:%M")
        where = inside.get(one["seq"], "-")
        rows.append([at, str(one["seq"]), _verdict(one["verdict"]), final, where, _why(one)])
    title = f"逐分钟 Minute by minute ({_local_day(documents, offset_min)} {_zone(offset_min)})"
    return Section(title, [], rows, (1.3, 1.3, 2.6, 2.8, 2.5, 10))


def _local_day(documents: Documents, offset_min: int) -> str:
    return _local(documents.verdicts["outcome"]["start_s"], offset_min, "%Y-%m-%d")


def _verdict(value: int) -> str:
    return f"{_LETTERS[value]} {_CHINESE[value]} {VERDICT_NAMES[value]}"


def _why(minute: dict[str, Any]) -> str:
    parts = []
    for reason in minute["reasons"]:
        name = str(BY_NUMBER[reason][_NAME])
        numbers = " ".join(f"{key} {value}" for key, value in sorted(minute["numbers"].get(name, {}).items()))
        parts.append(f"{reason} {name}" + (f" ({numbers})" if numbers else ""))
    return "; ".join(parts) or "-"
