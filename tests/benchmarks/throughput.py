"""How many list pages two web processes answer in a second, logging on, connections kept open.

The panel against Django's admin, and against a bare Starlette route that gives the same rows as
JSON. Beside the count stands the CPU time of all processes of a server per answer: on a machine
that others use too, it is the fairer of the two.
"""

import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import measure
from tests.benchmarks.list_page import contenders
from tests.benchmarks.visitor import Visitor
from tests.benchmarks.web_servers import Server, serving

CONNECTIONS = 6
SECONDS = 4.0
ROUNDS = 5
TIMES_DJANGO = 20.0
OF_JSON = 0.05


@dataclass
class Score:
    """What one server did: answers per second on the clock, and CPU seconds per answer."""

    per_second: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)

    @property
    def typical(self) -> tuple[float, float]:
        return statistics.median(self.per_second), statistics.median(self.cpu_seconds)


def run(count: int = 1_000_000) -> str:
    """Measure on every database and return one table."""
    rows: list[tuple[object, ...]] = []
    with contenders(count) as found:
        for name, (panel, _, django) in found.items():
            servers = [panel, django, json_rows(django.environment["BENCHMARK_DATABASE_URL"])]
            rows += judged(name, measured(servers, rounds=ROUNDS, seconds=SECONDS))
    title = (
        f"List page of {count:,} rows: two web processes, {CONNECTIONS} connections, "
        f"{ROUNDS} rounds of {SECONDS:g} s in turns"
    )
    headings = ("", "database", "answers/s", "CPU ms", "ratio", "by CPU", "limit", "kept")
    return measure.table(title, headings, rows)


def json_rows(url: str) -> Server:
    """Return the bare route."""
    command = [sys.executable, "-m", "uvicorn", "tests.benchmarks.peers.json_rows:app"]
    return Server(
        "rows as JSON",
        lambda port: [*command, "--port", str(port)],
        "/rows",
        {"BENCHMARK_DATABASE_URL": url},
        workers=lambda port: [*command, "--port", str(port), "--workers", "2"],
    )


def measured(servers: Sequence[Server], *, rounds: int, seconds: float) -> dict[str, Score]:
    """Load one server after the other, in turns; each runs alone in its round."""
    scores = {server.name: Score() for server in servers}
    for number in range(rounds):
        first = number % len(servers)
        for server in [*servers[first:], *servers[:first]]:
            with serving(server, two=True) as (port, pid):
                _load(server, port, seconds / 4)
                before = sum(map(measure.cpu_seconds, family(pid)))
                answers, took = _load(server, port, seconds)
                used = sum(map(measure.cpu_seconds, family(pid))) - before
            scores[server.name].per_second.append(answers / took)
            scores[server.name].cpu_seconds.append(used / answers)
    return scores


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it has started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in _children(task):
            yield from family(child)


def _children(task: Path) -> list[int]:
    """Return the processes that a thread has started, none when it ended meanwhile."""
    try:
        return [int(child) for child in (task / "children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _load(server: Server, port: int, seconds: float) -> tuple[int, float]:
    """Ask over several connections at once; return how many answers came in how many seconds."""
    counts = [0] * CONNECTIONS
    problems: list[Exception] = []
    started = time.perf_counter()
    until = started + seconds

    def ask(place: int) -> None:
        visitor = Visitor(port, server.headers)
        try:
            while time.perf_counter() < until:
                visitor.get(server.path)
                counts[place] += 1
        except Exception as problem:  # noqa: BLE001 - told by the thread that waits
            problems.append(problem)
        finally:
            visitor.close()

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    return sum(counts), time.perf_counter() - started


def judged(database: str, scores: dict[str, Score]) -> list[tuple[object, ...]]:
    """Return the rows of the table for one database: the panel, Django's admin, the bare route."""
    (panel, panel_cpu), (django, django_cpu), (bare, bare_cpu) = (
        score.typical for score in scores.values()
    )
    names = list(scores)
    times, share = panel / django, panel / bare
    return [
        (names[0], database, panel, panel_cpu * 1000, "", "", "", ""),
        (names[1], database, django, django_cpu * 1000, f"{times:.1f} x",
         f"{django_cpu / panel_cpu:.1f} x", f">= {TIMES_DJANGO:g} x", _said(times >= TIMES_DJANGO)),
        (names[2], database, bare, bare_cpu * 1000, f"{share:.0%}",
         f"{bare_cpu / panel_cpu:.0%}", f">= {OF_JSON:.0%}", _said(share >= OF_JSON)),
    ]


def _said(kept: bool) -> str:
    return "yes" if kept else "NO"
