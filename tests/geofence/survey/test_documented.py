"""The page on fences names every property and every kind of fault, on the side of its severity."""

from pathlib import Path

import pytest

from geofence.properties import OPTIONAL, REQUIRED
from geofence.survey.kinds import ERROR, KINDS, WARNING

PAGE = (Path(__file__).parents[3] / "docs/reference/fences.md").read_text()


@pytest.mark.parametrize("name", REQUIRED + OPTIONAL)
def test_every_property_has_its_row(name):
    assert f"\n| `{name}` | " in PAGE


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_is_named_on_its_side(kind):
    table = PAGE[PAGE.index("| error:") :]
    sides = [row.split(" | ") for row in table.split("\n\n")[0].splitlines()[2:]]
    column = {ERROR: 0, WARNING: 1}[kind.severity]
    assert any(f"`{kind.name}`" in row[column] for row in sides)
    assert not any(f"`{kind.name}`" in row[1 - column] for row in sides)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_speaks_both_languages(kind):
    for english in (kind.english, kind.remedy):
        assert english and english.isascii() and not english.endswith(".")
    for chinese in (kind.chinese, kind.remedy_chinese):
        assert chinese and not chinese.endswith("。")
        assert "{" in chinese or any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
