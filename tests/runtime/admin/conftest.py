"""`staff`: signs people of the gate's shop in to the staff area, on each kind of database."""

from collections.abc import Callable

import pytest

from tests.runtime.admin.staff_browser import StaffBrowser
from tests.runtime.records.conftest import house, houses, sqlite_house

__all__ = ["house", "houses", "sqlite_house"]


@pytest.fixture
def staff(house) -> Callable[[str], StaffBrowser]:
    return lambda name: StaffBrowser(house, name)


@pytest.fixture
def desk(sqlite_house) -> Callable[[str], StaffBrowser]:
    """For what does not depend on the database."""
    return lambda name: StaffBrowser(sqlite_house, name)
