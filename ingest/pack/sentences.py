"""What the report says, section by section, before it is laid out."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.judge.outcome import ACCEPTED
from ingest.judge.reasons import BY_NUMBER
from ingest.pack import sentences_people as people
from ingest.pack.documents import Documents
from ingest.pack.section import Section, local, offset_of, zone
from ingest.pack.unproven import unproven

_ENGLISH_AT, _CHINESE_AT = 3, 4


def sections(documents: Documents, signer: str) -> Iterator[Section]:
    """The whole report; signer: fingerprint of the pack key."""
    yield _head(documents)
    yield _result(documents)
    yield _map(documents)
    yield _how_to_verify(documents, signer)
    yield _reasons(documents)
    yield _fences(documents)
    yield _rules(documents)
    yield people.decisions(documents)
    yield from people.appeals(documents)
    yield people.photos(documents)
    yield people.minutes(documents)


def _head(documents: Documents) -> Section:
    one, offset_min = documents.verdicts["outcome"], offset_of(documents)
    begin, end = local(one["start_s"], offset_min), local(one["end_s"], offset_min)
    return Section(
        "",
        [
            f"驾校 school {_named(documents, 'school', '-')}   "
            f"车辆 car {_named(documents, 'car', one['car'])}",
            f"学员 trainee {_named(documents, 'trainee', one['trainee'])}   "
            f"教练员 instructor {_named(documents, 'instructor', one['instructor'])}",
            f"终端 terminal {one['terminal']}   培训过程 session {one['session']}",
            f"课程 course {one['course']:010d} (第{one['part']}部分 part {one['part']})   "
            f"{begin} – {end} {zone(offset_min)}",
        ],
    )


def _named(documents: Documents, what: str, number: str) -> str:
    """What the registry called it when the session began, and its number."""
    name = documents.session["names"].get(what)
    return f"{name} ({number})" if name and number != "-" else name or number


def _map(documents: Documents) -> Section:
    return Section(
        "轨迹与当时的教学区域 The trace and the fences of that moment",
        [
            "字母与线型为各分钟的最终结果：A 有效（实线），R 无效（虚线），U 待定（点线）。\n"
            "Letters and lines are what each minute is in the end: A accepted (solid), R refused (dashed), "
            "U unsure (dotted).",
        ],
        drawn=documents,
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
    offset_min = offset_of(documents)
    rows = [["围栏\nfence", "场地\nground", "类型\nkind", "部分\nparts", "自\nfrom", "至\nto", "状态\nstate"]]
    for fence in documents.fence_entries:
        ends = [local(at_s, offset_min) for at_s in (fence.valid_from_s, fence.valid_to_s)]
        parts = " ".join(map(str, sorted(fence.parts)))
        rows.append([fence.fence_id, fence.ground, fence.kind, parts, *ends, fence.state])
    return Section(f"围栏 Fences ({zone(offset_min)})", [], rows, (4, 4, 2, 1.5, 3, 3, 2))


def _rules(documents: Documents) -> Section:
    lines = [f"{one['version']}  SHA-256 {one['digest']}" for one in documents.rules["in_force"]]
    return Section("当时有效的规则 Rules in force", [*lines, str(documents.verdicts["judged_under"])])
