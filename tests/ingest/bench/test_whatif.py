"""The bench of what-ifs, small: what each draft touches, and its result as JSON."""

import json
from pathlib import Path

from ingest.bench.whatif import run, sentences


def test_a_small_run_tells_what_each_draft_touches(tmp_path: Path) -> None:
    out = tmp_path / "whatif.json"
    result = run(cars=2, days=1, hours=2, workers=1, out=out)
    corner, yard, later, cap = result.drafts
    assert (corner.looked_at, corner.judged, corner.changed) == (4, 240, 4) and corner.lost > 0
    assert (yard.looked_at, yard.judged, later.looked_at, later.judged) == (0, 0, 0, 0)
    assert (cap.judged, cap.lost) == (240, 0)
    assert json.loads(out.read_text())["minutes"] == result.minutes == 240
    assert "2 cars of one ground" in sentences(result)[1]
