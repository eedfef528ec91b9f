"""Every act that the audit log notes is told in words of both languages on its page."""

from __future__ import annotations

import re
from pathlib import Path

import ingest.casework
from ingest.desk.auth.account_pages import ACTIONS
from ingest.desk.kernel import texts

_NOTED = re.compile(r"\"((?:account|appeal|decision|draw|note|order|pack|repeat|reversal|token)\.[a-z_]+)\"")


def test_every_act_has_words() -> None:
    files = Path(ingest.casework.__file__).parent.rglob("*.py")
    noted = {action for file in files for action in _NOTED.findall(file.read_text("utf-8"))}
    assert {"decision.bulk_undo", "note.add", "repeat.seal"} <= noted
    for language in ("en", "zh"):
        said = texts.shipped().below(ACTIONS, language)
        assert [action for action in noted if f"{ACTIONS}.{action.replace('.', '_')}" not in said] == []
