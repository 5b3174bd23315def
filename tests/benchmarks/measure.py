"""How long something takes, told so that a busy machine does not decide who wins.

Contenders take turns (one round each, the order turning), medians are compared, and beside the time
on the clock stands the CPU time of the server, which other programs on the machine hardly change.
"""

import os
import statistics
import time
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.servers.processes import running


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one contender: the median on the clock, and the CPU's mean per call."""

    wall_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Contender:
    """Something to call again and again, and the process whose CPU time counts."""

    name: str
    call: Callable[[], object]
    pid: int


def in_turns(
    contenders: Sequence[Contender], *, rounds: int, warm_up: int = 2
) -> dict[str, Timing]:
    """Call each contender once per round and return name -> timing."""
    for _ in range(warm_up):
        for contender in contenders:
            contender.call()
    wall: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    before = {contender.name: cpu_seconds(contender.pid) for contender in contenders}
    for number in range(rounds):
        first = number % len(contenders)
        for contender in [*contenders[first:], *contenders[:first]]:
            started = time.perf_counter()
            contender.call()
            wall[contender.name].append(time.perf_counter() - started)
    return {
        contender.name: Timing(
            statistics.median(wall[contender.name]),
            (cpu_seconds(contender.pid) - before[contender.name]) / rounds,
        )
        for contender in contenders
    }


def cpu_seconds(pid: int) -> float:
    """Return the CPU time, user and system, that a process has used so far."""
    # clock_getcpuclockid(3), which Python does not offer: /proc counts in steps of 10 ms, which
    # is more than a page costs.
    return time.clock_gettime((~pid << 3) | 2)


def cpu_until_answer(
    command: Sequence[str | Path],
    url: str,
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    timeout_seconds: float = 120,
) -> float:
    """Start a server, ask `url` until it answers 200, and return the CPU seconds it took.

    `environment` is the whole of it, ours when None.
    """
    with running(
        command,
        log=log,
        ready=lambda: answers(url),
        env=dict(environment or os.environ),
        timeout_seconds=timeout_seconds,
        poll_seconds=0.01,
    ) as server:
        return cpu_seconds(server.pid)


def kept_bytecode(folder: Path) -> dict[str, str]:
    """Return the environment of processes that keep compiled modules in `folder`.

    Where Python may not write any (PYTHONDONTWRITEBYTECODE), a program would be compiled at each
    start but for the libraries, whose installer did so: contenders would not be alike.
    """
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status == 200
    except OSError:
        return False


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as text: the first column to the left, the others to the right."""
    lines = [list(headings), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    lines.insert(1, ["-" * width for width in widths])
    text = [
        "  ".join(
            value.rjust(width) if column else value.ljust(width)
            for column, (value, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return "\n".join([title, *text, ""])


def _cell(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)
