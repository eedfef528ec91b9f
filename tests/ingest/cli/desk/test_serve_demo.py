"""The demo keeps its keys to itself."""

from __future__ import annotations

from pathlib import Path

from ingest.casework.trainee.link import link_key
from ingest.cli.desk.serve_demo import own_keys
from ingest.cli.desk.three_parts import environment_of
from ingest.desk.kernel.settings import DeskSettings
from ingest.settings import DATA, Settings


def test_its_parts_make_keys_in_its_own_folder_and_touch_no_real_one(tmp_path: Path) -> None:
    real, run = tmp_path / "real", tmp_path / "run"
    kept = {DATA: str(real), "HOURFENCE_DESK_SECOND_FACTOR_KEY": str(real / "second")}
    assert DeskSettings.from_environment(real, kept).factor_key == real / "second"
    told = environment_of(kept, "postgresql://u@h/d", None, own_keys(run), embedded_database=False)
    settings = Settings.from_environment(told)
    desk = DeskSettings.from_environment(settings.data, told)
    assert run in desk.data.parents and run in desk.factor_key.parents
    link_key(desk.data)
    assert list(run.rglob("*.key")) and not real.exists()
