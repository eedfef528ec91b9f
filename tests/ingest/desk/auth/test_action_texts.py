"""Every act that the audit log notes is told in words of both languages on its page."""

from __future__ import annotations

import re
from pathlib import Path

import ingest.casework
from ingest.desk.auth.account_pages import ACTIONS, code_of, code_said
from ingest.desk.kernel import texts

_NOTED = re.compile(r"\"((?:account|appeal|decision|draw|note|order|pack|repeat|reversal|token)\.[a-z_]+)\"")


def test_every_act_has_words() -> None:
    files = Path(ingest.casework.__file__).parent.rglob("*.py")
    noted = {action for file in files for action in _NOTED.findall(file.read_text("utf-8"))}
    assert {"decision.bulk_undo", "note.add", "repeat.seal"} <= noted
    for language in ("en", "zh"):
        said = texts.shipped().below(ACTIONS, language)
        assert [action for action in noted if f"{ACTIONS}.{action.replace('.', '_')}" not in said] == []


def test_every_act_is_found_by_its_code_and_by_its_words() -> None:
    for language in ("en", "zh"):
        said = texts.shipped().below(ACTIONS, language)
        for code in ("log_in", "log_in.refused", "face_viewed", "decision.bulk_undo", "trainee.links_ended"):
            words = said[f"{ACTIONS}.{code.replace('.', '_')}"]
            assert code_said(words, said) == code_said(code, said) == code
        assert code_said("no such act", said) == "no such act"


def test_every_noted_act_has_its_code_back() -> None:
    files = Path(ingest.casework.__file__).parent.rglob("*.py")
    noted = {action for file in files for action in _NOTED.findall(file.read_text("utf-8"))}
    assert [one for one in noted if code_of(f"{ACTIONS}.{one.replace('.', '_')}") != one] == []
