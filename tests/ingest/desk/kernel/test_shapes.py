"""Moments as the API tells them."""

from datetime import UTC, datetime, timedelta, timezone

from ingest.desk.kernel.shapes import rfc3339


def test_a_moment_is_told_in_utc_whatever_its_zone() -> None:
    at = datetime(2026, 11, 22, 14, 5, tzinfo=timezone(timedelta(hours=8)))
    assert rfc3339(at) == rfc3339(at.astimezone(UTC)) == "2026-11-22T06:05:00Z"
    assert rfc3339(None) is None
