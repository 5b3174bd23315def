"""A real server as a child of the test session: started, awaited, ended by its handle."""

import contextlib
import ctypes
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1


class _NeverReadyError(Exception):
    """The child ended, or its time was up, before it was ready."""


def free_port() -> int:
    """Return a loopback TCP port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    ready: Callable[[], bool],
    timeout_seconds: float = 30,
    poll_seconds: float = 0.05,
    stop_signal: signal.Signals = signal.SIGTERM,
    **popen: object,
) -> Iterator[subprocess.Popen]:
    """Run `command` until the block ends. Raises RuntimeError with its log if it is never ready."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - the session starts servers from one thread
            **popen,
        )
    try:
        try:
            _await(child, ready, timeout_seconds, poll_seconds)
        except _NeverReadyError as error:
            words = log.read_text(errors="replace")[-2000:]
            raise RuntimeError(f"{command[0]} {error}:\n{words}") from None
        yield child
    finally:
        _end(child, stop_signal)


def _await(
    child: subprocess.Popen,
    ready: Callable[[], bool],
    timeout_seconds: float,
    poll_seconds: float,
) -> None:
    deadline = time.monotonic() + timeout_seconds
    while child.poll() is None:
        if ready():
            return
        if time.monotonic() > deadline:
            raise _NeverReadyError("never got ready")
        time.sleep(poll_seconds)
    raise _NeverReadyError(f"ended with {child.returncode}")


def _end(child: subprocess.Popen, stop_signal: signal.Signals) -> None:
    if child.poll() is not None:
        return
    child.send_signal(stop_signal)
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _end_with_parent() -> None:
    # A killed test session must not leave servers behind; only Linux can promise that.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
