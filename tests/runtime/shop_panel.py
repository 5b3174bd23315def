"""A small panel for tests of pages and accounts: `tests/runtime/shop`, with people in it."""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from runtime.accounts.passwords import Passwords
from runtime.accounts.staff import create_staff, set_password
from runtime.actors import SYSTEM
from runtime.app import create_app
from runtime.clock import MovableClock
from runtime.panel import Panel, open_panel
from runtime.settings import Settings
from tests.servers.postgres import PostgresCluster

FOLDER = Path(__file__).parent / "shop"
BASE = "https://panel.example.com"
PASSWORD = "correct horse battery"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHEAP = Passwords(memory_kib=64, passes=1)
"""Tests check hundreds of passwords; what the real cost is has a test of its own."""


@dataclass
class Shop:
    """Two companies that must not learn of each other.

    anna owns acme; ben is a member of acme without rights; olga owns other. carl is switched off.
    """

    panel: Panel
    clock: MovableClock
    ids: dict[str, int]

    def browser(self, **options: object) -> TestClient:
        app = create_app(self.panel, passwords=CHEAP, **options)
        return TestClient(app, base_url=self.panel.settings.base_url, follow_redirects=False)


@contextlib.contextmanager
def opened(
    database_url: str, var: Path, base_url: str = BASE, ids: dict[str, int] | None = None
) -> Iterator[Shop]:
    """Open the shop; without `ids` its people and companies are made first."""
    clock = MovableClock(NOON)
    settings = Settings(database_url, var, ("k" * 40,), base_url=base_url)
    panel = open_panel([FOLDER], settings, create=True, clock=clock, cache=_CACHE)
    try:
        yield Shop(panel, clock, ids or _fill(panel))
    finally:
        panel.close()


_CACHE = Path(tempfile.mkdtemp(prefix="shop-cache-"))
atexit.register(shutil.rmtree, _CACHE, ignore_errors=True)


class ShopTemplates:
    """A filled shop per kind of database, made once and copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ids: dict[str, dict[str, int]] = {}
        self._postgres: dict[PostgresCluster, str] = {}

    @contextlib.contextmanager
    def sqlite(self, var: Path, base_url: str = BASE) -> Iterator[Shop]:
        template = self._folder / "template.sqlite3"
        if "sqlite" not in self._ids:
            with opened(f"sqlite:///{template}", self._folder) as shop:
                self._ids["sqlite"] = shop.ids
        shutil.copy(template, var / "panel.sqlite3")
        url = f"sqlite:///{var}/panel.sqlite3"
        with opened(url, var, base_url, self._ids["sqlite"]) as shop:
            yield shop

    @contextlib.contextmanager
    def postgres(self, cluster: PostgresCluster, var: Path, base_url: str = BASE) -> Iterator[Shop]:
        if cluster not in self._postgres:
            template = self._postgres[cluster] = cluster.create()
            with opened(cluster.url(template), self._folder) as shop:
                self._ids["postgres"] = shop.ids
        with cluster.database(self._postgres[cluster]) as url:
            with opened(url, var, base_url, self._ids["postgres"]) as shop:
                yield shop


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> ShopTemplates:
    return ShopTemplates(tmp_path_factory.mktemp("shops"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def shop(request: pytest.FixtureRequest, shops: ShopTemplates, tmp_path: Path) -> Iterator[Shop]:
    """The shop on each kind of database, for what touches rows."""
    if request.param == "sqlite":
        opening = shops.sqlite(tmp_path)
    else:
        opening = shops.postgres(request.getfixturevalue("postgres"), tmp_path)
    with opening as shop:
        yield shop


@pytest.fixture
def sqlite_shop(shops: ShopTemplates, tmp_path: Path) -> Iterator[Shop]:
    """The shop on SQLite alone, for what is about pages."""
    with shops.sqlite(tmp_path) as shop:
        yield shop


def _fill(panel: Panel) -> dict[str, int]:
    ids: dict[str, int] = {}
    with panel.records(SYSTEM) as records:

        def make(key: str, entity: str, /, **values: object) -> None:
            ids[key] = records.create(entity, values).id

        make("acme", "company", name="Acme", city="Berlin", rating="ACME-RATING")
        make("other", "company", name="Other GmbH", city="Hamburg", rating="OTHER-RATING")
        for name in ("anna", "ben", "carl", "olga"):
            values = {"email": f"{name}@example.com", "firstname": name.title()}
            make(name, "user", **values, enabled=name != "carl")
        make("m_anna", "member", company=ids["acme"], user=ids["anna"], owner=True)
        make("m_ben", "member", company=ids["acme"], user=ids["ben"])
        make("m_olga", "member", company=ids["other"], user=ids["olga"], owner=True)
        make("vps", "product", name="Small VPS")
        make("secret", "product", name="Hidden VPS", hidden=True)
        for company in ("acme", "other"):
            make(
                f"ticket_{company}",
                "ticket",
                company=ids[company],
                subject=f"Help for {company}",
                body=f"BODY-{company}",
                notes=f"NOTES-{company}",
                code=f"CODE-{company}",
                product=ids["vps"],
            )
            make(
                f"line_{company}",
                "ticket_line",
                ticket=ids[f"ticket_{company}"],
                text=f"LINE-{company}",
            )
    for name in ("anna", "ben", "carl", "olga"):
        set_password(panel, "user", ids[name], PASSWORD, CHEAP)
    for name in ("chief", "clerk"):
        create_staff(
            panel,
            email=f"{name}@example.com",
            name=name.title(),
            password=PASSWORD,
            roles=[name],
            passwords=CHEAP,
        )
    return ids


def sign_in(
    browser: TestClient, email: str, password: str = PASSWORD, area: str = "client"
) -> None:
    """Sign in as a browser would: fetch the form, send it with its token."""
    path = "/admin/login" if area == "staff" else "/login"
    response = browser.post(path, data=form(browser, path, email=email, password=password))
    assert response.status_code == 303, response.text


def form(browser: TestClient, path: str, **values: str) -> dict[str, str]:
    """Return `values` with the token that the page at `path` carries."""
    return {"csrf_token": token_of(browser, path), **values}


def token_of(browser: TestClient, path: str = "/login") -> str:
    text = browser.get(path, headers={"Accept": "text/html"}).text
    return text.partition('name="csrf-token" content="')[2].partition('"')[0]
