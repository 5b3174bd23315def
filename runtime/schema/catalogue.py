"""What the database has: its tables as the catalogue of PostgreSQL or SQLite tells them.

Reads only the catalogue, never a row of a table, and takes no lock on any.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, text

from runtime.schema.shapes import (
    ColumnShape,
    TableShape,
    foreign_text,
    function_mark,
    mark,
)

NOT_VALID = " (not valid)"
_ACTIONS = {"a": None, "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}


@dataclass(slots=True)
class _Found:
    columns: dict[str, ColumnShape] = field(default_factory=dict)
    constraints: dict[str, str] = field(default_factory=dict)
    indexes: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)


def live(connection: Connection) -> dict[str, TableShape]:
    """Return table → shape of all tables of the database's default schema."""
    tables: dict[str, _Found] = defaultdict(_Found)
    if connection.dialect.name == "sqlite":
        _sqlite(connection, tables)
    else:
        _postgresql(connection, tables)
    return {
        name: TableShape(found.columns, found.constraints, found.indexes, found.objects)
        for name, found in tables.items()
    }


# ---------------------------------------------------------------------- SQLite

_SQLITE_COLUMNS = """
SELECT m.name AS "table", c.name, c.type, c."notnull", c.pk, m.sql
FROM sqlite_master m, pragma_table_xinfo(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY m.name, c.cid
"""
_SQLITE_KEYS = """
SELECT m.name AS "table", k.id, k.seq, k."from", k."table" AS target, k."to", k.on_delete
FROM sqlite_master m, pragma_foreign_key_list(m.name) k
WHERE m.type = 'table' ORDER BY m.name, k.id, k.seq
"""
_SQLITE_UNIQUES = """
SELECT m.name AS "table", l.name, i.name AS "column"
FROM sqlite_master m, pragma_index_list(m.name) l, pragma_index_info(l.name) i
WHERE m.type = 'table' AND l.origin = 'u' ORDER BY m.name, l.seq, i.seqno
"""
_SQLITE_REST = """
SELECT type, name, tbl_name AS "table", sql FROM sqlite_master
WHERE sql IS NOT NULL AND type IN ('index', 'trigger')
"""


def _sqlite(connection: Connection, tables: dict[str, _Found]) -> None:
    virtual: dict[str, str] = {}
    keys: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(text(_SQLITE_COLUMNS)):
        if row.sql.startswith("CREATE VIRTUAL TABLE"):
            virtual[row.table] = row.sql
            continue
        found = tables[row.table]
        found.columns[row.name] = ColumnShape(row.type, not row.notnull)
        if row.pk:
            keys[row.table].append(row.name)
    for name, columns in keys.items():
        tables[name].constraints[f"primary {','.join(columns)}"] = ""
    for row in connection.execute(text(_SQLITE_KEYS)):
        said = foreign_text(row[3], f"{row.target}.{row.to}", row.on_delete)
        tables[row.table].constraints[said] = ""
    uniques: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in connection.execute(text(_SQLITE_UNIQUES)):
        uniques[row.table, row.name].append(row.column)
    for (name, _), columns in uniques.items():
        tables[name].constraints[f"unique {','.join(columns)}"] = ""
    _sqlite_rest(connection, tables, virtual)


def _sqlite_rest(
    connection: Connection, tables: dict[str, _Found], virtual: dict[str, str]
) -> None:
    for row in connection.execute(text(_SQLITE_REST)):
        kind = tables[row.table].indexes if row.type == "index" else tables[row.table].objects
        kind[row.name] = mark(row.sql, "sqlite")
    for name in [name for name in tables if _shadows(name, virtual)]:
        del tables[name]
    owners = {
        trigger.removesuffix("_insert"): table
        for table, found in tables.items() for trigger in found.objects
    }
    for name, sql in virtual.items():
        # A table of words belongs to the table whose triggers fill it.
        if name in owners:
            tables[owners[name]].objects[name] = mark(sql, "sqlite")


def _shadows(name: str, virtual: dict[str, str]) -> bool:
    """Say whether a table is one of those in which a full-text table keeps its parts."""
    return any(name.startswith(f"{each}_") for each in virtual)


# ---------------------------------------------------------------------- PostgreSQL

_COLUMNS = """
SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS required
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
  AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""
_CONSTRAINTS = """
SELECT c.relname AS "table", k.conname AS name, k.contype AS kind, k.convalidated AS valid,
       k.confdeltype AS action, f.relname AS target,
       ARRAY(SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY u(num, place)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num
             ORDER BY u.place)::text[] AS columns,
       ARRAY(SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY u(num, place)
             JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num
             ORDER BY u.place)::text[] AS target_columns
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE c.relnamespace = current_schema()::regnamespace AND k.contype IN ('p', 'u', 'f')
"""
_INDEXES = """
SELECT t.relname AS "table", i.relname AS name, x.indisvalid AS valid,
       obj_description(i.oid, 'pg_class') AS said
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p')
  AND NOT EXISTS (
      SELECT 1 FROM pg_constraint k WHERE k.conindid = i.oid AND k.contype IN ('p', 'u'))
"""
_TRIGGERS = """
SELECT c.relname AS "table", g.tgname AS name, g.tgenabled AS enabled, p.proname AS function,
       p.prosrc AS body, obj_description(g.oid, 'pg_trigger') AS said
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT g.tgisinternal
"""
_OFF = "D"


def _postgresql(connection: Connection, tables: dict[str, _Found]) -> None:
    for row in connection.execute(text(_COLUMNS)):
        tables[row.table].columns[row.name] = ColumnShape(row.type, not row.required)
    for row in connection.execute(text(_CONSTRAINTS)):
        # One that was never validated is not yet what is wanted: the next apply validates it.
        said = _constraint(row) if row.valid else _constraint(row) + NOT_VALID
        tables[row.table].constraints[said] = row.name
    for row in connection.execute(text(_INDEXES)):
        tables[row.table].indexes[row.name] = (row.said or "") if row.valid else "broken"
    for row in connection.execute(text(_TRIGGERS)):
        objects = tables[row.table].objects
        objects[row.name] = (row.said or "") if row.enabled != _OFF else "switched off"
        objects[f"{row.function}()"] = function_mark(row.body)


def _constraint(row: Any) -> str:
    columns = ",".join(row.columns)
    if row.kind == "f":
        target = f"{row.target}.{','.join(row.target_columns)}"
        return foreign_text(columns, target, _ACTIONS[row.action])
    return f"{'primary' if row.kind == 'p' else 'unique'} {columns}"
