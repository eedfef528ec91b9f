"""hourfence whatif as it is typed: tables, JSON, the file to load, and bad drafts in one sentence."""

import json
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from ingest.cli.app import app
from ingest.cli.faults import UsageError
from ingest.cli.registry.loading import load_file
from ingest.judging.run import judge_all
from ingest.store import outcomes
from ingest.store.connection import Connection
from ingest.store.evidence import append
from tests.ingest.judging.test_run import START, Journal, conn
from tests.ingest.judging.test_whatif import collection, drawn

__all__ = ["conn"]


@pytest.fixture
def judged(conn: Connection, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """One session in the middle of the field, one 200 m east of it, both judged."""
    around = SimpleNamespace(database_url=postgres_url)
    monkeypatch.setattr("ingest.cli.judging.whatif.surroundings", lambda *_: nullcontext(around))
    # The test run keeps its own answer to signals.
    monkeypatch.setattr("ingest.cli.judging.whatif.set_by_signals", threading.Event)
    append(conn, Journal(7, 21).session(9).session(8, START + 100, east_m=200).rows)
    judge_all(conn)
    yield conn


def ran(*args: Any) -> str:
    done = CliRunner(env={"COLUMNS": "300"}).invoke(app, ["whatif", *map(str, args)], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def saved(folder: Path, text: str, name: str = "draft.geojson") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_tables_json_and_the_file_that_makes_it_so(judged: Connection, tmp_path: Path) -> None:
    draft = saved(tmp_path, json.dumps(collection(drawn(100.0, valid_from="2026-03-01"))))
    out, load = tmp_path / "out.json", tmp_path / "load.json"
    text = ran(
        "--fence", draft, "--json", out, "--registry", load, "--from", "2026-03-02", "--to", "2026-03-03"
    )
    assert "1 of 2 training sessions would change" in text and "Nothing was written. 未写入任何内容。" in text
    assert "OUT_OF_FENCE" in text and "车辆不在教学区域内。" in text and "8 minutes lost" in text
    told = json.loads(out.read_text(encoding="utf-8"))
    assert (told["lost"], told["after"]["accepted"], len(told["worst"])) == (8, 9, 1)
    assert sum(one.minutes for one in outcomes.ledger(judged)) == 17
    load_file(judged, load)
    judge_all(judged)
    assert sum(one.minutes for one in outcomes.ledger(judged)) == 9


def test_unsure_minutes_that_are_refused_are_told(judged: Connection, tmp_path: Path) -> None:
    """Minutes within the margin of the field's edge."""
    append(judged, Journal(8, 22).session(6, START + 200, east_m=503).rows)
    judge_all(judged)
    text = ran("--fence", saved(tmp_path, json.dumps(collection(drawn(300.0)))))
    assert "no more unsure 6, of them refused 其中转无效 6" in text
    assert "0 minutes lost 减少分钟, 6 unsure minutes refused 待核转无效" in text


def test_rules_and_a_fence_withdrawn(judged: Connection, tmp_path: Path) -> None:
    rules = 'format = 1\n[[layer]]\nname = "x"\n[layer.thresholds]\nday_cap_practice_min = 10\n'
    assert "lost 7," in ran("--rules", saved(tmp_path, rules, "x.toml"))
    assert "lost 17," in ran("--withdraw", "F1")
    assert "0 of 0 training sessions" in ran("--withdraw", "F1", "--to", "2026-03-01")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ((), "There is no draft to judge by"),
        (("--withdraw", "F1", "--json", "."), "cannot be written .*; name another file"),
        (("--withdraw", "F9"), "fence F9 is not in the registry"),
        (("--rules", "bad.toml"), "bad.toml: .*; nothing was judged"),
        (("--fence", "bow.geojson"), "bow.geojson: 1 of its faults are errors"),
        (("--fence", "early.geojson"), "fence F1 has a later entry from 2026-01-01; end the draft there"),
    ],
)
def test_a_bad_draft_is_one_sentence(
    judged: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    bow = drawn(100.0)
    ring = bow["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    saved(tmp_path, json.dumps(collection(bow)), "bow.geojson")
    saved(tmp_path, json.dumps(collection(drawn(100.0, valid_from="2025-01-01"))), "early.geojson")
    saved(tmp_path, 'format = 1\n[[layer]]\nname = "x"\n[layer.thresholds]\nnot_there = 1\n', "bad.toml")
    with pytest.raises(UsageError, match=sentence):
        ran(*args)
