"""What a person's acts make of a session's minutes, and what the whole of them is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.draw.errors import DrawError

KINDS = ("accept", "refuse", "restore", "second_look")
ACCEPTED, REFUSED = 0, 1
VERDICTS = ("accepted", "refused", "unsure")
_RANGED = {"refuse": REFUSED, "restore": ACCEPTED}


class Act(NamedTuple):
    """One act on a session: kind, and for refuse and restore its minutes (Unix minutes, inclusive)."""

    kind: str
    first_minute: int | None = None
    last_minute: int | None = None


def checked(acts: Sequence[Act], machine: Mapping[int, int]) -> tuple[Act, ...]:
    """The acts, if they say something about this session; raises DrawError."""
    if not acts or any(act.kind not in KINDS for act in acts):
        raise _refused("Say accept, refuse, restore or second_look.", "请选择认可、拒绝、恢复或复看。")
    for act in acts:
        has_minutes = act.first_minute is not None and act.last_minute is not None
        if (act.kind in _RANGED) != has_minutes or (act.kind not in _RANGED and act[1:] != (None, None)):
            raise _refused(
                "Refuse and restore need a first and a last minute, the others none.",
                "拒绝和恢复须给出起止分钟，其他操作不带分钟。",
            )
        if act.kind in _RANGED and not _covered(act, machine):
            raise _refused("These minutes are none of the session's.", "所给分钟不属于本次培训。")
    if len(acts) > 1 and any(act.kind not in _RANGED for act in acts):
        raise _refused(
            "Accept and second_look stand alone; give refuse and restore without them.",
            "认可和复看须单独提交，不能与拒绝、恢复同时提交。",
        )
    return tuple(acts)


def minutes_after(machine: Mapping[int, int], acts: Sequence[Act]) -> dict[int, int]:
    """Minute -> verdict (0 accepted, 1 refused, 2 unsure) when these acts lie over the machine's, the later
    over the earlier."""
    after = dict(machine)
    for act in acts:
        if act.kind in _RANGED:
            after.update(dict.fromkeys(_covered(act, machine), _RANGED[act.kind]))
    return after


def called(acts: Sequence[Act]) -> str:
    """One word for the session: the last act's kind."""
    return acts[-1].kind


def _covered(act: Act, machine: Mapping[int, int]) -> list[int]:
    first, last = act.first_minute, act.last_minute
    if first is None or last is None:
        return []
    return [minute for minute in machine if first <= minute <= last]


def _refused(en: str, zh: str) -> DrawError:
    return DrawError("repeat_answer", en, zh)
