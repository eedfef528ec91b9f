"""hourfence screen: local days to a range, and lines that name the evidence."""

from datetime import datetime

import pytest

from ingest.cli.faults import UsageError
from ingest.cli.judging.screen import lines, range_us
from ingest.judge.suspicions import PHOTO_REUSED, TRACE_REPLAYED
from ingest.judging.screening import Screened
from ingest.store.suspicions import Told

DAY_US = 86_400_000_000


def test_local_days() -> None:
    from_us, to_us = range_us(datetime(2026, 5, 12), datetime(2026, 5, 13), 480)
    assert to_us - from_us == DAY_US
    assert from_us == int(datetime.fromisoformat("2026-05-11T16:00:00+00:00").timestamp()) * 1_000_000
    from_us, to_us = range_us(datetime(2024, 2, 28), datetime(2024, 3, 2), 480)
    assert to_us - from_us == 3 * DAY_US


def test_days_that_cannot_be() -> None:
    with pytest.raises(UsageError, match="not before --to"):
        range_us(datetime(2026, 5, 12), datetime(2026, 5, 12), 480)
    with pytest.raises(UsageError, match="before 1970"):
        range_us(datetime(1970, 1, 1), datetime(2026, 5, 11), 480)


def test_lines_name_the_evidence() -> None:
    done = Screened(120, 2, 40, 3, {TRACE_REPLAYED: 1, PHOTO_REUSED: 1}, 2, 1)
    replay = Told(7, 3, TRACE_REPLAYED, 1000, 29_540_220, 29_540_279, 8, 5, {"same_s": 3600, "scale": 0.93})
    photo = Told(7, 3, PHOTO_REUSED, 900, 29_540_220, 29_540_279, 0, 0, {"photos_reused": 2})
    text = lines(done, [replay, photo], shown=1)
    assert text[0].startswith("Screened 120 minutes in 2 training sessions: 40 prints kept, 3 pairs compared")
    assert "1 records could not be read" in text[1]
    assert "TRACE_REPLAYED" in text[2] and "逐秒" in text[2]
    assert "0000000000000007/3, like 0000000000000008/5" in text[4] and "same_s 3600" in text[4]
    assert text[-1] == "and 1 with lower scores; --shown prints more."
