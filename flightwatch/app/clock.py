"""The one clock of the shell, by which it polls and asks."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return this machine's time, aware and in UTC."""
    return datetime.now(UTC)
