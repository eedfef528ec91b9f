"""The report is for a person who judges: sentences, names, whole words and times, the zone on all times."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

from ingest.pack.archive import unpacked
from ingest.pack.documents import Documents, of_files
from ingest.pack.paper import render
from ingest.pack.sentences import sections
from ingest.pack.sketch import sketch
from ingest.pack.wrapped import CHINESE, lines_of, shown, width_of
from tests.ingest.pack.conftest import Made

TEXT = st.text(st.sampled_from("ab:9., 分钟，。（）-–\n"), max_size=60)


def documents_of(made: Made) -> Documents:
    return of_files(unpacked(made.pack))


def told(made: Made) -> str:
    found = []
    for section in sections(documents_of(made), "signer"):
        found += [section.title, *section.lines, *(cell for row in section.rows or [] for cell in row)]
    return "\n".join(found)


def test_reasons_are_sentences_with_their_numbers(made: Made) -> None:
    text = told(made)
    assert "The trainee was already in another training session: other terminal 26005" in text
    assert "学员同一时间已在另一培训过程中：另一终端 26005" in text
    assert not re.search(r"\b(other_terminal|other_session|score \d+ of_|\w+_s \d)", text)
    assert not re.search(r"\d\.\d{3}", text), "no number has more decimals than it is good for"


def test_faces_are_told_by_words(made: Made) -> None:
    faces = next(one for one in sections(documents_of(made), "") if "Faces" in one.title)
    assert faces.rows is not None and len(faces.rows) == 3
    for row in faces.rows[1:]:
        assert "right face" in row[4] and row[5] == "-"


def test_people_and_car_have_names_and_times_their_zone(made: Made) -> None:
    names = documents_of(made).session["names"]
    text = told(made)
    assert all(names.values()) and f"trainee\n{names['trainee']} (" in text and names["car"] in text
    assert f"school\n{names['school']}" in text and "ground\nfield" in text
    titles = [one.title for one in sections(documents_of(made), "")]
    zoned = [title for title in titles if re.search("Decisions|Appeal|Faces|Minute|Fences", title)]
    assert len(zoned) == 5 and all("UTC+08:00" in title for title in zoned)
    assert "A 有效 accepted, R 无效 refused, U 待定 unsure" in text


def test_trace_and_fences_are_drawn_by_verdict(made: Made) -> None:
    drawing = sketch(documents_of(made))
    assert drawing is not None
    dashes = {str(one.strokeDashArray) for one in drawing.contents if type(one).__name__ == "PolyLine"}
    letters = {one.text for one in drawing.contents if type(one).__name__ == "String"}
    assert len(dashes) == 3 and {"A", "R", "U", "field", "N"} <= letters


def test_it_says_what_was_decided_in_the_end_and_who_stands_for_what(made: Made) -> None:
    text = told(made)
    assert "8 min recorded: " in text and "Of 8 min recorded, 2 are credited." in text
    assert "2 decisions on 3 min: 2 accepted, 1 refused." in text
    assert "Still open." in text and "li (稽查员 inspector)" in text
    head = documents_of(made).session["head"]
    assert f"record {head[0]} signs the chain of records through {head[1]}" in text
    assert "hourfence verify PACK.zip --signer signer" in text


def test_every_page_has_its_number_and_the_digest_of_the_records(made: Made) -> None:
    report = unpacked(made.pack)["report.pdf"]
    pages = report.count(b"/Type /Page\n")
    assert pages >= 3
    digest = hashlib.sha256(unpacked(made.pack)["records.bin"]).hexdigest().encode()
    assert report.count(digest) == pages
    assert all(b"%d / %d" % (nth, pages) in report for nth in range(1, pages + 1))


def test_a_proposal_and_a_closed_appeal_are_told(made: Made) -> None:
    documents = documents_of(made)
    account, at = documents.decisions["accounts"][0]["account"], documents.decisions["decisions"][0]["at"]
    proposal = {"proposal": 1, "at": at, "decision": 2, "account": account, "cause": "mistaken", "words": "w"}
    closed = {"closed_at": at, "outcome": "refused", "closed_by": account}
    appeals = [{**documents.decisions["appeals"][0], "closed_at": at, "decision": 2}]
    decisions = {**documents.decisions, "proposals": [{**proposal, **closed}], "appeals": appeals}
    found = [" ".join(one.lines) for one in sections(replace(documents, decisions=decisions), "s")]
    assert any("proposes to take out no. 2" in text and "refused by li" in text for text in found)
    assert any("closed 依据决定 by decision no. 2" in text for text in found)


@pytest.mark.parametrize(
    "name", ["a\u202eb", "𠮷田", "x\x1b[2J", "\u200b", "e\u0301", "名\n字", "", "Ж العربية"]
)
def test_any_name_can_be_written_and_none_turns_the_line_round(made: Made, name: str) -> None:
    documents = documents_of(made)
    session = {**documents.session, "names": dict.fromkeys(documents.session["names"], name)}
    report = render(replace(documents, session=session), "s")
    assert report == render(replace(documents, session=session), "s")
    assert not re.search("[\u202e\x1b\u200b\U00020bb7]", shown(name))


@given(TEXT, st.integers(60, 200))
def test_lines_fit_and_break_no_word(text: str, width: int) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    lines = lines_of(text, width, 7)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    for line in lines:
        assert width_of(line, 7) <= width
    words = [word for word in re.findall(r"[a-z0-9:]+", text) if width_of(word, 7) < width / 2]
    whole = "\n".join(lines)
    assert all(word in whole for word in words)
