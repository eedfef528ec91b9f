"""What holds for any evidence: order and repeats change nothing, nobody is in two places, days are capped."""

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge.credit import credits
from ingest.judge.evidence import Evidence
from ingest.judge.explain import digest, minute_verdicts, serialise
from ingest.judge.flags import flags
from ingest.judge.judge import judge
from ingest.judge.outcome import ACCEPTED, REFUSED, UNSURE
from ingest.judge.register.facts import Facts, TerminalFact
from ingest.judge.rulebook.rule_set import NOT_ABOVE, RuleSet
from ingest.judge.rules.table import THRESHOLDS
from tests.ingest.judge.make import START, TERMINAL, TRAINEE, Day, facts, mixed

SPOILT: list[dict[str, Any]] = [
    {},
    {},
    {"rpm_max": 0},
    {"wheel_m": 0, "speed_max_kmh10": 0, "gnss_m": 0.0, "speed_m": 0.0},
    {"fix_doubt": 12},
    {"fix_out": 12},
    {"fix_n": 3, "covered_s": 3},
    {"fix_n": 12, "covered_s": 12},
    {"jump_kmh": 250.0},
    {"wheel_m": 900},
]
OUTCOMES = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5])
NO_FIX: dict[str, Any] = {
    **dict.fromkeys(("fix_n", "fix_in", "fix_out", "fix_doubt", "out_s", "doubt_s", "covered_s"), 0),
    **dict.fromkeys(("first_lat_e7", "first_lon_e7", "last_lat_e7", "last_lon_e7"), 0),
    **dict.fromkeys(("outside_m", "cut_m", "gnss_m", "jump_kmh", "wander_m"), 0.0),
    **dict.fromkeys(("elsewhere", "speed_sum", "still_s", "slow_s"), 0),
    **dict.fromkeys(("speed_max_kmh10", "sats_min", "sats_max", "hdop_min", "hdop_max"), -1),
    "speed_m": -1.0,
}


@st.composite
def told_beside(draw: st.DrawFn, day: Day, minute: int, session: int, terminal: int = TERMINAL) -> None:
    """A photo, now and then of a picture shown before; or the antenna's fault, come or gone; or an
    instructor's sign-out."""
    what = draw(st.sampled_from(["photo", "picture", "antenna", "instructor"]))
    if what == "antenna":
        day.diagnostic(8, draw(st.integers(0, 1)), terminal)
    elif what == "instructor":
        row = {
            "terminal": terminal,
            "seq": day.seq(terminal),
            "session": session,
            "sign_in": False,
            "role": 1,
        }
        bare = {"person": 11, "instructor": 0, "course": 0, "utc_s": minute * 60, "how": 1}
        day.marks.append({**row, **bare})
    else:
        day.photo(minute, session, terminal)
        if what == "picture":
            day.photos[-1]["photo"] = 1000


@st.composite
def sessions(draw: st.DrawFn, day: Day, terminal: int, people: int) -> None:
    """One session on a terminal, honest or not, whose sign-in may be missing."""
    who = {
        "trainee": TRAINEE + draw(st.integers(0, people)),
        "instructor": 11 + draw(st.integers(0, people)),
    }
    start = START + draw(st.integers(0, 40))
    number = day.sign_in(start, terminal, **who)
    for at in range(draw(st.integers(0, 12))):
        if draw(st.integers(0, 5)) == 0:
            outcome = draw(OUTCOMES)
            role = draw(st.sampled_from([1, 2]))
            person = who["trainee" if role == 2 else "instructor"]
            day.check(start + at, role, person, terminal, session=number, outcome=outcome)
        if draw(st.integers(0, 7)) == 0:
            day.seq(terminal)
        if draw(st.integers(0, 7)) == 0:
            draw(told_beside(day, start + at, number, terminal))
        day.minute(start + at, number, terminal, **who, **draw(st.sampled_from(SPOILT)))
    if draw(st.booleans()):
        day.sign_out(number, start + 12, terminal, who["trainee"])


@st.composite
def days(draw: st.DrawFn, terminals: int = 3) -> Evidence:
    day = Day()
    for _ in range(draw(st.integers(0, 5))):
        draw(sessions(day, TERMINAL + draw(st.integers(0, terminals - 1)), 2))
    if day.marks and draw(st.integers(0, 3)) == 0:
        day.marks.pop(draw(st.integers(0, len(day.marks) - 1)))
    return day.evidence()


KNOWN = Facts(
    (
        TerminalFact(TERMINAL, 1, 0),
        TerminalFact(TERMINAL + 1, 1, 0, None, (START + 30) * 60),
        TerminalFact(TERMINAL + 1, 2, (START + 35) * 60),
    )
)
SMALL_CAP = RuleSet(day_cap_practice_min=7)


@settings(max_examples=25, deadline=None)
@given(days(), st.integers(0, 2**32), st.integers(0, 30))
def test_order_and_repeats_change_nothing(evidence: Evidence, seed: int, repeats: int) -> None:
    other_facts = Facts(tuple(reversed(KNOWN.terminals)) * 2)
    one = judge(evidence, KNOWN, SMALL_CAP)
    other = judge(mixed(evidence, seed, repeats), other_facts, SMALL_CAP)
    assert serialise(one) == serialise(other)
    assert one.sessions == other.sessions
    assert credits(one) == credits(other)
    assert flags(one) == flags(other)


