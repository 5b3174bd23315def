"""The real components that tests run against, each started when a test first asks for it.

    database_url     an empty database; the test runs once on SQLite and once on PostgreSQL;
                     module_database_url and session_database_url are shared by their tests
    postgres_url     an empty PostgreSQL database
    postgres         the session's cluster, for databases that live longer than one test
    browser          Chromium; open a `browser.new_context()` per test

With pytest-xdist each worker has its own. No test reaches another machine.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.servers.components import require
from tests.servers.network import only_loopback
from tests.servers.postgres import PostgresCluster, postgres_cluster

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DATABASES = ("sqlite", "postgres")

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("panel", deadline=None)
settings.load_profile("panel")


@pytest.fixture(scope="session", autouse=True)
def network_is_off() -> Iterator[None]:
    with only_loopback():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresCluster]:
    with postgres_cluster(require("postgres")) as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres: PostgresCluster) -> Iterator[str]:
    with postgres.database() as url:
        yield url


def empty_database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Yield the address of an empty database of the kind that the fixture runs for."""
    if request.param == "postgres":
        with request.getfixturevalue("postgres").database() as url:
            yield url
    else:
        yield f"sqlite:///{folder}/panel.sqlite3"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from empty_database(request, tmp_path)


@pytest.fixture(scope="module", params=DATABASES)
def module_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """For a panel that all tests of a file share."""
    yield from empty_database(request, tmp_path_factory.mktemp("module"))


@pytest.fixture(scope="session", params=DATABASES)
def session_database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """For a panel that tests of all files share, and only read."""
    yield from empty_database(request, tmp_path_factory.mktemp("session"))


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    program = require("browser")
    from tests.servers.browser import chromium

    with chromium(program) as browser:
        yield browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if _needs_postgres(item):
            item.add_marker("postgres")
        # Some ask for theirs by its name while they run: all that stands here needs one.
        if "browser" in getattr(item, "fixturenames", ()) or "end_to_end" in item.path.parts:
            item.add_marker("browser")
    # playwright's loop counts as running for the rest of the session, and asyncio.run refuses to
    # start beside it: whatever uses a browser comes last.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _needs_postgres(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    if "postgres" in names:
        return True
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return "database_url" in names and "postgres" in values
