"""What the audit log's page tells of an entry: words, and moments with their zone, in both languages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ingest.casework
from ingest.desk.auth.entry_told import ROOM, actor_noted, actor_told, details_told
from ingest.desk.kernel import texts


def noted() -> set[str]:
    """The names of all details that the acts note."""
    found: set[str] = set()
    for file in Path(ingest.casework.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            given: list[ast.expr] = []
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "details":
                given = [node.value]
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "note":
                given = node.args
            keys = [key for one in given if isinstance(one, ast.Dict) for key in one.keys]
            found |= {str(key.value) for key in keys if isinstance(key, ast.Constant)}
    return found


def test_every_detail_has_words() -> None:
    assert {"until_s", "is_whole", "seed_rule", "undoes"} <= noted()
    for language in ("en", "zh"):
        said = texts.shipped().below(f"{ROOM}.name", language)
        assert sorted(name for name in noted() if f"{ROOM}.name.{name}" not in said) == []


@pytest.mark.parametrize(
    ("name", "value", "english", "chinese"),
    [
        ("until_s", 1795436271, "2026-11-23 21:02 UTC+08:45", "2026-11-23 21:02 UTC+08:45"),
        (
            "sealed_at",
            "2026-11-22T06:00:00+00:00",
            "2026-11-22 14:45 UTC+08:45",
            "2026-11-22 14:45 UTC+08:45",
        ),
        ("is_whole", True, "yes", "是"),
        ("part", None, "none", "无"),
        ("sessions", ["a", 7], "a, 7", "a, 7"),
        ("unheard_of", "<b>", "<b>", "<b>"),
    ],
)
def test_values_are_told(name: str, value: object, english: str, chinese: str) -> None:
    for language, told in (("en", english), ("zh", chinese)):
        ((as_noted, words, found),) = details_told({name: value}, language, 525)
        assert (as_noted, found) == (name, told)
        assert words == name if name == "unheard_of" else words


def test_a_cause_is_told_by_its_words() -> None:
    told = [details_told({"cause": "not_driving"}, language, 480)[0][1:] for language in ("en", "zh")]
    assert told[0] == ("cause", "The car stood or nobody was trained.")
    assert told[1][0] == "原因" and told[1][1] != "not_driving"


def test_who_did_it_is_told() -> None:
    told = [actor_told(name, "zh") for name in ("system", "command by root", "ines")]
    assert told == ["系统", "命令行（root）", "ines"]
    assert actor_told("command by root", "en") == "command by root"


def test_an_actor_is_found_by_the_words_that_are_shown() -> None:
    for language in ("en", "zh"):
        for noted in ("system", "command by root", "li", "command"):
            assert actor_noted(actor_told(noted, language), language) == noted
        assert actor_noted("command by root", "en") == "command by root"
