"""Causes, leases, what needs a human, and the score."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decisions import needs, refusals
from ingest.decisions.causes import BY_CODE, CAUSES, causes_of, check_cause, plain_words
from ingest.decisions.kinds import KINDS, LAYERS, WORDS_MAX
from ingest.decisions.leases import LEASE_S, Lease, is_held, taken
from ingest.decisions.needs import Found, needs_human, reasons_why
from ingest.decisions.refusals import REFUSALS, DecisionRefused
from ingest.decisions.score import FLAGS, heaviest_first, score
from ingest.decisions.states import APPEALED, DECIDED, FINAL, NEW, STATES, Stand
from ingest.judge import reasons

OPEN = Stand(NEW, 0, 0, 0, 0, False)
NOTHING = Found(60, 0, 0, 0, 0, (), {}, False)


def test_every_text_is_there_in_both_languages_and_every_kind_has_causes() -> None:
    texts = [*LAYERS.values(), *KINDS.values(), *needs.WHY.values(), *REFUSALS.values()]
    texts += [(english, chinese) for _, english, chinese in STATES.values()]
    texts += [(one.english, one.chinese) for one in CAUSES]
    for english, chinese in texts:
        assert english.isascii() and english.strip() and not chinese.isascii()
    assert len(BY_CODE) == len(CAUSES) and {kind for one in CAUSES for kind in one.kinds} == KINDS.keys()
    for kind in KINDS:
        assert causes_of(kind)[-1].code == "other" and len(causes_of(kind)) >= 2


@given(st.sampled_from(sorted(KINDS)), st.sampled_from(sorted({*BY_CODE, "", "whim"})), st.text(max_size=100))
def test_a_cause_is_taken_only_where_it_fits(kind: str, cause: str, words: str) -> None:
    fits = cause in BY_CODE and kind in BY_CODE[cause].kinds and len(plain_words(words)) <= WORDS_MAX
    fits = fits and bool(plain_words(words) or not BY_CODE[cause].needs_words)
    try:
        assert check_cause(kind, cause, words) == plain_words(words)
    except DecisionRefused as fault:
        assert not fits and fault.code in REFUSALS and fault.english in str(fault)
    else:
        assert fits


def test_words_are_kept_without_what_no_database_and_no_page_can_show() -> None:
    assert plain_words(" a\0b\ud800c\x1b\u202e\nd ") == "a b c  \nd"
    assert check_cause("accept", "harmless", "\0\t") == ""


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 400)), max_size=12))
def test_a_lease_is_never_held_by_two(asked: list[tuple[int, int]]) -> None:
    now_s, held = 1_000, None
    for account, later_s in asked:
        now_s += later_s
        try:
            new = taken(held, account, now_s)
        except DecisionRefused as fault:
            assert fault.code == "lease_held"
            assert held is not None and held.owner != account and now_s < held.until_s
            continue
        assert held is None or held.owner == account or now_s >= held.until_s
        assert new == Lease(account, now_s + LEASE_S) and is_held(new, now_s)
        assert not is_held(new, new.until_s)
        held = new
    with pytest.raises(DecisionRefused):
        taken(None, 3, now_s, not_owner=3)


@pytest.mark.parametrize(
    ("found", "stand", "why"),
    [
        (NOTHING, OPEN, ()),
        (NOTHING._replace(unsure=1), OPEN, ("unsure",)),
        (NOTHING._replace(flags=(23,)), OPEN, ("flag",)),
        (NOTHING._replace(suspicions={80: 499, 81: 500}), OPEN, ("suspicion",)),
        (NOTHING._replace(suspicions={80: 499}), OPEN, ()),
        (NOTHING._replace(out_min=6, refused=6), OPEN, ("out_of_fence",)),
        (NOTHING._replace(out_min=5, refused=5), OPEN, ()),
        (NOTHING._replace(recorded=4, out_min=4, refused=4), OPEN, ()),
        (NOTHING._replace(is_drawn=True), OPEN, ("drawn",)),
        (NOTHING, OPEN._replace(state=APPEALED), ("appealed",)),
        (NOTHING, OPEN._replace(not_owner=4), ("second_look",)),
        (NOTHING, OPEN._replace(changed=True), ("changed",)),
        (NOTHING._replace(unsure=1, flags=(36,)), OPEN, ("flag", "unsure")),
    ],
)
def test_who_asks_for_a_human(found: Found, stand: Stand, why: tuple[str, ...]) -> None:
    assert reasons_why(found, stand) == why
    assert needs_human(found, stand) == bool(why)
    for closed in (DECIDED, FINAL):
        if stand.state == NEW and not stand.not_owner:
            assert needs_human(found, stand._replace(state=closed)) == stand.changed


@given(
    st.builds(
        Found,
        st.just(200),
        st.integers(0, 60),
        st.integers(0, 60),
        st.integers(0, 60),
        st.integers(0, 60),
        st.lists(st.sampled_from(sorted(FLAGS)), max_size=3, unique=True).map(tuple),
        st.dictionaries(st.integers(80, 97), st.integers(1, 1000), max_size=3),
        st.booleans(),
    )
)
def test_more_of_anything_is_never_better(found: Found) -> None:
    base = score(found, OPEN)
    assert base >= 0 and score(NOTHING, OPEN) == 0
    assert score(found._replace(is_drawn=True), OPEN) >= base
    assert score(found._replace(unsure=found.unsure + 1), OPEN) > base
    assert score(found._replace(refused=found.refused + 1), OPEN) > base
    assert score(found._replace(out_min=found.out_min + 1), OPEN) >= base
    assert score(found._replace(flags=(*found.flags, reasons.FACE_NOT_FOUND)), OPEN) > base
    assert score(found._replace(suspicions={**found.suspicions, 99: 500}), OPEN) == base + 200
    assert score(found._replace(late_min=found.late_min + 1), OPEN) <= base
    for worse in (OPEN._replace(changed=True), OPEN._replace(not_owner=1), OPEN._replace(state=APPEALED)):
        assert score(found, worse) > base


def test_appeals_weigh_less_than_a_bad_signature_and_many_of_a_school_weigh_little() -> None:
    appealed = OPEN._replace(state=APPEALED)
    signed_badly = score(NOTHING._replace(flags=(reasons.SIGNATURE_BAD,)), OPEN)
    assert score(NOTHING, appealed) < signed_badly
    assert score(NOTHING._replace(appeals_before=4), appealed) == score(NOTHING, appealed)
    assert 0 < score(NOTHING._replace(appeals_before=5), appealed) < score(NOTHING, appealed)


def test_reasons_are_told_heaviest_first() -> None:
    assert heaviest_first({20: 30, 36: 5, 27: 30}, (36, 43)) == [43, 20, 27, 36]


def test_a_refusal_has_a_stable_code() -> None:
    with pytest.raises(KeyError):
        DecisionRefused("no such code")
    assert refusals.DecisionRefused("lease_held", holder="ines").details == {"holder": "ines"}
