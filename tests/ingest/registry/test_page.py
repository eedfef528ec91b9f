"""The how-to names every kind of sheet and every heading."""

from pathlib import Path

from ingest.judge.register.facts import STATE_NAMES
from ingest.registry.kinds import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "how-to" / "import-registry.md").read_text(encoding="utf-8")


def test_every_kind_and_heading_is_on_the_page() -> None:
    for name, kind in KINDS.items():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        for column in kind.columns:
            assert column.headings[0] in row + PAGE.split("In several:")[1], (name, column.field)
            assert all(heading in PAGE for heading in column.headings), (name, column.field)
            assert not column.required or kind.only_known or f"**{column.headings[0]}" in row, (name, column)


def test_every_state_is_on_the_page() -> None:
    assert all(name in PAGE for name in STATE_NAMES)
