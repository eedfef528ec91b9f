"""What the report says, section by section, before it is laid out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from geofence.ground import Fence
from ingest.judge.outcome import ACCEPTED, REFUSED
from ingest.judge.reasons import BY_NUMBER
from ingest.pack import canonical
from ingest.pack import sentences_people as people
from ingest.pack.documents import Documents
from ingest.pack.places import NOWHERE, fences_by_minute
from ingest.pack.section import Section, local, offset_of, zone
from ingest.pack.sentences_minutes import minutes
from ingest.pack.sentences_proof import how_to_verify, proofs
from ingest.pack.unproven import newest_entry

_ENGLISH_AT, _CHINESE_AT = 3, 4
_FENCES_MOST = 40
_KINDS = {"field": "场地\nfield", "road": "道路\nroad"}
_STATES = {
    "approved": "已批准\napproved",
    "pending": "待批准\npending",
    "refused": "未批准\nrefused",
    "withdrawn": "已撤销\nwithdrawn",
}


def sections(documents: Documents, signer: str) -> Iterator[Section]:
    """The whole report; signer: fingerprint of the pack key."""
    where = fences_by_minute(documents)
    yield _head(documents, where)
    yield _result(documents)
    yield _map(documents)
    yield _reasons(documents)
    yield people.decisions(documents)
    yield from people.proposals(documents)
    yield from people.appeals(documents)
    yield proofs(documents, signer)
    yield how_to_verify(documents, signer)
    yield _fences(documents)
    yield _rules(documents)
    yield people.photos(documents)
    yield minutes(documents, where)


def _head(documents: Documents, where: Mapping[int, str]) -> Section:
    one, offset_min = documents.verdicts["outcome"], offset_of(documents)
    begin, end = (f"{local(one[at], offset_min)} {zone(offset_min)}" for at in ("start_s", "end_s"))
    newest = newest_entry(documents)
    rows = [
        ["驾校\nschool", _named(documents, "school", "-"), "车辆\ncar", _named(documents, "car", one["car"])],
        [
            "学员\ntrainee",
            _named(documents, "trainee", one["trainee"]),
            "教练员\ninstructor",
            _named(documents, "instructor", one["instructor"]),
        ],
        ["终端\nterminal", one["terminal"], "培训过程\nsession", str(one["session"])],
        [
            "课程\ncourse",
            f"{one['course']:010d} (第{one['part']}部分 part {one['part']})",
            "训练场地\nground",
            _grounds(documents, where),
        ],
        ["开始\nbegan", begin, "结束\nended", end if one["end_s"] else "未签退 no sign-out"],
        [
            "所据最后记录\nas of",
            f"{_moment(newest, offset_min)} {zone(offset_min)}" if newest else "-",
            "记录\nrecords",
            f"{documents.session['first']} – {documents.session['last']}",
        ],
    ]
    return Section("", [], rows, (2, 6, 2, 6), is_headed=False)


def _moment(text: str, offset_min: int) -> str:
    return local(int(datetime.fromisoformat(text).timestamp()), offset_min)


def _grounds(documents: Documents, where: Mapping[int, str]) -> str:
    """The grounds whose fences some minute began in."""
    names = {fence.fence_id: fence.ground for fence in documents.fence_entries}
    seen = {name for ids in where.values() for name in ids.split(" ") if name in names}
    grounds = sorted({names[name] for name in seen})
    outside = sum(ids == NOWHERE for ids in where.values())
    more = [f"{outside} 分钟始于围栏之外 min began in none"] if outside else []
    return "\n".join([*grounds, *more]) or "-"


def _named(documents: Documents, what: str, number: str) -> str:
    """What the registry called it when the session began, and its number."""
    name = documents.session["names"].get(what)
    return f"{name} ({number})" if name and number != "-" else name or number


def _map(documents: Documents) -> Section:
    return Section(
        "轨迹与当时的教学区域 The trace and the fences of that moment",
        [
            "字母与线型为各分钟的最终结果：A 有效（实线），R 无效（虚线），U 待定（点线）；"
            "无效的一分钟整段标为无效。灰底为开始时有效的围栏。\n"
            "Letters and lines are what each minute is in the end: A accepted (solid), R refused (dashed), "
            "U unsure (dotted); a refused minute is drawn so all its way. Grey: the fences in force when it "
            "began.",
        ],
        drawn=documents,
    )


def _result(documents: Documents) -> Section:
    one = documents.verdicts["outcome"]
    credit = sum(entry["minutes"] for entry in documents.credit)
    decided = [row["verdict"] for row in documents.decisions["decided"]]
    accepted, refused = decided.count(ACCEPTED), decided.count(REFUSED)
    recorded, made = one["minutes_recorded"], len(documents.decisions["decisions"])
    rows = [
        [
            "机器判定\nthe machine",
            f"记录 {recorded} 分钟：有效 {one['minutes_accepted']}，无效 {one['minutes_refused']}，待定 "
            f"{one['minutes_unsure']}；{one['training_hours']} 学时。\n"
            f"{recorded} min recorded: {one['minutes_accepted']} accepted, {one['minutes_refused']} refused, "
            f"{one['minutes_unsure']} unsure; {one['training_hours']} training hours.",
        ],
        [
            "人工决定\npeople",
            f"{made} 项决定，涉及 {len(decided)} 分钟：有效 {accepted}，无效 {refused}。\n"
            f"{made} decisions on {len(decided)} min: {accepted} accepted, {refused} refused."
            if made
            else "没有人工决定。\nNobody decided anything.",
        ],
        [
            "最终计入\nin the end",
            f"记录的 {recorded} 分钟中计入 {credit} 分钟。\n"
            f"Of {recorded} min recorded, {credit} are credited.",
        ],
    ]
    return Section("结果 Result", [], rows, (2, 14), is_headed=False)


def _reasons(documents: Documents) -> Section:
    numbers = {name: number for number, (_, name, *_) in BY_NUMBER.items()}
    rows = [["原因\nreason", "分钟\nmin", "含义\nmeaning"]]
    for name, count in sorted(
        documents.verdicts["outcome"]["reasons"].items(), key=lambda one: numbers[one[0]]
    ):
        row = BY_NUMBER[numbers[name]]
        rows.append([f"{numbers[name]} {name}", str(count), f"{row[_CHINESE_AT]}\n{row[_ENGLISH_AT]}"])
    if len(rows) == 1:
        return Section("原因 Reasons", ["各分钟均无原因。No minute has a reason against it."])
    return Section("机器判定的原因 Reasons of the machine", [], rows, (5, 1, 10))


def _fences(documents: Documents) -> Section:
    offset_min, one = offset_of(documents), documents.verdicts["outcome"]
    entries = list(zip(documents.fence_entries, documents.fences["features"], strict=True))
    entries.sort(key=lambda entry: not entry[0].in_force(one["part"], one["start_s"]))
    rows = [
        ["围栏\nfence", "场地\nground", "类型\nkind", "部分\nparts", "自\nfrom", "至\nto", "状态\nstate"]
        + ["版本 SHA-256\nversion"]
    ]
    rows += [_fence_row(fence, feature, offset_min) for fence, feature in entries[:_FENCES_MOST]]
    lines = [
        "开始时有效者在前。版本为 fences.geojson 中该项的摘要。Those in force when it began come first. "
    ]
    lines[0] += "Version: digest of the entry in fences.geojson."
    if len(entries) > _FENCES_MOST:
        more = len(entries) - _FENCES_MOST
        lines.append(f"另有 {more} 项见 fences.geojson。{more} more are in fences.geojson.")
    return Section(f"围栏 Fences ({zone(offset_min)})", lines, rows, (3.2, 4, 1.7, 1.1, 2.1, 2.1, 2, 3.6))


def _fence_row(fence: Fence, feature: Any, offset_min: int) -> list[str]:
    ends = [local(at_s, offset_min) for at_s in (fence.valid_from_s, fence.valid_to_s)]
    parts = " ".join(map(str, sorted(fence.parts)))
    kind, state = _KINDS.get(fence.kind, fence.kind), _STATES.get(fence.state, fence.state)
    version = hashlib.sha256(canonical.written(feature)).hexdigest()[:16]
    return [fence.fence_id, fence.ground, kind, parts, *ends, state, version]


def _rules(documents: Documents) -> Section:
    lines = [f"{one['version']}  SHA-256 {one['digest']}" for one in documents.rules["in_force"]]
    under = f"判定依据 judged under: {documents.verdicts['judged_under']}"
    return Section("当时有效的规则 Rules in force", [*lines, under])
