"""Work that met other work: done anew when PostgreSQL ended it so that the other could go on.

Two transactions that wait for each other's rows cannot both go on; the server ends one of them.
Nothing of it stayed and nobody has been told of it (hooks run after the commit), so it is begun
again as a whole, unless a part of it had been committed before.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

logger = logging.getLogger(__name__)

TRIES_MAX = 5
_PAUSE_SECONDS = 0.02
# serialization_failure, deadlock_detected: https://www.postgresql.org/docs/15/errcodes-appendix.html
_COLLISIONS = {"40001", "40P01"}

Result = TypeVar("Result")


@dataclass(slots=True)
class _Attempt:
    committed: bool = False


_attempt: ContextVar[_Attempt | None] = ContextVar("panel_attempt", default=None)


def note_commit() -> None:
    """Note that something of the work at hand stays: it must not be done twice."""
    attempt = _attempt.get()
    if attempt is not None:
        attempt.committed = True


def lost_to_another(error: BaseException) -> bool:
    """Say whether the server ended a transaction so that another one could go on."""
    return isinstance(error, DBAPIError) and (
        getattr(error.orig, "sqlstate", None) in _COLLISIONS
    )


def again(work: Callable[[], Result]) -> Result:
    """Return what `work` returns, at the fifth try at the latest; then the error is raised."""
    for number in range(1, TRIES_MAX):
        token = _attempt.set(attempt := _Attempt())
        try:
            return work()
        except DBAPIError as error:
            if attempt.committed or not lost_to_another(error):
                raise
            logger.info("work that met other work is done again", extra={"try": number})
        finally:
            _attempt.reset(token)
        # Not at once and not all together: those who met would meet again.
        time.sleep(_PAUSE_SECONDS * number * (0.5 + random.random()))
    return work()
