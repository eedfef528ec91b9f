"""`hourfence scenarios`: the report's shape, and verdicts on a small part of the library."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest.cli.app import app
from ingest.cli.faults import UsageError
from ingest.cli.scenarios.confusion import FIGURES, Confusion, confusion
from ingest.cli.scenarios.judged import judged
from ingest.cli.scenarios.run import ScenarioOptions, judged_family, run_scenarios
from simulators.scenarios.library import families
from simulators.worlds.truth import EITHER, FRAUD, HONEST, Label

NAMES = {family.name: family for family in families()}


@pytest.fixture(scope="module")
def idling() -> Confusion:
    return judged_family(NAMES["parked_idling"], 1)


def test_a_clear_fraud_is_refused_and_its_twin_is_not(idling: Confusion) -> None:
    assert idling.fraud_minutes >= 39 and idling.wrongly_accepted == 0
    assert idling.honest_minutes > 100 and idling.wrongly_refused == 0
    assert any(reason == "PARKED" for _, _, reason in idling.reasons)


def test_every_cell_of_the_table_is_counted_where_it_belongs() -> None:
    (name, day), *_ = NAMES["parked_idling"].made(1)
    judgement = judged(day)
    honest = Label(HONEST)
    turned = {FRAUD: honest, HONEST: Label(FRAUD, "turned"), EITHER: honest}
    upside_down = replace(day, truth={key: turned[label.worth] for key, label in day.truth.items()})
    right, wrong = confusion(name, day, judgement), confusion(name, upside_down, judgement)
    assert right.wrongly_accepted == right.wrongly_refused == 0
    assert wrong.wrongly_refused >= right.fraud_minutes > 0
    assert wrong.wrongly_accepted + wrong.fraud_unsure > 0
    nothing = replace(day, truth={key: Label(EITHER) for key in day.truth})
    assert confusion(name, nothing, judgement).either == len(day.truth)


def test_the_report_has_the_shape_that_was_agreed(tmp_path: Path) -> None:
    command = ["scenarios", "--seed", "2", "--only", "short_stop", "--out", str(tmp_path)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert list(report) == ["seed", "families", "totals"]
    assert report["seed"] == 2 and list(report["families"]) == ["short_stop"]
    assert tuple(report["totals"]) == FIGURES
    assert report["families"]["short_stop"] == report["totals"]
    assert report["totals"]["honest_minutes"] > 100
    assert "Scenarios, seed 2" in result.output


def test_an_unknown_family_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no family 'nowhere'"):
        run_scenarios(ScenarioOptions(1, "nowhere", tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_the_families_are_listed() -> None:
    result = CliRunner().invoke(app, ["scenarios", "--families"])
    assert result.exit_code == 0
    assert "tunnel" in result.output
