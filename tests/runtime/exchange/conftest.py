"""`house`: the shop with its people, once on SQLite and once on PostgreSQL."""

from tests.runtime.records.conftest import house, houses, sqlite_house

__all__ = ["house", "houses", "sqlite_house"]
