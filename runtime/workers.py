"""Several processes that answer on one port, made out of one that has everything ready.

    parent   opens the panel, forks, looks after its workers; answers nothing itself
    worker   answers until told to stop; one that dies is replaced, the others go on meanwhile

What people share stands in the database (sessions, tries, background work), so it does not matter
which worker answers. A worker whose parent is gone stops by itself.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

logger = logging.getLogger(__name__)

WORKERS_MAX = 64
_SIGNALS = {signal.SIGTERM, signal.SIGINT}
# A worker that ends sooner is not at once begun anew: whatever ended it is still there.
_TOO_SOON_SECONDS = 2.0
_LOOK_SECONDS = 0.05


@dataclass(slots=True)
class Workers:
    """`work` is what each worker does; it returns, or raises SystemExit, when told to stop.

    `stop_seconds`: how long a worker may take for that before it is killed.
    """

    work: Callable[[], None]
    count: int
    stop_seconds: float = 15
    _begun: dict[int, float] = field(default_factory=dict)
    _alive: tuple[int, int] = (-1, -1)

    def run(self) -> None:
        """Look after the workers until SIGTERM or SIGINT."""
        # Only we hold its other end: when we are gone, however that came, it is closed.
        self._alive = os.pipe()
        try:
            with _told_by_signals():
                for _ in range(self.count):
                    self._begin()
                while True:
                    self._replace(*os.waitpid(-1, 0))
        except _Told:
            logger.info("the workers are told to stop")
        finally:
            self._stop()
            for end in self._alive:
                os.close(end)

    def _begin(self) -> None:
        # A signal between fork and note would leave a worker that nobody stops.
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            pid = os.fork()
            if pid == 0:
                self._be_worker()
            self._begun[pid] = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)

    def _be_worker(self) -> NoReturn:
        code = 1
        try:
            os.close(self._alive[1])
            for each in _SIGNALS:
                signal.signal(each, _leave)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            threading.Thread(
                target=_end_with_parent, args=(self._alive[0],), daemon=True
            ).start()
            self.work()
            code = 0
        except SystemExit as told:
            code = told.code if isinstance(told.code, int) else 0
        except BaseException:
            logger.exception("a worker failed")
        finally:
            logging.shutdown()
            # Nothing of what the parent still has to close is closed here.
            os._exit(code)

    def _replace(self, pid: int, status: int) -> None:
        begun = self._begun.pop(pid, None)
        if begun is None:
            return
        code = os.waitstatus_to_exitcode(status)
        logger.warning("a worker ended and is replaced", extra={"worker": pid, "code": code})
        left = begun + _TOO_SOON_SECONDS - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._begin()

    def _stop(self) -> None:
        for pid in self._begun:
            _send(pid, signal.SIGTERM)
        until = time.monotonic() + self.stop_seconds
        while self._left() and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
        for pid in self._left():
            logger.warning("a worker did not stop and is killed", extra={"worker": pid})
            _send(pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _left(self) -> list[int]:
        for pid in list(self._begun):
            with contextlib.suppress(ChildProcessError):
                if os.waitpid(pid, os.WNOHANG)[0] == 0:
                    continue
            del self._begun[pid]
        return list(self._begun)


class _Told(Exception):
    """SIGTERM or SIGINT has come."""


@contextlib.contextmanager
def _told_by_signals() -> Iterator[None]:
    """Raise _Told in the block at the first signal to stop, and hear none after it."""

    def tell(signum: int, frame: object) -> NoReturn:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        raise _Told

    before = {each: signal.signal(each, tell) for each in _SIGNALS}
    try:
        yield
    except _Told:
        raise
    except BaseException:
        for each, handler in before.items():
            signal.signal(each, handler)
        raise


def _leave(signum: int, frame: object) -> NoReturn:
    raise SystemExit(0)


def _end_with_parent(alive: int) -> None:
    os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _send(pid: int, what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, what)