@settings(max_examples=25, deadline=None)
@given(days())
def test_one_accepted_minute_for_each_trainee_instructor_and_car(evidence: Evidence) -> None:
    judgement = judge(evidence, KNOWN, SMALL_CAP)
    accepted = judgement.verdict == ACCEPTED
    minutes = judgement.case.minutes.take(accepted)
    for holder in (minutes.trainee, minutes.instructor, judgement.case.car[accepted]):
        claims = Counter(zip(holder.tolist(), minutes.minute.tolist(), strict=True))
        assert max(claims.values(), default=1) == 1
    per_trainee = Counter(minutes.trainee.tolist())
    assert max(per_trainee.values(), default=0) <= SMALL_CAP.day_cap_practice_min


@settings(max_examples=25, deadline=None)
@given(days())
def test_every_minute_is_judged_once_and_every_refusal_has_a_reason(evidence: Evidence) -> None:
    judgement = judge(evidence, KNOWN, SMALL_CAP)
    rows = list(minute_verdicts(judgement))
    given_keys = zip(evidence.minutes.terminal.tolist(), evidence.minutes.seq.tolist(), strict=True)
    assert sorted((row.terminal, row.seq) for row in rows) == sorted(given_keys)
    for row in rows:
        assert row.reasons == sorted(set(row.reasons))
        assert row.verdict not in (REFUSED, UNSURE) or row.reasons
    counted = [s.minutes_accepted + s.minutes_refused + s.minutes_unsure for s in judgement.sessions]
    assert sum(counted) == len(rows)
    assert sum(credit.minutes for credit in credits(judgement)) == int((judgement.verdict == ACCEPTED).sum())


@st.composite
def one_session_and_less(draw: st.DrawFn) -> tuple[Evidence, Evidence]:
    """A closed session of its own people, and the same with minutes, their fixes, matches and photos taken
    away; and the sign-out, but then the last minute stays."""
    day = Day()
    number = day.sign_in(START)
    length = draw(st.integers(1, 30))
    for at in range(length):
        if draw(st.integers(0, 6)) == 0:
            role = draw(st.sampled_from([1, 2]))
            day.check(START + at, role, 11 if role == 1 else TRAINEE, session=number, outcome=draw(OUTCOMES))
        if draw(st.integers(0, 5)) == 0:
            day.photo(START + at, number)
            day.photos[-1]["photo"] = 1000 + draw(st.integers(0, 2))
        day.minute(START + at, number, **draw(st.sampled_from(SPOILT)))
    day.sign_out(number, START + length, how=draw(st.sampled_from([1, 2])))
    whole = day.evidence()
    keep = st.booleans()
    for row in day.minutes:
        row.update(NO_FIX if draw(st.integers(0, 4)) == 0 else {})
    seen = day.evidence()
    minutes = np.array([draw(keep) for _ in day.minutes], dtype=bool)
    marks = np.array([True, draw(keep)], dtype=bool)
    minutes[-1] |= not marks[-1]
    checks = np.array([row["outcome"] != 0 or draw(keep) for row in day.checks], dtype=bool)
    photos = np.array([draw(keep) for _ in day.photos], dtype=bool)
    return whole, replace(
        whole,
        minutes=seen.minutes.take(minutes),
        checks=whole.checks.take(checks),
        marks=whole.marks.take(marks),
        photos=whole.photos.take(photos),
        others=whole.others.take(photos),
    )


@settings(max_examples=60, deadline=None)
@given(one_session_and_less())
def test_taking_evidence_away_never_helps_the_rest(pair: tuple[Evidence, Evidence]) -> None:
    """Holds for a session that shares nobody with another, below the cap.

    Not for an overlap or a full day, where less in one session leaves more to another; and taking a wrong
    face away would help, which is why sequence numbers are chained.
    """
    whole, less = (judge(evidence, facts(), RuleSet()) for evidence in pair)
    before = {row.seq: row.verdict for row in minute_verdicts(whole)}
    for row in minute_verdicts(less):
        assert row.verdict != ACCEPTED or before[row.seq] == ACCEPTED
    assert sum(c.minutes for c in credits(less)) <= sum(c.minutes for c in credits(whole))


@settings(max_examples=15, deadline=None)
@given(days())
def test_judged_session_by_session_where_nothing_is_shared(evidence: Evidence) -> None:
    """Minutes of a terminal are judged alike whether judged alone or beside strangers."""
    alone = judge(evidence, KNOWN, RuleSet())
    day = Day()
    day.session(5, START, 9_999, trainee=555, instructor=556)
    more = day.evidence()
    both = {name: type(value).concat([value, getattr(more, name)]) for name, value in vars(evidence).items()}
    beside = judge(Evidence(**both), KNOWN, RuleSet())
    mine = {(row.terminal, row.seq): row for row in minute_verdicts(alone)}
    theirs = {(row.terminal, row.seq): row for row in minute_verdicts(beside) if row.terminal != 9_999}
    assert mine == theirs


def test_the_digest_tells_two_judgements_apart() -> None:
    day = Day()
    day.session(3)
    one = judge(day.evidence(), facts(), RuleSet())
    other = judge(day.evidence(), facts(), RuleSet(still_m=200.0))
    assert digest(one) != digest(other)


def test_every_threshold_and_every_effect_changes_the_rule_set_s_digest() -> None:
    plain = RuleSet()
    for name, row in THRESHOLDS.items():
        down = plain.thresholds[name] == row.most or name in {least for least, _ in NOT_ABOVE}
        other = row.least if down else row.most
        assert plain.with_(**{name: other}).digest != plain.digest, name
    for name, effect in plain.effects.items():
        assert plain.with_(effects={name: "off" if effect != "off" else "note"}).digest != plain.digest, name
    assert plain.with_("another name").digest != plain.digest
    assert RuleSet().digest == plain.digest == plain.with_(still_m=10).digest
