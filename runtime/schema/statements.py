"""The SQL of single changes, in the words of each dialect.

PostgreSQL gets the forms that hold a lock only for a moment: an index is built beside the
writers, a link is added unchecked and checked after it. SQLite changes a column by making its
table anew (https://www.sqlite.org/lang_altertable.html, section 7).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Constraint, CursorResult, Table
from sqlalchemy.schema import AddConstraint, CreateTable

from runtime.schema.shapes import DIALECTS, ColumnShape, comment_of, comments_of, ddl_of

if TYPE_CHECKING:
    from generator.schema_objects import SchemaObject

NEW = "panel_new_{}"
_NAME = re.compile(r'CREATE TABLE "?(\w+)"?')


def run(connection: Connection, statement: str) -> CursorResult[Any]:
    """Send a statement as it is written: a colon or a percent sign in it means nothing."""
    if connection.dialect.name == "postgresql":
        statement = statement.replace("%", "%%")
    return connection.exec_driver_sql(statement)


def create_table(table: Table, dialect: str, extras: Iterable[SchemaObject]) -> list[str]:
    """Return what makes a table that is not there; links follow on PostgreSQL when all are."""
    later = dialect == "postgresql"
    made = CreateTable(table, include_foreign_key_constraints=[] if later else None)
    return [
        _written(made, dialect),
        *(said for index in _sorted(table) for said in create_index(index, dialect)),
        *(said for extra in extras for said in create_object(extra, table, dialect)),
    ]


def create_index(index: Any, dialect: str, *, online: bool = False) -> list[str]:
    ddl = ddl_of(index, dialect)
    if dialect == "sqlite":
        return [ddl]
    if online:
        ddl = ddl.replace("INDEX ", "INDEX CONCURRENTLY ", 1)
    return [ddl, comment_of(index)]


def drop_index(name: str, dialect: str) -> str:
    online = " CONCURRENTLY" if dialect == "postgresql" else ""
    return f'DROP INDEX{online} IF EXISTS "{name}"'


def create_object(extra: SchemaObject, table: Table, dialect: str) -> list[str]:
    made = list(extra.create.get(dialect, ()))
    return made + comments_of(extra, table) if dialect == "postgresql" else made


def drop_object(extra: SchemaObject, dialect: str) -> list[str]:
    return list(extra.drop.get(dialect, ()))


def add_column(
    column: Column[Any], dialect: str, literal: str | None, shape: ColumnShape
) -> list[str]:
    """Return what adds a column; `literal` is what rows get that are there already."""
    table, name = column.table.name, column.name
    if shape.nullable or literal is None:
        return [f'ALTER TABLE "{table}" ADD COLUMN "{name}" {shape}{_reference(column, dialect)}']
    said = f'ALTER TABLE "{table}" ADD COLUMN "{name}" {shape} DEFAULT {literal}'
    if dialect == "sqlite":
        return [said]
    # The default is for the rows that are there; later ones always bring their value.
    return [said, f'ALTER TABLE "{table}" ALTER COLUMN "{name}" DROP DEFAULT']


def _reference(column: Column[Any], dialect: str) -> str:
    if dialect != "sqlite":
        return ""
    said = ""
    for key in column.foreign_keys:
        said = f' REFERENCES "{key.column.table.name}" ("{key.column.name}")'
        if key.ondelete:
            said += f" ON DELETE {key.ondelete}"
    return said


def drop_column(table: str, column: str) -> str:
    return f'ALTER TABLE "{table}" DROP COLUMN "{column}"'


def make_nullable(table: str, column: str) -> str:
    return f'ALTER TABLE "{table}" ALTER COLUMN "{column}" DROP NOT NULL'


def make_required(table: str, column: str) -> list[str]:
    """Return statements of which only a short one locks the table: it trusts a checked rule."""
    rule = f"panel_required_{column}"[:63]
    return [
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{rule}" CHECK ("{column}" IS NOT NULL) NOT VALID',
        f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{rule}"',
        f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET NOT NULL',
        f'ALTER TABLE "{table}" DROP CONSTRAINT "{rule}"',
    ]


def change_type(table: str, column: str, type_: str, value: str) -> str:
    using = f' USING ({value})::{type_}' if value else f' USING "{column}"::{type_}'
    return f'ALTER TABLE "{table}" ALTER COLUMN "{column}" TYPE {type_}{using}'


def add_constraint(constraint: Constraint, dialect: str) -> str:
    return _written(AddConstraint(constraint), dialect)


def add_link(constraint: Constraint, table: str) -> list[str]:
    return [f"{add_constraint(constraint, 'postgresql')} NOT VALID", validate(table, constraint)]


def validate(table: str, constraint: Constraint) -> str:
    return f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{constraint.name}"'


def drop_constraint(table: str, name: str) -> str:
    return f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"'


def rebuild(
    table: Table, values: Mapping[str, str], extras: Iterable[SchemaObject],
    may_be_empty: Collection[str] = (),
) -> list[str]:
    """Return how SQLite makes a table anew; `values`: column → SQL of its value in the old one.

    `may_be_empty`: columns that are required in the end, but not yet.

    Numbers of rows go on where they stopped: one that was given out is never given out again.
    """
    name, new = table.name, NEW.format(table.name)
    made = _NAME.sub(f'CREATE TABLE "{new}"', _written(CreateTable(table), "sqlite"), count=1)
    for column in may_be_empty:
        made = re.sub(rf'^(\s*"?{column}"? [^\n]*?) NOT NULL', r"\1", made, flags=re.MULTILINE)
    columns = ", ".join(f'"{column}"' for column in values)
    taken = ", ".join(values.values())
    return [
        made,
        f'INSERT INTO "{new}" ({columns}) SELECT {taken} FROM "{name}"',  # noqa: S608 - our names
        "INSERT INTO sqlite_sequence (name, seq) "  # noqa: S608 - our names
        f"SELECT '{new}', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '{new}')",
        "UPDATE sqlite_sequence SET seq = max(seq, coalesce("  # noqa: S608 - our names
        f"(SELECT seq FROM sqlite_sequence WHERE name = '{name}'), 0)) WHERE name = '{new}'",
        *(said for extra in extras for said in extra.drop.get("sqlite", ())),
        f'DROP TABLE "{name}"',
        f'ALTER TABLE "{new}" RENAME TO "{name}"',
        *(said for index in _sorted(table) for said in create_index(index, "sqlite")),
        *(said for extra in extras for said in create_object(extra, table, "sqlite")),
    ]


def _sorted(table: Table) -> list[Any]:
    return sorted(table.indexes, key=lambda index: str(index.name))


def _written(statement: Any, dialect: str) -> str:
    return str(statement.compile(dialect=DIALECTS[dialect])).strip()
