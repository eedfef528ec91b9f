"""Stage reports: eligible just when nothing is short, and exactly what is short when not."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.platypus import Flowable, Paragraph, Table

from ingest.judge.register.facts import STATE_NAMES
from ingest.stage.pdf import render, report_digest, story
from ingest.stage.report import stage_report
from ingest.stage.syllabus_file import shipped
from ingest.stage.trained import Person, Recognised, Trained
from tests.ingest.stage.people import (
    AS_OF_S,
    TRAINEE,
    over_midnight,
    person,
    recognised,
    trained,
    whole_course,
)

REGISTERED = person()


def report(
    sessions: list[Trained],
    others: Sequence[Recognised] = (),
    part: int | None = None,
    who: Person | None = REGISTERED,
) -> dict[str, Any]:
    return stage_report(TRAINEE, who, shipped(), sessions, others, AS_OF_S, part)


def lacking(found: dict[str, Any]) -> list[tuple[str, int | None, Any]]:
    return [(one["reason"], one["part"], one.get("short")) for one in found["missing"]]


def test_a_course_that_is_just_enough_is_eligible() -> None:
    found = report(*whole_course())
    assert found["missing"] == [] and found["eligible"]
    assert [part["hours"] for part in found["parts"]] == [12, 16, 24, 10]
    assert found["parts"][2]["kilometres"] == 24 * 60 * 209 // 1000 == 300


def test_one_minute_less_says_what_is_short() -> None:
    sessions, others = whole_course()
    sessions[0] = trained(0, 2, recorded=59, accepted=59)
    found = report(sessions, others)
    assert lacking(found) == [("STAGE_SHORT_HOURS", 2, 1)] and not found["eligible"]
    assert "1 of 16 training hours are missing; 15 are credited." in found["missing"][0]["en"]
    assert "还差 1 学时" in found["missing"][0]["zh"]


def test_kilometres_come_from_accepted_minutes_alone() -> None:
    # 25 % of the minutes were parked: the hours are full all the same, the kilometres are not.
    found = report([trained(at, 3, accepted=45, wheel_m=277) for at in range(24)], part=3)
    assert found["parts"][0]["kilometres"] == 24 * 45 * 277 // 1000 == 299
    assert lacking(found) == [("STAGE_SHORT_KM", 3, 1)]


def test_a_part_is_asked_about_alone() -> None:
    sessions, others = whole_course()
    assert report(sessions, others, 2)["eligible"]
    assert report([], [], 2)["missing"][0]["short"] == 16
    assert len(report(sessions, others, 2)["sessions"]) == 16


def test_an_hour_takes_sixty_minutes_of_which_forty_five_are_accepted() -> None:
    assert report([trained(1, 2, 60, 45)], part=2)["parts"][0]["hours"] == 1
    assert report([trained(1, 2, 60, 44)], part=2)["parts"][0]["hours"] == 0
    assert report([trained(1, 2, 59, 59)], part=2)["parts"][0]["hours"] == 0
    # What earned nothing fills nothing up.
    assert report([trained(1, 2, 50, 50), trained(2, 2, 60, 0)], part=2)["parts"][0]["hours"] == 0
    assert report([trained(1, 2, 50, 50), trained(2, 2, 240, 1)], part=2)["parts"][0]["hours"] == 0
    assert report([trained(1, 2, 59, 59), trained(2, 2, 240, 1)], part=2)["parts"][0]["hours"] == 1


def test_no_day_has_more_hours_than_the_syllabus_allows() -> None:
    # 240 minutes accepted of 320 recorded would be five hours; a day has four.
    assert report([trained(1, 2, 320, 240)], part=2)["parts"][0]["hours"] == 4
    next_day = [trained(1, 2, 320, 240), trained(16, 2, 320, 240)]
    assert report(next_day, part=2)["parts"][0]["hours"] == 8


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (None, "STAGE_TRAINEE_UNKNOWN"),
        (person(enrolled=None), "STAGE_ENROLMENT_UNKNOWN"),
        (person(enrolled=date(2015, 1, 1)), "STAGE_SYLLABUS_UNKNOWN"),
        (person("B2"), "STAGE_SYLLABUS_UNKNOWN"),
        (person(state=STATE_NAMES.index("suspended")), "STAGE_TRAINEE_STATE"),
    ],
)
def test_who_cannot_be_judged_is_not_eligible_and_told_why(who: Person | None, reason: str) -> None:
    found = report(*whole_course(), who=who)
    assert not found["eligible"] and reason in [one[0] for one in lacking(found)]


def test_a_class_whose_split_is_not_known_has_its_total_only() -> None:
    sessions, others = whole_course()
    whole = report(sessions, others, who=person("C2"))
    assert whole["eligible"] and whole["parts"][1]["hours_required"] is None
    assert lacking(report(sessions, others, 2, person("C2"))) == [("STAGE_SYLLABUS_UNKNOWN", 2, None)]
    assert lacking(report(sessions[:-3], others, who=person("C2"))) == [("STAGE_SHORT_HOURS", None, 1)]


def test_theory_that_was_not_in_a_classroom_is_short_of_classroom_hours() -> None:
    sessions, _ = whole_course()
    others = [recognised(1, 1, 12, mode=4), recognised(2, 4, 5, mode=4), recognised(3, 4, 5, mode=2)]
    assert lacking(report(sessions, others)) == [("STAGE_SHORT_CLASSROOM", None, 1)]


sessions_of_any = st.lists(
    st.builds(
        lambda number, part, recorded, accepted: trained(number, part, recorded, min(recorded, accepted)),
        st.integers(1, 500),
        st.integers(1, 4),
        # Three a day at most, so that no day is full: what a full day leaves out another session may use.
        st.integers(1, 80),
        st.integers(0, 80),
    ),
    max_size=8,
    unique_by=lambda one: one.session,
)


@given(sessions_of_any, st.randoms(use_true_random=False), st.sampled_from([None, 1, 2, 3, 4]))
def test_order_changes_nothing_and_taking_away_never_helps(
    sessions: Any, random: Any, part: int | None
) -> None:
    found = report(sessions, part=part)
    shuffled = list(sessions)
    random.shuffle(shuffled)
    assert report(shuffled, part=part) == found
    assert found["eligible"] == (not found["missing"])
    if sessions:
        less = report(sessions[1:], part=part)
        hours = [sum(one["hours"] for one in it["parts"]) for it in (less, found)]
        assert hours[0] <= hours[1]
        assert found["eligible"] or not less["eligible"]


def test_the_parts_of_a_day_share_its_room() -> None:
    found = report([trained(0, 2, 180, 135), trained(1, 3, 150, 105)])
    assert sum(part["hours"] for part in found["parts"]) == 4


def test_a_session_over_midnight_counts_on_both_days() -> None:
    # 20:00 to 04:00 of UTC+8: four hours on each side.
    night = over_midnight(480)
    assert report([night], part=2)["parts"][0]["hours"] == 8


def test_unsure_minutes_that_a_rule_set_counts_bring_their_kilometres() -> None:
    plain = trained(1, 2, 60, 60, wheel_m=500)
    unsure = replace(plain, minutes=tuple((at, 2, ("GNSS_THIN",), m) for at, _, _, m in plain.minutes))
    assert replace(unsure, credited_min=60).credited_m == 30_000
    assert replace(unsure, credited_min=0).credited_m == 0


def test_the_pdf_is_the_same_every_time_and_bound_to_the_report() -> None:
    found = report(*whole_course())
    made = render(found)
    assert made.startswith(b"%PDF-") and made == render(found)
    other = render(report([], []))
    assert other != made and len(report_digest(found)) == 64
    assert report_digest(found) != report_digest(report([], []))


def test_the_paper_names_whose_it_is_its_zone_what_waits_and_that_it_is_unsigned() -> None:
    found = report([trained(0), trained(1, recorded=60, accepted=40)])
    found |= {"as_of": "2026-09-15T18:06:24Z", "waits_to_be_judged": {"records": 12, "sessions": 0}}
    found["sessions"][0]["started_at"] = "2026-09-15T00:06:24Z"
    text = text_of(story(found, "欧阳小明", "龙江驾校"))
    assert "姓名 name 欧阳小明" in text and "school 龙江驾校" in text
    assert "as of 2026-09-16 02:06 UTC+08:00" in text and "\n2026-09-15 08:06\n" in text
    assert "start (UTC+08:00)" in text and not re.search(r"\dZ|\(UTC\)", text)
    minute = found["sessions"][1]["minutes"][-1]["at"]
    assert f" {(int(minute[11:13]) + 8) % 24:02d}{minute[13:16]}" in text
    assert "minute records 12, training sessions 0" in text and "分钟记录 12 条" in text
    assert "本页未签名" in text and f"/v1/trainees/{TRAINEE}/eligibility.jws" in text
    assert "Not in it yet" not in text_of(story(found | {"waits_to_be_judged": None}))


def text_of(found: Sequence[Flowable]) -> str:
    lines = [one for one in found if isinstance(one, Paragraph)]
    for table in (one for one in found if isinstance(one, Table)):
        lines += [cell for row in table._cellvalues for cell in row]
    return "\n".join(one.getPlainText() for one in lines)
