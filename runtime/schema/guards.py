"""Letting the panel itself write where triggers refuse every change, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

# Triggers that refuse; those that keep an index of words go on working.
_REFUSING = """
SELECT name, sql FROM sqlite_master
WHERE type = 'trigger' AND tbl_name = :name AND sql LIKE '%RAISE(ABORT%'
"""
_GUARDED = """
SELECT 1 FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = :name
  AND NOT g.tgisinternal LIMIT 1
"""


@contextmanager
def guards_off(connection: Connection, table: str) -> Iterator[None]:
    """Switch off the triggers of a table that refuse changes, until the block ends.

    They are off for this transaction alone: nobody else sees them missing, and a kill brings them
    back.
    """
    if connection.dialect.name == "sqlite":
        found = connection.execute(text(_REFUSING), {"name": table}).all()
        for trigger in found:
            connection.exec_driver_sql(f'DROP TRIGGER "{trigger.name}"')
        yield
        for trigger in found:
            connection.exec_driver_sql(trigger.sql)
        return
    guarded = connection.execute(text(_GUARDED), {"name": table}).first()
    if guarded:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    if guarded:
        connection.exec_driver_sql(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
