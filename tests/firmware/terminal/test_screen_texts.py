"""Every text is there in both languages, fits, has its glyphs; every code that is shown has a text."""

import ast
import re
import sys
from pathlib import Path

import pytest

from firmware.displays.glyphs_ascii import ASCII
from firmware.displays.glyphs_han import HAN, SHAPES
from firmware.terminal.screen.layout import COLUMNS, STOPS, width_of
from firmware.terminal.screen.sentences import SENTENCES
from firmware.terminal.screen.texts import TEXTS, sentence_of, text_of

ROOT = Path(__file__).resolve().parents[3]
LINES = TEXTS.strip().splitlines()
CODES = [line.split("|")[0] for line in LINES]
EVENTS = SENTENCES.strip().splitlines()
EVENT_CODES = [line.split("|")[0] for line in EVENTS]
HAN_SIGN = re.compile("[\u4e00-\u9fff]")
NUMBERS = re.compile(r"%\d*[ds]")


@pytest.mark.parametrize("line", EVENTS, ids=EVENT_CODES)
def test_a_sentence_is_there_in_both_languages(line: str) -> None:
    code, english, chinese = line.split("|")
    assert sentence_of(code) == [english, chinese]
    assert english.endswith((".", "%s")) and chinese.endswith(("。", "%s"))
    assert english.isascii() and HAN_SIGN.search(chinese)
    assert NUMBERS.findall(english) == NUMBERS.findall(chinese)


@pytest.mark.parametrize("line", LINES, ids=CODES)
def test_a_text_is_there_in_both_languages_and_fits(line: str) -> None:
    code, english, chinese = line.split("|")
    assert text_of(code) == [english, chinese]
    assert code.startswith("_") or code in EVENT_CODES
    assert english.isascii() and chinese
    assert NUMBERS.findall(english) == NUMBERS.findall(chinese)
    for text in (english, chinese):
        assert 0 < width_of(text) <= COLUMNS, text


@pytest.mark.parametrize("line", LINES, ids=CODES)
def test_a_text_has_its_glyphs(line: str) -> None:
    for sign in "".join(line.split("|")[1:]):
        assert 32 <= ord(sign) < 127 or sign in HAN, f"{sign} has no glyph; run make_glyphs.py"


def test_the_sentences_are_let_go() -> None:
    assert sentence_of("ready") is not None
    assert "firmware.terminal.screen.sentences" not in sys.modules


def test_the_glyphs_are_whole_and_none_is_left_over() -> None:
    assert len(ASCII) == 95 * 16 and len(SHAPES) == 32 * len(HAN)
    used = {sign for line in LINES for sign in "".join(line.split("|")[1:])}
    assert set(HAN) <= used, f"{set(HAN) - used}: run make_glyphs.py"
    assert len(set(HAN)) == len(HAN)
    shapes = [SHAPES[at : at + 32] for at in range(0, len(SHAPES), 32)]
    assert len(set(shapes)) == len(shapes) and bytes(32) not in shapes


def test_no_code_is_there_twice() -> None:
    assert len(set(CODES)) == len(CODES) and len(set(EVENT_CODES)) == len(EVENT_CODES)


def shown_code(node: ast.AST) -> str | None:
    """The code of a call like show("ready"), else None."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return None
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    code = node.args[0].value
    return code if name in ("show", "_show") and isinstance(code, str) else None


def test_every_code_that_is_shown_has_a_text() -> None:
    missing = []
    for path in (ROOT / "firmware").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            code = shown_code(node)
            if code is not None and sentence_of(code) is None:
                missing.append(f"{path.relative_to(ROOT)}: {code}")
    assert not missing, missing


def test_every_reason_has_a_short_text() -> None:
    for code in STOPS:
        assert text_of(code) is not None and sentence_of(code) is not None
    assert text_of("nonsense") is None and sentence_of("nonsense") is None
