"""The same rows as JSON by a bare Starlette route: what the least of all pages costs."""

import os

import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.benchmarks.invoice_rows import client, invoice

_engine = sa.create_engine(os.environ["BENCHMARK_DATABASE_URL"])
_rows = (
    sa.select(
        *(invoice.c[name] for name in ("id", "number", "status", "issue_date", "due_date")),
        *(invoice.c[name] for name in ("total_micros", "currency", "created_at")),
        client.c.name.label("client"),
    )
    .join_from(invoice, client)
    .order_by(invoice.c.id.desc())
    .limit(25)
)


def rows(request: Request) -> Response:
    with _engine.connect() as connection:
        found = connection.execute(_rows).mappings().all()
    return JSONResponse([
        {key: value if isinstance(value, int | str) else str(value) for key, value in row.items()}
        for row in found
    ])


app = Starlette(routes=[Route("/rows", rows)])
