"""What time is it? The one place that asks the computer's clock.

SQL never supplies a time and no column has a time as its default: a panel with a clock of its
own (tests, demonstrations) then moves as a whole.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """The real time."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        return datetime.now(UTC)


class MovableClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        if at.tzinfo is None:
            raise ValueError("a clock needs an aware moment")
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def advance(self, by: timedelta) -> datetime:
        """Move forward and return the new present."""
        if by < timedelta(0):
            raise ValueError("a clock moves forward only")
        self._at += by
        return self._at
