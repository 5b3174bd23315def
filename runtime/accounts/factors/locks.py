"""How long a factor waits after wrong codes.

Six in a row lock it for five minutes, each six more for twice as long, a day at most; sixty switch
it off until somebody has made sure who the person is. Three of 10^6 codes are right at a time, so
whoever knows the password and guesses has some 54 tries on the first day and six on each later
one: 0.02 % and 0.002 %.
"""

from __future__ import annotations

from datetime import timedelta

TRIES = 6
FAILURES_MAX = 60
FIRST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)


def lock_after(failures: int) -> timedelta | None:
    """Return how long to wait after so many wrong codes in a row; None: not at all yet."""
    if failures <= 0 or failures % TRIES:
        return None
    return min(FIRST * 2 ** (failures // TRIES - 1), LONGEST)


def is_off(failures: int) -> bool:
    """Say whether so many wrong codes in a row have switched the factor off."""
    return failures >= FAILURES_MAX
