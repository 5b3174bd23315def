"""What the schema holds beside tables and indexes: triggers and full-text search, as named DDL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, literal_column
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from config.project import Project
from generator.fields.base import BoundField
from generator.indexes import TIMELESS
from generator.models import EntityModel
from generator.naming import named
from generator.resolver import TableResolver

DIALECTS: Mapping[str, Dialect] = {
    "sqlite": sqlite.dialect(),
    "postgresql": postgresql.dialect(),
}
# What the gate writes beside the fields of a form.
_BOOKKEEPING = ("updated_at", "version", "deleted_at")


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """One named thing of a table: dialect → statements that make it and that remove it.

    A rebuild of the table on SQLite drops its triggers silently: they are made anew after it.
    """

    name: str
    kind: str
    table: str
    create: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drop: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def schema_objects(
    models: Mapping[str, EntityModel], project: Project, resolver: TableResolver
) -> tuple[SchemaObject, ...]:
    """Return everything, in an order in which it can be made."""
    found: list[SchemaObject] = []
    for model in models.values():
        if model.words:
            found.append(words_index(model))
        if model.has("append_only"):
            found.append(append_only(model))
        expression = project.expressions.get(f"entity/{model.name}/frozen/when")
        if model.spec.frozen is not None and expression is not None:
            found.append(frozen(model, expression, resolver))
    return tuple(found)


def append_only(model: EntityModel) -> SchemaObject:
    """Return triggers that refuse every change and removal of a row."""
    said = f"{model.name}: rows are only added, never changed or deleted"
    return _guard(model, "append_only", said, dict.fromkeys(DIALECTS), truncate=True)


def frozen(model: EntityModel, expression: Any, resolver: TableResolver) -> SchemaObject:
    """Return triggers that hold the fields of rows for which the expression was true."""
    from generator.sql import compile_sql

    assert model.spec.frozen is not None
    free = {
        column.name
        for name in model.spec.frozen.except_
        for column in model.fields[name].columns
    }
    held = [
        name for name in model.table.c.keys() if name not in free and name not in _BOOKKEEPING  # noqa: SIM118
    ]
    was = compile_sql(expression, resolver, TIMELESS, _Row(model, "OLD"))
    conditions = {
        name: f"({_written(was, dialect)}) AND ({_changed(held, name)})"
        for name, dialect in DIALECTS.items()
    }
    deletions = {name: f"({_written(was, dialect)})" for name, dialect in DIALECTS.items()}
    said = f"{model.name}: this row is frozen, its fields cannot change"
    return _guard(model, "frozen", said, conditions, deletions)


class _Row:
    """OLD or NEW of a trigger, as a source of columns."""

    def __init__(self, model: EntityModel, alias: str) -> None:
        self.c = {
            column.name: literal_column(f'{alias}."{column.name}"', column.type)
            for column in model.table.columns
        }


def _written(clause: ColumnElement[Any], dialect: Dialect) -> str:
    written = clause.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    # The driver's placeholders do not apply: this text is sent as it stands.
    return str(written).replace("%%", "%")


def _changed(columns: Iterable[str], dialect: str) -> str:
    differs = "IS DISTINCT FROM" if dialect == "postgresql" else "IS NOT"
    return " OR ".join(f'NEW."{name}" {differs} OLD."{name}"' for name in columns)


def _guard(
    model: EntityModel,
    kind: str,
    said: str,
    updates: Mapping[str, str | None],
    deletions: Mapping[str, str] | None = None,
    *,
    truncate: bool = False,
) -> SchemaObject:
    """Return triggers that refuse with `said`, always or where a condition of a dialect holds."""
    name = named("tr", model.name, kind)
    text = said.replace("'", "''")
    table = f'"{model.table.name}"'
    lite, post = [], []
    function_drops = []
    for event in ("UPDATE", "DELETE"):
        title = named("tr", model.name, kind, event.lower())
        where = updates if event == "UPDATE" else (deletions or updates)
        lite.append(
            f"CREATE TRIGGER \"{title}\" BEFORE {event} ON {table} FOR EACH ROW BEGIN "
            f"SELECT RAISE(ABORT, '{text}'){_when(where['sqlite'])}; END"
        )
        post += _postgresql_guard(title, event, table, text, where["postgresql"])
        function_drops += [
            f'DROP TRIGGER IF EXISTS "{title}" ON {table}', f'DROP FUNCTION IF EXISTS "{title}"()',
        ]
    if truncate:
        update = named("tr", model.name, kind, "update")
        title = named("tr", model.name, kind, "truncate")
        post.append(
            f'CREATE TRIGGER "{title}" BEFORE TRUNCATE ON {table} '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{update}"()'
        )
        function_drops.insert(0, f'DROP TRIGGER IF EXISTS "{title}" ON {table}')
    lite_drops = tuple(
        f'DROP TRIGGER IF EXISTS "{named("tr", model.name, kind, event)}"'
        for event in ("update", "delete")
    )
    return SchemaObject(
        name, kind, model.table.name,
        {"sqlite": tuple(lite), "postgresql": tuple(post)},
        {"sqlite": lite_drops, "postgresql": tuple(function_drops)},
    )


def _when(condition: str | None) -> str:
    return f" WHERE {condition}" if condition else ""


def _postgresql_guard(
    title: str, event: str, table: str, said: str, condition: str | None
) -> list[str]:
    refuse = f"RAISE EXCEPTION '{said.replace('%', '%%')}' USING ERRCODE = 'restrict_violation';"
    result = "RETURN NEW;" if event == "UPDATE" else "RETURN OLD;"
    body = f"IF {condition} THEN {refuse} END IF; {result}" if condition else refuse
    return [
        f'CREATE FUNCTION "{title}"() RETURNS trigger LANGUAGE plpgsql AS '
        f"$guard$ BEGIN {body} END $guard$",
        f'CREATE TRIGGER "{title}" BEFORE {event} ON {table} '
        f'FOR EACH ROW EXECUTE FUNCTION "{title}"()',
    ]


def words_index(model: EntityModel) -> SchemaObject:
    """Return the index of words: FTS5 of trigrams on SQLite, pg_trgm on PostgreSQL.

    Both find any three letters in a row, inside words too, of every language that a field has.
    """
    name = words_table(model.table.name)
    fields = [model.fields[field] for field in model.words]
    columns = [column.name for field in fields for column in field.columns]
    return SchemaObject(
        name, "words", model.table.name,
        {"sqlite": _fts(name, model.table.name, fields), "postgresql": _trigrams(model, fields)},
        {
            "sqlite": (
                *(f'DROP TRIGGER IF EXISTS "{name}_{event}"'
                  for event in ("insert", "update", "delete")),
                f'DROP TABLE IF EXISTS "{name}"',
            ),
            "postgresql": tuple(
                f'DROP INDEX IF EXISTS "{named("ix", model.table.name, column, "words")}"'
                for column in columns
            ),
        },
    )


def words_table(table: str) -> str:
    """Return the name of the full-text table of a table on SQLite."""
    # Triggers add `_insert` and the like.
    return named("ft", table)[:50]


def _texts(field: BoundField, row: str = "") -> list[tuple[str, str]]:
    """Return (column, SQL of the text in it) of a field; of a second column all languages."""
    first, *others = (column.name for column in field.columns)
    return [
        (first, f'{row}"{first}"'),
        *((column, f'panel_texts({row}"{column}")') for column in others),
    ]


def _fts(name: str, table: str, fields: list[BoundField]) -> tuple[str, ...]:
    def folded(row: str = "") -> str:
        return ", ".join(
            f"panel_fold({text})" for field in fields for _, text in _texts(field, row)
        )

    names = [column.name for field in fields for column in field.columns]
    listed = ", ".join(f'"{column}"' for column in names)
    # Names of ours, checked when the configuration was read.
    insert = f'INSERT INTO "{name}"(rowid, {listed}) VALUES (new.id, {folded("new.")});'  # noqa: S608
    # An FTS5 table without content of its own is told what to forget.
    delete = (
        f"INSERT INTO \"{name}\"(\"{name}\", rowid, {listed}) "  # noqa: S608
        f"VALUES ('delete', old.id, {folded('old.')});"
    )
    return (
        # What it gets is folded already, by the same table as on PostgreSQL.
        f"CREATE VIRTUAL TABLE \"{name}\" USING fts5({listed}, content='', "
        f"tokenize='trigram case_sensitive 1')",
        # Rows that were there before the index.
        f'INSERT INTO "{name}"(rowid, {listed}) SELECT id, {folded()} FROM "{table}"',  # noqa: S608
        f'CREATE TRIGGER "{name}_insert" AFTER INSERT ON "{table}" BEGIN {insert} END',
        f'CREATE TRIGGER "{name}_delete" AFTER DELETE ON "{table}" BEGIN {delete} END',
        f'CREATE TRIGGER "{name}_update" AFTER UPDATE OF {listed} ON "{table}" '
        f"BEGIN {delete} {insert} END",
    )


def _trigrams(model: EntityModel, fields: list[BoundField]) -> tuple[str, ...]:
    return (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        *(
            f'CREATE INDEX "{named("ix", model.table.name, column, "words")}" '
            f'ON "{model.table.name}" USING gin (panel_letters({text}) gin_trgm_ops)'
            for field in fields
            for column, text in _texts(field)
        ),
    )
