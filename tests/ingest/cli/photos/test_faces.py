"""hourfence faces: one sentence without the extra; what it prints; names that cannot be."""

from __future__ import annotations

import importlib
import importlib.util
from collections import Counter
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.testing import CliRunner

from ingest.cli import database
from ingest.cli.faults import UsageError
from ingest.cli.photos.faces import faces_app, lines, name_of
from ingest.judge.suspicions import PHOTO_FACE_DIFFERS
from ingest.judging.faces import Done

INSTALL = "pip install 'hourfence[face]'"


@pytest.fixture(params=["face_recognition_models", "dlib", "PIL.Image"])
def missing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """One part of the extra is not installed, whatever else is."""
    gone: str = request.param
    find, load = importlib.util.find_spec, importlib.import_module
    models = tmp_path / "models"
    models.mkdir()
    for name in ("dlib_face_recognition_resnet_model_v1.dat", "shape_predictor_5_face_landmarks.dat"):
        (models / name).touch()

    class Found:
        submodule_search_locations = (str(tmp_path),)

    def spec(name: str, package: str | None = None) -> Any:
        if name == "face_recognition_models":
            return None if gone == name else Found()
        return find(name, package)

    def loaded(name: str, package: str | None = None) -> ModuleType:
        if name == gone:
            raise ImportError(name)
        return load(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", spec)
    monkeypatch.setattr(importlib, "import_module", loaded)
    return gone


@pytest.mark.parametrize("command", [["compare"], ["enrol", "1000000000000001", "photo.jpg"]])
def test_without_the_extra_one_sentence_says_what_to_install(
    missing: str, command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def touched() -> None:
        raise AssertionError("the database was opened")

    monkeypatch.setattr(database, "database", touched)
    monkeypatch.chdir(tmp_path)
    Path("photo.jpg").write_bytes(b"\xff\xd8\xff")
    fault = CliRunner().invoke(faces_app, command).exception
    assert isinstance(fault, UsageError)
    assert INSTALL in str(fault) and str(fault).count(".") == 1


def test_days_and_names_are_looked_at_before_anything_else() -> None:
    days = ["compare", "--from", "2026-05-12", "--to", "2026-05-12"]
    assert isinstance(CliRunner().invoke(faces_app, days).exception, UsageError)
    fault = CliRunner().invoke(faces_app, ["enrol", "12", "photo.jpg"]).exception
    assert isinstance(fault, UsageError) and "16 decimal digits" in str(fault)


def test_a_session_is_named_by_terminal_and_seq() -> None:
    assert name_of("1000000000000001/7") == (1_000_000_000_000_001, 7)


@pytest.mark.parametrize(
    "text", ["", "7", "100/7", "1000000000000001", "1000000000000001/0", "x" * 16 + "/7"]
)
def test_other_names_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--session"):
        name_of(text)


def test_lines_count_and_explain() -> None:
    text = lines(Done(5, 2, 9, Counter({PHOTO_FACE_DIFFERS: 1}), 1))
    assert text[0].startswith("5 training sessions with photos, 2 of them compared now: 9 photos looked at, ")
    assert text[0].endswith("1 suspicions, 1 changed.")
    assert "PHOTO_FACE_DIFFERS" in text[1] and "建议人工比对" in text[1]


def test_open_ends_reach_from_the_beginning_to_the_end() -> None:
    from ingest.cli.photos.faces import _within_us
    from ingest.store.evidence import UTC_END_US

    assert _within_us(None, None) == (0, UTC_END_US)
    from_us, to_us = _within_us(datetime(2026, 5, 12), None)
    assert to_us == UTC_END_US and from_us % 86_400_000_000 == 16 * 3_600_000_000
