"""How bad a session looks, to put the worst first: a sum whose every term is written down here."""

from __future__ import annotations

from ingest.decisions.needs import Found
from ingest.decisions.states import APPEALED, Stand
from ingest.judge import reasons

UNSURE_MIN = 10
"""Each minute of which nobody can be sure: a human's word makes or takes it."""
OUT_MIN = 4
"""Each minute refused as out of fence: the commonest dispute and the commonest cheat."""
REFUSED_MIN = 1
"""Each other refused minute."""
LATE_MIN = -6
"""Each unsure minute that only waits for late records: these mostly come by themselves."""
SUSPICION_OF_1000 = 0.4
"""Of the score of each kind of suspicion: 400 for one that is as sure as screening gets."""
DRAWN, CHANGED, SECOND_LOOK = 150, 500, 250
APPEALED_WEIGHS, APPEALS_FULL, APPEAL_MORE = 300, 5, 30
"""An open appeal, less than a bad signature; those of a school beyond its five oldest weigh little, so that
nobody pushes the frauds of others down by appealing everything."""
FLAG_DEFAULT = 60
FLAGS: dict[int, int] = {
    reasons.SIGNATURE_BAD: 500,
    reasons.RECORDS_INSERTED: 500,
    reasons.TERMINAL_CLONED: 500,
    reasons.TRACE_REPLAYED: 450,
    reasons.TRACE_SHARED: 450,
    reasons.PHOTO_REUSED: 400,
    reasons.SCORES_REPEATED: 350,
    reasons.FACE_MISMATCH_TRAINEE: 300,
    reasons.FACE_MISMATCH_INSTRUCTOR: 250,
    reasons.OVERLAP_TRAINEE: 250,
    reasons.OVERLAP_INSTRUCTOR: 250,
    reasons.OVERLAP_CAR: 250,
    reasons.HANDOVER_IMPOSSIBLE: 250,
    reasons.TRAVEL_IMPOSSIBLE_TRAINEE: 200,
    reasons.TRAVEL_IMPOSSIBLE_INSTRUCTOR: 200,
    reasons.OUT_OF_FENCE_SHARE: 150,
    reasons.ODO_TRACK_CONFLICT: 120,
    reasons.JUMP: 100,
    reasons.SEQ_GAP: 20,
}
"""What a flag weighs, once whatever it covers; others FLAG_DEFAULT."""


def score(found: Found, stand: Stand) -> int:
    """The higher the worse; 0 for a session of which nothing is said."""
    late = min(found.late_min, found.unsure)
    out = min(found.out_min, found.refused)
    total = UNSURE_MIN * found.unsure + LATE_MIN * late + OUT_MIN * out + REFUSED_MIN * (found.refused - out)
    total += sum(flag_weight(flag) for flag in set(found.flags))
    total += sum(int(SUSPICION_OF_1000 * one) for one in found.suspicions.values())
    sent_on = stand.not_owner != 0 and not stand.drawn_since
    total += DRAWN * found.is_drawn + CHANGED * stand.changed + SECOND_LOOK * sent_on
    appeal = APPEALED_WEIGHS if found.appeals_before < APPEALS_FULL else APPEAL_MORE
    return total + appeal * (stand.state == APPEALED)


def flag_weight(reason: int) -> int:
    """What a flag of this reason weighs."""
    return FLAGS.get(reason, FLAG_DEFAULT)


def heaviest_first(minutes: dict[int, int], flags: tuple[int, ...]) -> list[int]:
    """All reasons of a session, those that weigh most first: by the weight of the flag, then by minutes."""
    flagged = set(flags)
    return sorted(
        flagged | minutes.keys(),
        key=lambda one: (-(flag_weight(one) if one in flagged else 0) - minutes.get(one, 0), one),
    )
