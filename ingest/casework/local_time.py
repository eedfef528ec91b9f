"""The offset that pages and files tell times in, where no ground tells another."""

from __future__ import annotations

from ingest.judge.rulebook.rule_set import RuleSet
from ingest.judging.rules import rules_in_force
from ingest.store.connection import Connection


def local_offset_min(conn: Connection) -> int:
    """Minutes by which local days are ahead of UTC, by the rule book in force."""
    rules = rules_in_force(conn)
    return int((rules if isinstance(rules, RuleSet) else rules.measuring).utc_offset_min)
