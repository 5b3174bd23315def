"""`house`: the shop with its people, once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.panel import Panel
from tests.runtime.records.house import House, Houses
from tests.runtime.records.library import opened_library


@pytest.fixture(scope="session")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Houses:
    return Houses(tmp_path_factory.mktemp("house"))


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest, houses: Houses, tmp_path: Path) -> Iterator[House]:
    if request.param == "sqlite":
        with houses.sqlite(tmp_path) as house:
            yield house
        return
    cluster = request.getfixturevalue("postgres")
    with houses.postgres(cluster, tmp_path) as house:
        yield house


@pytest.fixture
def sqlite_house(houses: Houses, tmp_path: Path) -> Iterator[House]:
    """For what does not depend on the database."""
    with houses.sqlite(tmp_path) as house:
        yield house


@pytest.fixture(scope="module")
def library(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Panel]:
    """A library without books; tests undo what they write."""
    with opened_library(module_database_url, tmp_path_factory.mktemp("library")) as panel:
        yield panel
