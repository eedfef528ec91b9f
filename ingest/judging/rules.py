"""The rule book that is in force: the files in the database, or the rules' own defaults."""

from __future__ import annotations

from datetime import datetime

from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judge.rulebook.rulebook import Rulebook
from ingest.judge.rulebook.text import parse
from ingest.store import rule_layers
from ingest.store.connection import Connection


def rules_in_force(conn: Connection, as_known_at: datetime | None = None) -> RuleSet | Rulebook:
    """The book of all files believed now, or at an instant; without any the rules' own defaults."""
    files = rule_layers.believed(conn, as_known_at)
    return Rulebook.join(parse(file.text, file.name) for file in files) if files else RuleSet()
