"""What people do all day, request by request, as a browser makes them: the panel and two peers.

    first list page · deep page · status filter · sort by date · search · detail · update

A deep page is the one the contender offers: the panel's by key, the peers' by number. An update is
the form, fetched, changed and sent with the contender's own token, up to the answer that leads on.
"""

import contextlib
from collections.abc import Callable, Sequence

from tests.benchmarks import measure
from tests.benchmarks.list_page import contenders
from tests.benchmarks.visitor import Visitor, cold_visit, form_with
from tests.benchmarks.web_servers import Server, serving

ROUNDS = 11
STEPS = (
    "first list page", "deep page", "status filter", "sort by date", "search", "detail", "update",
)
# Times faster than the faster peer, at least.
FASTER = {"first list page": 5.0, "detail": 2.0, "update": 2.0}
# Of the panel's own first page, at most.
OF_FIRST = {"deep page": 1.3, "status filter": 2.0, "sort by date": 2.0, "search": 2.0}
HTML_KIB_MAX = 60
COLD_KIB_MAX = 400


def run(count: int = 1_000_000) -> str:
    """Measure on every database and return one table."""
    rows: list[tuple[object, ...]] = []
    with contenders(count) as found:
        for name, servers in found.items():
            rows += measured(name, servers, rounds=ROUNDS)
    title = f"All day over {count:,} rows: median ms (CPU ms of the server), {ROUNDS} rounds"
    headings = ("", "database", "panel", "starlette-admin", "Django", "ratio", "limit", "kept")
    return measure.table(title, headings, rows)


def measured(database: str, servers: Sequence[Server], *, rounds: int) -> list[tuple[object, ...]]:
    """Return the rows of the table for one database; the first server is the panel."""
    with contextlib.ExitStack() as stack:
        visitors: list[tuple[Server, Visitor, int]] = []
        for server in servers:
            port, pid = stack.enter_context(serving(server))
            visitor = Visitor(port, server.headers)
            stack.callback(visitor.close)
            visitors.append((server, visitor, pid))
        rows, first = [], 0.0
        for step in STEPS:
            timings = measure.in_turns(
                [measure.Contender(server.name, step_of(server, visitor, step), pid)
                 for server, visitor, pid in visitors],
                rounds=rounds,
            )
            panel, *others = timings.values()
            first = first or panel.wall_seconds
            rows.append((step, database, *map(_shown, timings.values()), *_judged(
                step, panel.wall_seconds, first, [other.wall_seconds for other in others]
            )))
        return [*rows, *_sizes(database, visitors)]


def step_of(server: Server, visitor: Visitor, step: str) -> Callable[[], object]:
    """Return what does one step as that visitor."""
    address = server.steps[step]
    if step != "update":
        return lambda: visitor.get(address)
    times = iter(range(1_000_000))

    def update() -> None:
        form = form_with(visitor.get(address), "notes")
        if not any(name == "client" for name, _ in form.pairs):
            # A script of starlette-admin's page puts the chosen client into an empty list.
            form.pairs.append(("client", "1"))
        visitor.send(address, form, {"notes": f"changed {next(times)} times"})

    return update


def _judged(
    step: str, panel: float, first: float, others: Sequence[float]
) -> tuple[str, str, str]:
    """Return ratio, limit, and whether the limit is kept."""
    if step in FASTER:
        ratio, limit = min(others) / panel, FASTER[step]
        return f"{ratio:.1f} x faster", f">= {limit:g}", _said(ratio >= limit)
    ratio, limit = panel / first, OF_FIRST[step]
    return f"{ratio:.2f} of first", f"<= {limit:g}", _said(ratio <= limit)


def _sizes(
    database: str, visitors: Sequence[tuple[Server, Visitor, int]]
) -> list[tuple[object, ...]]:
    """Return the rows that need no clock: the weight of a page, and of a first visit."""
    html = [len(visitor.get(server.path).encode()) / 1024 for server, visitor, _ in visitors]
    # Django's files are another program's to serve; of the others all is there.
    cold = [cold_visit(visitor, server.path)[0] / 1024 for server, visitor, _ in visitors[:2]]
    return [
        (what, database, *(f"{size:.1f}" for size in sizes), *[""] * (3 - len(sizes)), "",
         f"<= {limit}", _said(sizes[0] <= limit))
        for what, sizes, limit in (
            ("list, KiB of HTML", html, HTML_KIB_MAX), ("cold visit, KiB", cold, COLD_KIB_MAX)
        )
    ]


def _shown(timing: measure.Timing) -> str:
    return f"{timing.wall_seconds * 1000:.1f} ({timing.cpu_seconds * 1000:.0f})"


def _said(kept: bool) -> str:
    return "yes" if kept else "NO"
