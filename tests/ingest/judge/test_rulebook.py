"""Rulebooks: the more special layer wins, then the later, whatever order the layers are told in."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.judge.explain import minute_verdicts
from ingest.judge.judge import judge
from ingest.judge.register.facts import Facts, SchoolFact, TerminalFact
from ingest.judge.rulebook.layer_checks import RulebookError
from ingest.judge.rulebook.layers import Layer, Scope
from ingest.judge.rulebook.rule import EFFECTS
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Places, Rulebook
from ingest.judge.rulebook.text import parse, write
from ingest.judge.rulebook.thresholds import MEASURED_BY
from ingest.judge.rules.table import RULES, THRESHOLDS
from ingest.rulebooks.files import load, national
from tests.ingest.judge.make import COURSE, START, TERMINAL, Day, verdicts

SHANGHAI, PUDONG = 310000, 310115
BOOK = """
format = 1
[[layer]]
name = "base"
[layer.thresholds]
still_m = 12.0
[[layer]]
name = "shanghai"
[layer.scope]
province = 310000
[layer.valid]
from = 2026-03-02
[layer.thresholds]
still_m = 20.0
[layer.effects]
PARKED = "look"
[[layer]]
name = "shanghai C1 on the road"
[layer.scope]
province = 310000
vehicle_class = "C1"
part = 3
[layer.thresholds]
still_m = 30.0
[[layer]]
name = "one school"
[layer.scope]
school = 5
[layer.valid]
from = 2026-03-02T09:00:00+08:00
to = 2026-03-02T09:30:00+08:00
[layer.thresholds]
still_m = 40.0
"""
ROAD = 1213360000


@pytest.mark.parametrize(
    ("scope", "minute", "still_m", "name"),
    [
        (Scope(), START, 12.0, "base"),
        (Scope(province=SHANGHAI), START, 20.0, "base+shanghai"),
        (Scope(province=SHANGHAI), START - 541, 12.0, "base"),
        (Scope(province=SHANGHAI), START - 540, 20.0, "base+shanghai"),
        (Scope(province=SHANGHAI, course=ROAD), START, 30.0, "base+shanghai C1 on the road+shanghai"),
        (Scope(province=SHANGHAI, course=COURSE), START, 20.0, "base+shanghai"),
        (Scope(province=SHANGHAI, school=5, course=ROAD), START, 40.0, None),
        (Scope(school=5), START - 1, 12.0, "base"),
        (Scope(school=5), START + 29, 40.0, "base+one school"),
        (Scope(school=5), START + 30, 12.0, "base"),
    ],
)
def test_the_rule_set_in_force(scope: Scope, minute: int, still_m: float, name: str | None) -> None:
    rules = parse(BOOK, "book.toml").resolve(scope, minute)
    assert rules.still_m == still_m
    if name:
        assert sorted(rules.version.split("+")) == sorted(name.split("+"))
    assert rules.effect("PARKED") == ("look" if "shanghai" in rules.version.split("+") else "minute")


def test_what_ships_is_what_the_rules_have_by_default() -> None:
    assert national().resolve(Scope(), START) == RuleSet() == load().measuring
    assert parse(write(national()), "again") == national()


def test_files_are_joined_over_the_national_one(tmp_path: Path) -> None:
    path = tmp_path / "city.toml"
    path.write_text(BOOK, encoding="utf-8")
    rules = load([path]).resolve(Scope(school=5), START)
    assert (rules.still_m, rules.stand_min) == (40.0, 2)
    assert load([path, path]) == load([path])
    path.write_bytes(b"\xff")
    with pytest.raises(RulebookError, match=r"city.toml: byte 0 is not UTF-8; save"):
        load([path])
    with pytest.raises(RulebookError, match=r"none.toml: cannot be read, .*; check the path"):
        load([tmp_path / "none.toml"])


LAYER = 'format = 1\n[[layer]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("format = ", "f.toml: is not TOML"),
        ("", "f.toml: format: is None; write `format = 1`"),
        ("format = 1\nlayers = 3", "f.toml: layers: is no key of a rulebook; leave it out"),
        ("format = 1\nlayer = 3", "f.toml: layer: is not a list of tables; begin each layer with [[layer]]"),
        (
            "format = 1\nutc_offset_min = 900",
            "f.toml: utc_offset_min: is 900; write minutes from -720 to 840",
        ),
        ("format = 1\n[[layer]]", "f.toml: layer number 1: name: is None; give the layer a name"),
        (LAYER + "rules = 1", "f.toml: layer a: rules: is no key of a layer; use effects"),
        (
            LAYER + "scope = 1",
            "f.toml: layer a: scope: is not a table; write [layer.scope] and its keys below",
        ),
        (LAYER + "scope.town = 1", "f.toml: layer a: scope.town: is no scope; use mode, part"),
        (LAYER + "scope.part = 5", "f.toml: layer a: scope.part: is 5; write a number from 1 to 4, or leave"),
        (LAYER + 'scope.vehicle_class = "C9"', "f.toml: layer a: scope.vehicle_class: is 'C9'; write"),
        (LAYER + "scope.course = 1212360000\nscope.part = 3", "f.toml: layer a: scope: the part of course"),
        (LAYER + "valid.till = 2026-01-01", "f.toml: layer a: valid.till: is no key here; use from and to"),
        (
            LAYER + "valid.to = 2026-01-01T00:00:00",
            "f.toml: layer a: valid.to: is 2026-01-01 00:00:00; write",
        ),
        (LAYER + "valid = {from = 2026-01-02, to = 2026-01-02}", "f.toml: layer a: valid: it ends before"),
        (
            LAYER + "thresholds.stil_m = 1",
            "f.toml: layer a: thresholds.stil_m: there is no threshold stil_m; is",
        ),
        (
            LAYER + "thresholds.still_m = 999",
            "f.toml: layer a: thresholds.still_m: still_m must be from 0.0 to",
        ),
        (
            LAYER + 'effects.PARKED = "void"',
            "f.toml: layer a: effects.PARKED: the effect of PARKED must be one",
        ),
        (LAYER + "scope.part = 2\nthresholds.uere_m = 4", "f.toml: layer a: thresholds.uere_m: evidence is"),
        (LAYER + '[[layer]]\nname = "a"', "f.toml: layer a: name: another layer has this name; give"),
        (
            LAYER + 'thresholds.still_m = 4\n[[layer]]\nname = "b"\nthresholds.still_m = 5',
            "f.toml: layer b: thresholds.still_m: layer a says it for the same scope and date; leave",
        ),
        (
            LAYER + 'scope.part = 2\nthresholds.face_around_min = 3\n[[layer]]\nname = "b"\n'
            "scope.vehicle_class = 21\nthresholds.window_min = 4",
            "f.toml: layer a: thresholds.window_min: window_min 5 must not be above face_around_min 3",
        ),
        (
            LAYER + 'scope.part = 2\nthresholds.face_around_min = 5\n[[layer]]\nname = "b"\n'
            "scope.vehicle_class = 21\nthresholds.window_min = 6",
            "f.toml: layer b: thresholds.window_min: window_min 6 must not be above face_around_min 5",
        ),
    ],
)
def test_a_rulebook_is_refused_whole(text: str, told: str) -> None:
    with pytest.raises(RulebookError) as fault:
        parse(text, "f.toml")
    assert str(fault.value).startswith(told)


def test_layers_of_one_weight_may_follow_one_another_or_say_different_things() -> None:
    early = Layer("early", valid_to_s=600, thresholds={"still_m": 4.0})
    late = Layer("late", valid_from_s=600, thresholds={"still_m": 5.0})
    other = Layer("other", thresholds={"stand_min": 3})
    book = Rulebook([late, other, early])
    assert [(book.resolve(Scope(), at).still_m, book.resolve(Scope(), at).stand_min) for at in (9, 10)] == [
        (4.0, 3),
        (5.0, 3),
    ]


FREE = sorted(
    set(THRESHOLDS)
    - {row.name for row in MEASURED_BY}
    - {"window_min", "face_around_min", "hour_min", "hour_effective_min"}
)


@st.composite
def layers(draw: st.DrawFn) -> list[Layer]:
    made: list[Layer] = []
    for at in range(draw(st.integers(0, 5))):
        begin = draw(st.sampled_from([None, 0, 600, 1200]))
        names = draw(st.lists(st.sampled_from(FREE[:6]), unique=True, max_size=3))
        rules = draw(st.lists(st.sampled_from([one.name for one in RULES[:3]]), unique=True, max_size=2))
        made.append(
            Layer(
                f"layer {at} 层",
                Scope(
                    part=draw(st.sampled_from([0, 0, 2, 3])),
                    vehicle_class=draw(st.sampled_from([0, 21])),
                    province=draw(st.sampled_from([0, SHANGHAI])),
                    school=draw(st.sampled_from([0, 5, 6])),
                ),
                begin,
                draw(st.sampled_from([None, 1800])),
                {
                    name: draw(st.sampled_from([THRESHOLDS[name].least, THRESHOLDS[name].most]))
                    for name in names
                },
                {name: draw(st.sampled_from(EFFECTS)) for name in rules},
            )
        )
    return made


@settings(max_examples=40, deadline=None)
@given(layers(), st.randoms(use_true_random=False))
def test_a_book_reads_as_it_was_written_and_its_layers_order_does_not_count(
    made: list[Layer], chance
) -> None:  # type: ignore[no-untyped-def]
    try:
        book = Rulebook(made)
    except RulebookError:
        return
    assert parse(write(book), "again") == book
    chance.shuffle(made)
    other = Rulebook.join([Rulebook([layer]) for layer in made])
    assert other == book and other.digest == book.digest
    places = [(part, school, minute) for part in (2, 3) for school in (0, 5) for minute in (0, 9, 10, 20, 30)]
    for part, school, minute in places:
        scope = Scope(course=1_210_000_000 + part * 1_000_000, province=SHANGHAI, school=school)
        rules = book.resolve(scope, minute)
        held = [layer for layer in made if layer.holds(scope, minute * 60)]
        for name in FREE[:6]:
            said = [layer for layer in held if name in layer.thresholds]
            winner = max(said, key=lambda layer: layer.weight, default=None)
            assert rules.thresholds[name] == (
                THRESHOLDS[name].default if winner is None else winner.thresholds[name]
            )
    columns = np.array(
        [(SHANGHAI, 0, school, 1_210_000_000 + part * 1_000_000, minute) for part, school, minute in places]
    )
    sets, index = book.sets_at(Places(*columns.T))
    for (part, school, minute), at in zip(places, index.tolist(), strict=True):
        scope = Scope(course=1_210_000_000 + part * 1_000_000, province=SHANGHAI, school=school)
        assert sets[at] == book.resolve(scope, minute)


def test_each_minute_is_judged_by_the_rule_set_in_force_at_it() -> None:
    """A stop across the change of rules is seen whole on both sides of it; each side by its own threshold."""
    day = Day()
    day.session(8)
    for row in day.minutes[2:6]:
        row.update(wheel_m=1, gnss_m=0.0, speed_m=0.0)
    strict = Layer("strict", valid_from_s=(START + 4) * 60, thresholds={"stand_min": 4})
    lax = Layer("lax", valid_from_s=(START + 4) * 60, thresholds={"stand_min": 5})
    known = Facts((TerminalFact(TERMINAL, 1, 0, school=5),), schools=(SchoolFact(5, 0, province=SHANGHAI),))
    for layer, expected in ((strict, "aarrrraa"), (lax, "aarraaaa")):
        judgement = judge(day.evidence(), known, Rulebook([layer]))
        assert "".join(name[0] for name in verdicts(judgement)) == expected
    scoped = Layer("school", Scope(school=5), thresholds={"stand_min": 5})
    assert verdicts(judge(day.evidence(), known, Rulebook([scoped]))) == ["accepted"] * 8
    elsewhere = Layer("school", Scope(school=6), thresholds={"stand_min": 5})
    plain = judge(day.evidence(), known, RuleSet())
    assert list(minute_verdicts(judge(day.evidence(), known, Rulebook([elsewhere])))) == list(
        minute_verdicts(plain)
    )
