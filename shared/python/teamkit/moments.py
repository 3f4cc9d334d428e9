"""Moments as every API of ours writes them."""

from datetime import UTC, datetime


def moment(value: datetime | None) -> str | None:
    """As JavaScript writes it (ECMA-262, 21.4.1.32): UTC, milliseconds, Z. None stays None."""
    return None if value is None else value.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
