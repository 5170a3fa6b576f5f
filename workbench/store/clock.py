"""The one clock of the store."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> str:
    """Now, in UTC, ISO-8601 with milliseconds: `2026-01-31T09:05:00.123Z`."""
    return as_stamp(datetime.now(UTC))


def as_stamp(moment: datetime) -> str:
    """A moment in UTC in that form; stamps compare as the moments do."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds_since(stamp: str) -> float:
    """Seconds from a stamp of `utc_now` until now; negative if the stamp lies ahead."""
    return (datetime.now(UTC) - datetime.fromisoformat(stamp)).total_seconds()
