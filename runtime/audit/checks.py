"""The checks that the panel brings: tables, links, states, choices of one, files, secrets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Connection, Table, and_, func, inspect, select

from generator.fields.choice import keys_of
from generator.fields.secret import Sealed
from runtime import panel_state
from runtime.audit.findings import Check, Finding
from runtime.crypto import CannotOpen
from runtime.files import FileStore
from runtime.records import history
from runtime.schema.applying import remembered_in
from runtime.schema.plan import plan

if TYPE_CHECKING:
    from generator import BoundField, EntityModel
    from runtime.panel import Panel

ROWS_AT_ONCE = 1000
_BYTES_AT_ONCE = 1 << 20


def schema(panel: Panel, connection: Connection) -> Iterator[Finding]:
    """Tables, indexes and triggers are those that the configuration asks for."""
    known = inspect(connection).has_table(panel_state.STATE.name)
    found = plan(connection, panel.generated, remembered_in(connection) if known else None).plan
    for operation in found.operations:
        yield Finding(operation.said, mend="panelwright plan shows it in full")


def foreign_keys(panel: Panel, connection: Connection) -> Iterator[Finding]:
    """No row links to one that is not there, by whatever way the link was written."""
    for name, model in panel.generated.entities.items():
        for bound in model.fields.values():
            if bound.spec.type != "relation" or not bound.columns:
                continue
            for target, owner, condition in _targets(panel, model, bound):
                aliased = panel.generated.entities[target].table.alias()
                missing = (
                    select(model.table.c.id, owner)
                    .join_from(model.table, aliased, aliased.c.id == owner, isouter=True)
                    .where(owner.is_not(None), aliased.c.id.is_(None), *condition)
                )
                for row in connection.execute(missing):
                    yield Finding(
                        f"{bound.name} points to {target} {row[1]}, which is not there",
                        name, row[0], "choose another one, or restore what was there",
                    )


def _targets(
    panel: Panel, model: EntityModel, bound: BoundField
) -> Iterator[tuple[str, Column[Any], tuple[Any, ...]]]:
    """Yield each entity that a link may lead to, the column that does, and when it does."""
    entities = panel.generated.entities
    columns = [model.table.c[column.name] for column in bound.columns]
    if len(columns) == 1:
        yield bound.spec.to[0], columns[0], ()
        return
    if model.name == history.ENTITY:
        # The log tells of rows that are gone, too.
        return
    owner, kind = columns
    wanted = bound.spec.to if not bound.spec.to_any else tuple(entities)
    for name in wanted:
        if name in entities:
            yield name, owner, (kind == name,)


def links_to_anything(panel: Panel, connection: Connection) -> Iterator[Finding]:
    """A link to any entity names one that there is."""
    for name, model in panel.generated.entities.items():
        for bound in model.fields.values():
            if bound.spec.type != "relation" or len(bound.columns) != 2:
                continue
            kind = model.table.c[bound.columns[1].name]
            odd = select(model.table.c.id, kind).where(
                kind.is_not(None), kind.not_in(list(panel.generated.entities))
            )
            for row in connection.execute(odd):
                yield Finding(
                    f"{bound.name} points to an entity '{row[1]}' that is not declared", name,
                    row[0], "was it renamed without renamed_from?",
                )


def states(panel: Panel, connection: Connection) -> Iterator[Finding]:
    """Every choice and state is one that the configuration knows."""
    for name, model in panel.generated.entities.items():
        for bound in model.fields.values():
            if bound.spec.type != "choice" or not bound.columns:
                continue
            known, column = list(keys_of(bound)), model.table.c[bound.column.name]
            odd = select(model.table.c.id, column).where(
                column.is_not(None), column.not_in(known)
            )
            for row in connection.execute(odd):
                yield Finding(f"{bound.name} is '{row[1]}', which is none of its choices", name,
                              row[0], f"it may be {', '.join(known[:8])}")


def only_ones(panel: Panel, connection: Connection) -> Iterator[Finding]:
    """Where one row of a group is chosen, no second one is."""
    for name, model in panel.generated.entities.items():
        for bound in model.fields.values():
            if bound.spec.type != "boolean" or not getattr(bound.spec, "only_one", None):
                continue
            table, groups = model.table, [
                column for group in bound.spec.only_one if group != "all"
                for column in model.columns_of((group,))
            ]
            chosen = table.c[bound.column.name].is_(True)
            if model.has("trash"):
                chosen = and_(chosen, table.c.deleted_at.is_(None))
            counted = (
                select(func.max(table.c.id), func.count())
                .where(chosen)
                .group_by(*(table.c[column.name] for column in groups))
                .having(func.count() > 1)
            )
            for row in connection.execute(counted):
                yield Finding(f"{row[1]} rows of one group have {bound.name}", name, row[0],
                              "switch it off in all but one")


def files(panel: Panel, connection: Connection) -> Iterator[Finding]:
    """Every file has its bytes, and they are those that were kept."""
    store = FileStore(panel.settings.var / "files")
    table = panel.generated.entities["file"].table
    seen: dict[str, str | None] = {}
    columns = (table.c.id, table.c.name, table.c.place, table.c.digest, table.c.size)
    for row in _in_turn(connection, table, columns):
        if row.place not in seen:
            seen[row.place] = _wrong_with(store, row)
        problem = seen[row.place]
        if problem:
            yield Finding(f"{row.name}: {problem}", "file", row.id, "restore it from a backup")


def _wrong_with(store: FileStore, row: Any) -> str | None:
    try:
        path = store.path(row.place)
        if path.stat().st_size != row.size:
            return f"it has {path.stat().st_size} bytes instead of {row.size}"
        if digest_of(path) != row.digest:
            return "its bytes are not those that were kept"
    except FileNotFoundError:
        return "its bytes are not there"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"
    return None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, read a piece at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_BYTES_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()


def secrets(panel: Panel, connection: Connection) -> Iterator[Finding]:
    """Every secret opens with the present key, or one of those before it."""
    for name, model in panel.generated.entities.items():
        for bound in model.fields.values():
            if bound.spec.type != "secret" or not bound.columns:
                continue
            column = model.table.c[bound.column.name]
            rows = _in_turn(connection, model.table, (model.table.c.id, column),
                            column.is_not(None))
            for row in rows:
                try:
                    bound.type.reveal(bound, Sealed(row[1]))  # type: ignore[attr-defined]
                except CannotOpen:
                    yield Finding(f"{bound.name} does not open", name, row[0],
                                  "add the key that it was sealed with to PANEL_SECRET_KEY")


def _in_turn(
    connection: Connection, table: Table, columns: Iterable[Column[Any]], *where: Any
) -> Iterator[Any]:
    """Yield rows by id, a thousand at a time: a table of millions takes no more memory."""
    after = 0
    columns = tuple(columns)
    while True:
        rows = connection.execute(
            select(*columns).where(table.c.id > after, *where).order_by(table.c.id)
            .limit(ROWS_AT_ONCE)
        ).all()
        yield from rows
        if len(rows) < ROWS_AT_ONCE:
            return
        after = rows[-1].id


CHECKS = (
    Check("schema", "tables, indexes and triggers are as configured", schema),
    Check("links", "links lead to rows that are there", foreign_keys),
    Check("links_to_anything", "links to any entity name one that there is", links_to_anything),
    Check("choices", "choices and states are known ones", states),
    Check("only_one", "where one is chosen, no second one is", only_ones),
    Check("files", "files have their bytes", files),
    Check("secrets", "secrets open with the key", secrets),
)

__all__ = ["CHECKS", "digest_of"]
