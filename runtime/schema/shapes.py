"""The shape of tables in plain texts that compare equal when the tables are the same.

Texts are canonical: the same on the side of the configuration (`wanted`) and on that of the
database (`runtime.schema.catalogue`), whatever dialect wrote them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Constraint, ForeignKeyConstraint, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex

if TYPE_CHECKING:
    from generator import Generated
    from generator.schema_objects import SchemaObject

DIALECTS: Mapping[str, Dialect] = {
    "sqlite": sqlite.dialect(), "postgresql": postgresql.dialect(),
}
# What the catalogue of PostgreSQL calls the types that we write.
_POSTGRESQL_NAMES = {"varchar": "character varying", "float": "double precision"}
_CREATES = re.compile(
    r'CREATE (?:UNIQUE )?(?P<kind>TRIGGER|VIRTUAL TABLE|INDEX|FUNCTION) "(?P<name>[^"]+)"'
)
_BODY = re.compile(r"\$guard\$(.*)\$guard\$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column: its type as the database names it, and whether it may be empty."""

    type: str
    nullable: bool

    def __str__(self) -> str:
        return self.type if self.nullable else f"{self.type} NOT NULL"


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table. `constraints`: canonical text → name; `indexes` and `objects`: name → mark.

    A mark is a text that changes whenever the definition does: the statement itself where the
    database keeps it as it was written, else a digest that stands in the object's comment.
    """

    columns: Mapping[str, ColumnShape] = field(default_factory=dict)
    constraints: Mapping[str, str] = field(default_factory=dict)
    indexes: Mapping[str, str] = field(default_factory=dict)
    objects: Mapping[str, str] = field(default_factory=dict)


Shapes = Mapping[str, TableShape]


def wanted(generated: Generated, dialect: str) -> dict[str, TableShape]:
    """Return table → shape of everything that the configuration declares."""
    objects: dict[str, dict[str, str]] = {}
    for each in generated.extras:
        objects.setdefault(each.table, {}).update(marks_of(each, dialect))
    return {
        name: TableShape(
            {column.name: column_shape(column, dialect) for column in table.columns},
            {constraint_text(each): str(each.name) for each in table.constraints},
            {str(index.name): mark(ddl_of(index, dialect), dialect) for index in table.indexes},
            objects.get(name, {}),
        )
        for name, table in generated.metadata.tables.items()
    }


def column_shape(column: Column[Any], dialect: str) -> ColumnShape:
    return ColumnShape(type_text(column, dialect), bool(column.nullable))


def type_text(column: Column[Any], dialect: str) -> str:
    written = column.type.compile(DIALECTS[dialect])
    if dialect == "sqlite":
        return written
    name, bracket, rest = written.lower().partition("(")
    return _POSTGRESQL_NAMES.get(name, name) + bracket + rest


def constraint_text(constraint: Constraint) -> str:
    """Return `primary id`, `unique a,b` or `foreign client_id client.id CASCADE`."""
    columns = ",".join(column.name for column in constraint.columns)  # type: ignore[attr-defined]
    if isinstance(constraint, ForeignKeyConstraint):
        target = next(iter(constraint.elements)).target_fullname
        return foreign_text(columns, target, constraint.ondelete)
    kind = type(constraint).__name__.removesuffix("Constraint").lower().replace("key", "")
    return f"{kind} {columns}"


def foreign_text(columns: str, target: str, on_delete: str | None) -> str:
    action = on_delete if on_delete and on_delete != "NO ACTION" else ""
    return f"foreign {columns} {target} {action}".rstrip()


def ddl_of(index: Any, dialect: str) -> str:
    """Return the statement that makes an index."""
    return str(CreateIndex(index).compile(dialect=DIALECTS[dialect])).strip()


def mark(statement: str, dialect: str) -> str:
    """Return what tells a definition from another one, see TableShape."""
    flat = " ".join(statement.replace('"', "").split())
    if dialect == "sqlite":
        return flat
    return "panelwright " + hashlib.sha256(flat.encode()).hexdigest()[:32]


def marks_of(extra: SchemaObject, dialect: str) -> dict[str, str]:
    """Return name → mark of everything in the catalogue that a schema object makes."""
    found: dict[str, str] = {}
    for statement in extra.create.get(dialect, ()):
        made = _CREATES.match(statement)
        if made is None:
            continue
        if made["kind"] == "FUNCTION":
            found[f"{made['name']}()"] = function_mark(_BODY.search(statement))
        else:
            found[made["name"]] = mark(statement, dialect)
    return found


def function_mark(body: re.Match[str] | str | None) -> str:
    text = body if isinstance(body, str) else (body.group(1) if body else "")
    return " ".join(text.split())


def comments_of(extra: SchemaObject, table: Table) -> list[str]:
    """Return the statements that write the marks of a schema object on PostgreSQL."""
    found = []
    for statement in extra.create.get("postgresql", ()):
        made = _CREATES.match(statement)
        if made is None or made["kind"] == "FUNCTION":
            continue
        where = f' ON "{table.name}"' if made["kind"] == "TRIGGER" else ""
        found.append(_comment(made["kind"], made["name"], where, mark(statement, "postgresql")))
    return found


def comment_of(index: Any) -> str:
    """Return the statement that writes the mark of an index on PostgreSQL."""
    return _comment("INDEX", str(index.name), "", mark(ddl_of(index, "postgresql"), "postgresql"))


def _comment(kind: str, name: str, where: str, said: str) -> str:
    return f"COMMENT ON {kind} \"{name}\"{where} IS '{said}'"
