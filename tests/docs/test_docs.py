"""The documentation agrees with the code: generated pages, links, commands, settings, size of the README."""

import re
from pathlib import Path

import pytest
import typer.main

from ingest import settings
from ingest.cli.app import app
from ingest.judge.reasons import REASONS
from ingest.reference.pages import PAGES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES_WITH_LINKS = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
COMMANDS = (DOCS / "reference" / "commands.md").read_text()


@pytest.mark.parametrize("name", sorted(PAGES))
def test_generated_pages_are_up_to_date(name: str) -> None:
    assert (DOCS / "reference" / name).read_text() == PAGES[name](), "run make docs and commit the result"


@pytest.mark.parametrize("page", PAGES_WITH_LINKS, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_paths_named_in_the_readme_exist() -> None:
    named = re.findall(
        r"`((?:firmware|gateway|ingest|geofence|simulators|tests|docs)/[\w./-]*)`",
        (ROOT / "README.md").read_text(),
    )
    assert len(named) > 8
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_command_and_option_is_documented() -> None:
    group = typer.main.get_command(app)
    found = 0
    for name, command in group.commands.items():
        for inner, leaf in getattr(command, "commands", {"": command}).items():
            words = f"hourfence {name} {inner}".strip()
            assert words in COMMANDS, f"{words} is missing in docs/reference/commands.md"
            for parameter in leaf.params:
                for option in (o for o in parameter.opts if o.startswith("--") and o != "--help"):
                    assert option in COMMANDS, f"{words} {option} is missing in docs/reference/commands.md"
                    found += 1
    assert found > 10


def test_every_setting_is_documented() -> None:
    for name in (settings.DATABASE_URL, settings.MQTT_URL, settings.DATA):
        assert f"`{name}`" in COMMANDS
    board = (ROOT / "firmware" / "boards" / "unix_settings.py").read_text()
    defaults = board[board.index("DEFAULTS = {") : board.index("}\nREQUIRED")]
    for name in re.findall(r'^ {4}"(\w+)":', defaults, re.MULTILINE):
        assert f"`{name}`" in COMMANDS, (
            f"the terminal's setting {name} is missing in docs/reference/commands.md"
        )


def test_every_reason_has_its_row() -> None:
    page = (DOCS / "reference" / "reason-codes.md").read_text()
    for number, name, *_ in REASONS:
        assert f"| {number} | `{name}` |" in page


def test_the_readme_is_one_screen() -> None:
    lines = (ROOT / "README.md").read_text().splitlines()
    assert len(lines) <= 70 and max(len(line) for line in lines) <= 140
