"""The first list page of a large table: eight columns, 25 rows, the panel against two peers."""

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.benchmarks import invoice_rows, measure
from tests.benchmarks.panel_server import panel_server
from tests.benchmarks.web_servers import Server, compare
from tests.servers.components import located
from tests.servers.postgres import postgres_cluster

ROUNDS = 15


_kept: dict[int, dict[str, list[Server]]] = {}


@contextlib.contextmanager
def contenders(count: int) -> Iterator[dict[str, list[Server]]]:
    """Yield database → panel, stock starlette-admin and Django admin over `count` invoices.

    All read the same tables, made by the panel: its indexes serve the peers as well. Within the
    outermost such block they are made once.
    """
    if count in _kept:
        yield _kept[count]
        return
    with contextlib.ExitStack() as stack:
        made = {}
        for name, url in stack.enter_context(databases()).items():
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            made[name] = [panel_server(folder, url, count), *prepared_peers(url, count)]
        _kept[count] = made
        stack.callback(_kept.pop, count)
        yield made


def prepared_peers(url: str, count: int) -> list[Server]:
    """Return the peers, with the tables that they need of their own."""
    subprocess.run(
        [sys.executable, "-c", "from tests.benchmarks.peers import django_admin as peer;"
         "peer.make_tables()"],
        check=True, env={**os.environ, "BENCHMARK_DATABASE_URL": url},
    )
    return peers(url, count)


@contextlib.contextmanager
def databases() -> Iterator[dict[str, str]]:
    """Yield name -> address of an empty database of each kind that is installed."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        found = {"SQLite": f"sqlite:///{folder}/invoices.sqlite3"}
        if program := located("postgres"):
            cluster = stack.enter_context(postgres_cluster(program))
            found["PostgreSQL"] = cluster.url(cluster.create())
        yield found


def run(count: int = 1_000_000) -> str:
    """Measure on every database and return one table."""
    rows: list[tuple[object, ...]] = []
    with contenders(count) as found:
        for name, servers in found.items():
            timings = compare(servers, rounds=ROUNDS)
            unit = timings["panel"].wall_seconds
            rows += [
                (contender, name, *_milliseconds(timing), timing.wall_seconds / unit)
                for contender, timing in timings.items()
            ]
    title = f"First list page of {count:,} rows, 25 rows of 8 columns ({ROUNDS} rounds in turns)"
    return measure.table(title, ("", "database", "median ms", "CPU ms", "× panel"), rows)


def _milliseconds(timing: measure.Timing) -> tuple[float, float]:
    return timing.wall_seconds * 1000, timing.cpu_seconds * 1000


def peers(database_url: str, count: int = 1_000_000) -> list[Server]:
    """Return the peers; each is asked for the same things in the words of its own addresses."""
    middle, page = count // 2, count // 50
    stock, django = "/admin/invoice", "/admin/invoices/invoice/"
    number = quote(invoice_rows.number(middle), safe="")
    issued = quote("status__startswith=issued")
    return [
        _peer(
            "stock starlette-admin", "stock_starlette_admin", database_url,
            {
                "first list page": f"{stock}/list",
                "deep page": f"{stock}/list?page={page}",
                "status filter": f"{stock}/list?filter={issued}",
                "sort by date": f"{stock}/list?sort=issue_date__desc",
                "search": f"{stock}/list?q={number}",
                "detail": f"{stock}/detail?pk={middle}",
                "update": f"{stock}/edit?pk={middle}",
            },
        ),
        _peer(
            "Django admin", "django_admin", database_url,
            {
                "first list page": django,
                "deep page": f"{django}?p={page}",
                "status filter": f"{django}?status=issued",
                "sort by date": f"{django}?o=-4",
                "search": f"{django}?q={number}",
                # It has no page that only shows a row: the form is that page.
                "detail": f"{django}{middle}/change/",
                "update": f"{django}{middle}/change/",
            },
        ),
    ]


def _peer(name: str, module: str, database_url: str, steps: dict[str, str]) -> Server:
    application = f"tests.benchmarks.peers.{module}:app"
    uvicorn = [sys.executable, "-m", "uvicorn", application]
    return Server(
        name,
        lambda port: [*uvicorn, "--port", str(port)],
        steps["first list page"],
        {"BENCHMARK_DATABASE_URL": database_url},
        # Each with its log of requests, as the panel has one.
        steps=steps,
        workers=lambda port: [*uvicorn, "--port", str(port), "--workers", "2"],
    )
