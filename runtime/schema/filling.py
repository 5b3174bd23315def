"""Giving the rows that are there a value in a new column: `backfill:` of a field.

All rows are tried before the first is written: one that would get no value, or one that the field
refuses, is named, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import Connection, Executable, bindparam, select

from generator.fields.exchange import FieldProblem
from runtime.actors import SYSTEM
from runtime.records.rows import whole
from runtime.records.work import Work
from runtime.schema.catalogue import live
from runtime.schema.problems import ApplyProblem

if TYPE_CHECKING:
    from generator import BoundField
    from runtime.panel import Panel

ROWS_AT_ONCE = 500

Stored = Mapping[str, Any]


class Filling:
    """One field to be filled, read and written by one connection."""

    def __init__(self, panel: Panel, connection: Connection, entity: str, name: str) -> None:
        self.panel = panel
        self.connection = connection
        self.model = panel.generated.entities[entity]
        self.bound: BoundField = self.model.fields[name]
        self.address = f"entity/{entity}/fields/{name}/backfill"
        self.expression = panel.project.expressions[self.address]
        self.work = _Reading(panel, connection)

    def try_all(self) -> None:
        """Raise ApplyProblem for the first row whose value cannot be stored."""
        after = 0
        seen: dict[tuple[Any, ...], int] = {}
        while found := self.values(after):
            after = found[-1][0]
            if self.bound.spec.unique:
                self._refuse_twins(found, seen)

    def _refuse_twins(
        self, found: list[tuple[int, Stored]], seen: dict[tuple[Any, ...], int]
    ) -> None:
        for row, stored in found:
            value = tuple(stored.values())
            other = seen.setdefault(value, row)
            if other != row and None not in value:
                self._refuse(row, f"it gives the same value as row {other}, and must be unique")

    def fill(self, after: int) -> int | None:
        """Fill the next rows with ids above `after`; return the last id, None when all are done."""
        found = self.values(after)
        if not found:
            return None
        table = self.model.table
        columns = {column.name: bindparam(f"new_{column.name}") for column in self.bound.columns}
        self.connection.execute(
            table.update().where(table.c.id == bindparam("row_id")).values(columns),
            [
                {"row_id": row, **{f"new_{key}": value for key, value in stored.items()}}
                for row, stored in found
            ],
        )
        return found[-1][0]

    def values(self, after: int) -> list[tuple[int, Stored]]:
        """Return (id, column → stored) of the next rows with ids above `after`."""
        return list(self._values(after))

    def _values(self, after: int) -> Iterator[tuple[int, Stored]]:
        table = self.model.table
        statement = (
            select(table).where(table.c.id > after).order_by(table.c.id).limit(ROWS_AT_ONCE)
        )
        self.work.rows.clear()
        for mapping in self.work.run(statement).mappings().all():
            row = whole(self.work, self.model, mapping)
            value = self._checked(row["id"], self.work.holds(self.expression, row))
            yield row["id"], self.bound.type.to_columns(self.bound, value)

    def _checked(self, row: int, value: Any) -> Any:
        try:
            if value is None and not self.bound.nullable:
                raise FieldProblem("It gives no value, and the field is required.")
            if value is not None:
                self.bound.type.validate(self.bound, value)
        except FieldProblem as problem:
            self._refuse(row, str(problem.sentence))
        return value

    def _refuse(self, row: int, why: str) -> NoReturn:
        origin = self.panel.project.origins[self.address]
        raise ApplyProblem(
            f"{origin.position}: {self.address}: row {row} of {self.model.name}: {why}; nothing "
            "was changed"
        )


class _Reading(Work):
    """Reads rows of a database that does not have all columns yet: what is missing is empty."""

    def __init__(self, panel: Panel, connection: Connection) -> None:
        super().__init__(panel, connection, SYSTEM, write=False)
        self.present = {name: table.columns for name, table in live(connection).items()}

    def run(self, statement: Executable, parameters: Any = None) -> Any:
        columns = list(statement.selected_columns)  # type: ignore[attr-defined]
        kept = [column for column in columns if column.name in self._present(column)]
        if len(kept) == len(columns):
            return super().run(statement, parameters)
        narrowed = statement.with_only_columns(*kept)  # type: ignore[attr-defined]
        missing = [column.name for column in columns if column not in kept]
        return _Padded(super().run(narrowed, parameters), dict.fromkeys(missing))

    def _present(self, column: Any) -> Any:
        table = getattr(column.table, "element", column.table)
        return self.present.get(getattr(table, "name", ""), {column.name})


class _Padded:
    """A result whose rows have empty values for columns that are not there yet."""

    def __init__(self, result: Any, missing: Mapping[str, None]) -> None:
        self._result, self._missing = result, missing

    def mappings(self) -> _Padded:
        return self

    def all(self) -> list[Mapping[str, Any]]:
        return list(self)

    def first(self) -> Mapping[str, Any] | None:
        return next(iter(self), None)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return ({**self._missing, **row} for row in self._result.mappings())
