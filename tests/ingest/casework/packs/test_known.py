"""What a pack reads of the registry: what the whole of it says of the session, and nothing else of it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from ingest.casework.packs.known import Asked, Known, Reach
from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.concern import box_of, is_near
from ingest.judging.world import World
from ingest.store import registry, registry_file
from ingest.store.connection import Connection, connect
from ingest.store.migrate import migrate
from tests.ingest.judging.journal import INSTRUCTOR, SCHOOL, TRAINEES, the_registry

FAR_DEGREES = (0.03, 0.08, 0.2, 1.0)
ASKED = Asked(2, 1_772_000_000, 1_772_003_600)
BOX_SIDE_E7 = 2000


def shifted(feature: dict[str, Any], name: str, degrees: float, **more: Any) -> dict[str, Any]:
    """The fence moved to the east under another name."""
    made = copy.deepcopy(feature)
    made["properties"].update(fence=name, **more)
    for ring in made["geometry"]["coordinates"]:
        for vertex in ring:
            vertex[0] += degrees
    return made


@pytest.fixture(scope="module")
def conn(module_postgres_url: str) -> Iterator[Connection]:
    known = the_registry()
    one, other = known["schools"][0], {**known["schools"][0], "number": f"{SCHOOL + 77:016d}"}
    known["schools"].append(other)
    known["trainees"] += [{**known["trainees"][0], "number": f"{900 + n:016d}"} for n in range(20)]
    days = {"windows": ["08:00-20:00"], "banned": []}
    known["days"] = [
        {**days, "number": "all"},
        {**days, "number": "own", "school": one["number"]},
        {**days, "number": "other", "school": other["number"]},
    ]
    features = known["grounds"]["features"]
    first = features[0]
    features += [shifted(first, f"far {nth}", far) for nth, far in enumerate(FAR_DEGREES)]
    features.append(shifted(first, "pending", 0.07, state="pending"))
    with connect(module_postgres_url, patience_s=10) as made:
        migrate(made)
        registry.load(made, registry_file.check(known, "test"))
        yield made


def test_it_is_what_the_whole_registry_says_of_them(conn: Connection) -> None:
    whole, known = World.believed(conn, RuleSet()), Known(conn, 7, RuleSet())
    people = {TRAINEES[0], INSTRUCTOR}
    facts = known.facts(people)
    bound = [fact for fact in whole.facts.terminals if fact.terminal == 7]
    assert list(known.terminals) == bound == list(facts.terminals)
    assert known.world.public_keys.get(7) == whole.public_keys.get(7)
    for kind, numbers in (
        ("trainees", people),
        ("instructors", people),
        ("cars", {fact.car for fact in bound}),
        ("schools", {fact.school for fact in bound}),
        ("operators", {fact.operator for fact in bound}),
    ):
        some = [fact for fact in getattr(whole.facts, kind) if next(iter(vars(fact).values())) in numbers]
        assert list(getattr(facts, kind)) == some, kind
    assert known.checked == sorted(kind for kind in asdict(whole.facts) if getattr(whole.facts, kind)), (
        "a kind without any entry is not checked"
    )
    assert [fact.school for fact in facts.days] == [0, SCHOOL]


def test_fences_by_reach(conn: Connection) -> None:
    """Near ones are those that laying out every fence would find; then what may allow it; then all."""
    whole, known = World.believed(conn, RuleSet()), Known(conn, 7, RuleSet())
    south, _, west, _ = box_of(whole.fences[-1])
    box = (south, south + BOX_SIDE_E7, west, west + BOX_SIDE_E7)
    near = [f for f, fence in zip(whole.features, whole.fences, strict=True) if is_near(box, box_of(fence))]
    assert 0 < len(near) < len(whole.features) and known.fences(box, Reach.NEAR, ASKED) == near
    nearest = [one["properties"]["fence"] for one in known.fences(box, Reach.NEAREST, ASKED)]
    assert "far 3" in nearest and len(nearest) > len(near)
    assert ("pending" in nearest) == any(one["properties"]["fence"] == "pending" for one in near)
    assert known.fences(box, Reach.ALL, ASKED) == list(whole.features)
    assert known.fences(None, Reach.NEAR, ASKED) == []
    assert known.fences(None, Reach.NEAREST, ASKED) != []
    long_ago = Asked(2, 0, 1)
    assert known.fences(None, Reach.NEAREST, long_ago) == []


def test_people_are_asked_for_once(conn: Connection) -> None:
    known = Known(conn, 7, RuleSet())
    assert known.facts([TRAINEES[0]]) is known.facts({TRAINEES[0]})
    assert Known(conn, 4711, RuleSet()).terminals == ()
