"""The panel as a contender: its own tables, filled, and a staff member signed in."""

import sys
from pathlib import Path

import sqlalchemy as sa

from generator.folding import teach
from runtime.accounts.sessions import COOKIE_NAMES, Sessions
from runtime.accounts.staff import create_staff
from runtime.panel import Panel, open_panel
from runtime.records import cursor
from runtime.settings import Settings
from tests.benchmarks import invoice_rows, projects
from tests.benchmarks.web_servers import Server

EMAIL = "benchmark@example.org"
LIST = "/admin/invoice/"


def panel_server(folder: Path, database_url: str, count: int) -> Server:
    """Make the panel's tables in an empty database, fill them, and return what serves them."""
    config = projects.write_invoices(folder / "config")
    environment = {"PANEL_DATABASE_URL": database_url, "PANEL_VAR": str(folder / "var")}
    if not database_url.startswith("sqlite"):
        environment["PANEL_SECRET_KEY"] = "benchmark-" * 5
    settings = Settings.from_environment(environment)
    with open_panel([config], settings, create=True) as panel:
        cookie = f"{COOKIE_NAMES['staff']}={_token(panel)}"
        deep = _deep_page(panel, count // 2)
    engine = sa.create_engine(database_url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda raw, _: teach(raw))
    invoice_rows.fill(engine, count)
    engine.dispose()
    return Server(
        "panel",
        lambda port: [sys.executable, "-m", "runtime", "serve", str(config), "--port", str(port)],
        LIST,
        environment,
        {"Cookie": cookie},
        {
            "first list page": LIST,
            "deep page": f"{LIST}?page={deep}",
            "status filter": f"{LIST}?op.status=eq&f.status=issued",
            "sort by date": f"{LIST}?sort=-issue_date",
            "search": f"{LIST}?q={invoice_rows.number(count // 2)}",
            "detail": f"{LIST}{count // 2}",
            "update": f"{LIST}{count // 2}/edit",
        },
        lambda port: [
            *(sys.executable, "-m", "runtime", "serve", str(config)),
            *("--port", str(port), "--workers", "2"),
        ],
    )


def _deep_page(panel: Panel, number: int) -> str:
    """Return the place of the page behind the invoice `number`, as the list itself writes it."""
    listing = cursor.fingerprint("invoice", "staff", (), "", ("-id",), None, False)
    return cursor.write(panel.cursors, cursor.Cursor((number,)), listing)


def _token(panel: Panel) -> str:
    create_staff(panel, email=EMAIL, roles=["benchmark"])
    staff = panel.generated.entities["staff"].table
    with panel.engine.connect() as connection:
        account = connection.scalar(sa.select(staff.c.id).where(staff.c.email == EMAIL))
    return Sessions(panel).start("staff", account, ip="127.0.0.1", user_agent="benchmark")
