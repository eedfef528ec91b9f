"""What is wrong with a session, in one sentence an inspector reads first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ingest.explain.number_values import Both, clock_text, metres_text, zone_text
from ingest.judge.outcome import ACCEPTED
from ingest.judge.reasons import BY_NUMBER, REASONS
from ingest.judge.rulebook.rule import LOOK, NOTE, OFF, UNSURE
from ingest.store.desk.session.view import MinuteRow, SuspicionRow

_OUT = {"OUT_OF_FENCE", "FENCE_DOUBT"}
_NUMBER = {row[1]: row[0] for row in REASONS}


class _Group(NamedTuple):
    """Minutes of one reason. weight: a reason that refuses weighs twice one that leaves unsure."""

    name: str
    minutes: list[MinuteRow]
    weight: int


def summary(
    minutes: Sequence[MinuteRow],
    effects: dict[str, str],
    ground: str,
    suspicions: Sequence[SuspicionRow],
    utc_offset_min: int,
) -> Both:
    """By what the machine said: "9 of 50 minutes outside the fence of Songbei, furthest 105 m, between 09:41
    and 09:49 UTC+08:00." """
    if not minutes:
        return "No minute of this session was recorded.", "本次培训没有任何分钟记录。"
    groups = _groups(minutes, effects)
    wrong = [one for one in minutes if one.machine != ACCEPTED]
    own = [one for one in suspicions if not one.as_other]
    if not groups:
        return _nothing_wrong(len(minutes), own, len(own) < len(suspicions))
    first, rest = groups[0], groups[1:]
    english, chinese = _said(first, len(minutes), ground, utc_offset_min)
    others = len({one.seq for one in wrong} - {one.seq for one in first.minutes})
    if others and rest:
        second = _sentence(rest[0].name)
        english += f"; {others} more: {second[0]}"
        chinese += f"；另有 {others} 分钟：{second[1]}"
    elif other := [one for one in own if one.kind != _NUMBER[first.name]]:
        kind = _sentence_of(other[0].kind)
        english, chinese = f"{english}; also: {kind[0]}", f"{chinese}；另有：{kind[1]}"
    return f"{english}.", f"{chinese}。"


def _groups(minutes: Sequence[MinuteRow], effects: dict[str, str]) -> list[_Group]:
    """Reasons that refused minutes or left them unsure, those that weigh most first."""
    found: dict[str, list[MinuteRow]] = {}
    for minute in minutes:
        if minute.machine == ACCEPTED:
            continue
        for reason in minute.reasons:
            name = BY_NUMBER[reason][1] if reason in BY_NUMBER else ""
            if name and effects.get(name, "") not in (LOOK, NOTE, OFF):
                found.setdefault(name, []).append(minute)
    groups = [
        _Group(name, some, len(some) * (1 if effects.get(name) == UNSURE else 2))
        for name, some in found.items()
    ]
    # Of reasons that cover the same minutes the one with the lower number is the more telling.
    return sorted(groups, key=lambda one: (-one.weight, _NUMBER[one.name]))


def _nothing_wrong(count: int, own: Sequence[SuspicionRow], is_named: bool) -> Both:
    """is_named: what is suspected of another session names this one."""
    english = "The one minute is accepted" if count == 1 else f"All {count} minutes accepted"
    chinese = f"{count} 分钟全部有效"
    if own:
        kind = _sentence_of(own[0].kind)
        english, chinese = f"{english}, but: {kind[0]}", f"{chinese}，但：{kind[1]}"
    elif is_named:
        english, chinese = (
            f"{english}; a suspicion of another session names it",
            f"{chinese}；另一次培训的可疑涉及本次",
        )
    return f"{english}.", f"{chinese}。"


def _said(group: _Group, count: int, ground: str, offset_min: int) -> Both:
    first, last = group.minutes[0].minute * 60, group.minutes[-1].minute * 60
    zone = zone_text(offset_min)
    begin, end = clock_text(first, offset_min, "%H:%M"), clock_text(last, offset_min, "%H:%M")
    when = (
        (f"at {begin} {zone}", f"{begin} {zone}")
        if begin == end
        else (f"between {begin} and {end} {zone}", f"{begin} 至 {end} {zone}")
    )
    n = len(group.minutes)
    share = (f"{n} of {count} minutes", f"{count} 分钟中有 {n} 分钟")
    if group.name in _OUT:
        outside = [one.numbers.get(group.name, {}).get("outside_m", 0) for one in group.minutes]
        furthest = metres_text(max(outside))
        sure = group.name == "OUT_OF_FENCE"
        where = (f" of {ground}", ground) if ground else ("", "教学区域")
        how = (
            ("outside the fence", "在{}外") if sure else ("too near the edge of the fence", "过于接近{}边界")
        )
        return (
            f"{share[0]} {how[0]}{where[0]}, furthest {furthest[0]}, {when[0]}",
            f"{when[1]}，{share[1]}{how[1].format(where[1])}，最远 {furthest[1]}",
        )
    sentence = _sentence(group.name)
    return f"{share[0]}, {when[0]}: {sentence[0]}", f"{when[1]}，{share[1]}：{sentence[1]}"


def _sentence(name: str) -> Both:
    return _sentence_of(_NUMBER[name])


def _sentence_of(number: int) -> Both:
    row = BY_NUMBER[number]
    return f"{row[3][:1].lower()}{row[3][1:].rstrip('.')}", row[4].rstrip("。")
