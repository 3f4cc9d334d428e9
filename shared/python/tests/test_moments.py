"""Moments on the wire."""

from datetime import UTC, datetime, timedelta, timezone

from teamkit.moments import moment


def test_a_moment_is_written_in_utc_with_milliseconds() -> None:
    seoul = timezone(timedelta(hours=9))

    assert moment(datetime(2026, 1, 1, 8, 59, 59, 999_999, seoul)) == "2025-12-31T23:59:59.999Z"
    assert moment(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000Z"


def test_no_moment_stays_none() -> None:
    assert moment(None) is None
