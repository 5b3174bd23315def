"""The contenders are what they claim to be: real pages of 25 rows over the same table."""

import contextlib
import re
from datetime import UTC

import pytest
import sqlalchemy as sa

from tests.benchmarks import invoice_rows, list_page
from tests.benchmarks.panel_server import panel_server
from tests.benchmarks.web_servers import Server, started


def filled(url):
    engine = sa.create_engine(url)
    invoice_rows.make(engine, 3000)
    engine.dispose()
    return url


@pytest.fixture
def filled_url(database_url):
    return filled(database_url)


@pytest.fixture
def sqlite_url(tmp_path):
    return filled(f"sqlite:///{tmp_path}/invoices.sqlite3")


def test_rows_are_the_same_on_both_databases(filled_url):
    engine = sa.create_engine(filled_url)

    with engine.connect() as connection:
        row = connection.execute(
            sa.select(invoice_rows.invoice).where(invoice_rows.invoice.c.number == "FV/2023/2799")
        ).one()
        count = connection.scalar(sa.select(sa.func.count()).select_from(invoice_rows.invoice))

    engine.dispose()
    assert count == 3000
    assert (row.client_id, row.status, row.currency) == (282, "voided", "PLN")
    assert (str(row.issue_date), str(row.due_date)) == ("2023-09-21", "2023-10-05")
    assert (row.total_micros, row.notes) == (6_365_710_000, None)
    # SQLite keeps no zone; what comes without one is UTC.
    created = row.created_at
    created = created.astimezone(UTC) if created.tzinfo else created
    assert f"{created:%Y-%m-%d %H:%M}" == "2023-09-21 08:00"


@pytest.mark.parametrize("number", [0, 1])
def test_peer_shows_25_rows_of_8_columns(sqlite_url, number):
    assert shown_rows(list_page.peers(sqlite_url)[number]) == 25


def test_panel_shows_the_same(database_url, tmp_path):
    assert shown_rows(panel_server(tmp_path, database_url, 3000)) == 25


@pytest.mark.long
@pytest.mark.parametrize("number", [0, 1])
def test_peer_shows_the_same_on_postgres(postgres_url, number):
    assert shown_rows(list_page.peers(filled(postgres_url))[number]) == 25


def test_refusal_never_counts_as_a_fast_page(sqlite_url):
    server = list_page.peers(sqlite_url)[1]
    wrong = Server(server.name, server.command, "/nowhere", server.environment)

    with started(wrong) as contender, pytest.raises(RuntimeError, match="answered 404"):
        contender.call()


def shown_rows(server):
    """Count the rows that hold an invoice, when the page has every heading."""
    with started(server) as contender:
        html = contender.call()
    for heading in ("number", "client", "status", "issue", "due", "total", "currency", "created"):
        assert heading in html.lower()
    body = re.search(r"<tbody.*?</tbody>", html, re.DOTALL)[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    assert all("FV/20" in row and "Client " in row for row in rows)
    return len(rows)


def test_rows_are_made_once_for_all_that_look_at_them(monkeypatch):
    made = []
    monkeypatch.setattr(
        list_page, "databases", lambda: contextlib.nullcontext({"SQLite": "sqlite:///none"})
    )
    monkeypatch.setattr(list_page, "prepared_peers", lambda url, count: [])
    monkeypatch.setattr(list_page, "panel_server", lambda folder, url, count: made.append(folder))

    with list_page.contenders(7) as outer, list_page.contenders(7) as inner:
        assert inner is outer
    with list_page.contenders(7):
        pass

    assert len(made) == 2
    assert not any(folder.exists() for folder in made)
