"""Carrying data over to new names, before anything is compared.

`renamed_from` is a once-only word: done when a database has the old name and not the new one,
recorded as consumed, and from then on nothing but a remark. A fresh database counts as done. A
database with neither name, or with both, is refused: the panel would have to guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from runtime.schema.memory import FieldMemory, Memory
from runtime.schema.operations import Grade, Operation, Phase
from runtime.schema.shapes import TableShape

if TYPE_CHECKING:
    from generator import BoundField, EntityModel, Generated


@dataclass(slots=True)
class Renaming:
    """The live tables and the memory, and after `operations()` both under the new names."""

    generated: Generated
    dialect: str
    live: dict[str, TableShape]
    memory: Memory
    # New table → the SQL that reads it, under its new names, before anything was renamed.
    before: dict[str, str] = field(default_factory=dict)
    _tables: dict[str, str] = field(default_factory=dict)
    _columns: dict[str, dict[str, str]] = field(default_factory=dict)

    def operations(self) -> Iterator[Operation]:
        for model in self.generated.entities.values():
            yield from self._entity(model)
        for model in self.generated.entities.values():
            for bound in model.fields.values():
                if bound.columns:
                    yield from self._field(model, bound)
            for bound in model.fields.values():
                yield from self._values(model, bound)

    # ------------------------------------------------------------------ entities

    def _entity(self, model: EntityModel) -> Iterator[Operation]:
        old_names, new = model.spec.renamed_from, model.name
        if not old_names or self._consumed(f"entity/{new}", old_names):
            return
        there = [name for name in old_names if name in self.live]
        done = new in self.live
        if done == bool(there) or len(there) > 1:
            yield self._unclear(f"entity/{new}/renamed_from", new, there, done, new, old_names)
            return
        if not done:
            yield from self._rename_table(there[0], new)

    def _rename_table(self, old: str, new: str) -> Iterator[Operation]:
        self.live[new] = self.live.pop(old)
        fields = {
            entity: {name: _linked_to(each, old, new) for name, each in known.items()}
            for entity, known in self.memory.fields.items()
        }
        fields[new] = fields.pop(old, {})
        self.memory = replace(self.memory, fields=fields)
        self._links_follow(old, new)
        self._tables[new] = old
        self._note_before(new)
        statements = [f'ALTER TABLE "{old}" RENAME TO "{new}"']
        statements += list(self._references(old, new))
        yield Operation(
            Phase.RENAME, Grade.SAFE, new, f"entity/{new}/renamed_from",
            f"rename table {old} to {new}", tuple(statements), memory=self.memory,
        )

    def _links_follow(self, old: str, new: str) -> None:
        """Let foreign keys of the live shapes point to the new name, as the database does."""
        for name, table in self.live.items():
            constraints = {
                (said.replace(f" {old}.", f" {new}.") if said.startswith("foreign ") else said): key
                for said, key in table.constraints.items()
            }
            self.live[name] = replace(table, constraints=constraints)

    def _references(self, old: str, new: str) -> Iterator[str]:
        """Yield what lets rows follow that hold the name of an entity, as links to any row do."""
        for model in self.generated.entities.values():
            if model.table.name not in self.live:
                continue
            columns = self.live[model.table.name].columns
            for bound in model.fields.values():
                if bound.spec.type == "relation" and bound.spec.to_any:
                    column = f"{bound.name}_entity"
                    if column in columns:
                        yield _replaced(model.table.name, column, old, new)
        for table, column in _NAMED_IN:
            if column in self.live.get(table, TableShape()).columns:
                yield _replaced(table, column, old, new)

    # ------------------------------------------------------------------ fields

    def _field(self, model: EntityModel, bound: BoundField) -> Iterator[Operation]:
        old_names = bound.spec.renamed_from
        table = self.live.get(model.table.name)
        if not old_names or table is None:
            return
        address = f"entity/{model.name}/fields/{bound.name}"
        if self._consumed(address, old_names):
            return
        known = self.memory.fields.get(model.name, {})
        there = [name for name in old_names if name in known]
        done = bound.name in known or bound.columns[0].name in table.columns
        if done == bool(there) or len(there) > 1:
            yield self._unclear(f"{address}/renamed_from", bound.name, there, done,
                                f"{model.name}.{bound.name}", old_names)
            return
        if not done:
            yield self._rename_field(model, bound, there[0], known)

    def _rename_field(
        self, model: EntityModel, bound: BoundField, old: str, known: Mapping[str, FieldMemory]
    ) -> Operation:
        was, name = known[old], model.table.name
        pairs = [
            (column, bound.name + column.removeprefix(old))
            for column in was.columns if column in self.live[name].columns
        ]
        table = self.live[name]
        new_of = dict(pairs)
        self._columns.setdefault(name, {}).update(
            {after: before for before, after in pairs}
        )
        self.live[name] = replace(
            table,
            columns={new_of.get(key, key): shape for key, shape in table.columns.items()},
            constraints={
                _with_new_columns(said, new_of): key for said, key in table.constraints.items()
            },
        )
        self._note_before(name)
        fields = {key: dict(each) for key, each in self.memory.fields.items()}
        entry = fields[model.name].pop(old)
        fields[model.name][bound.name] = replace(
            entry, columns=tuple(new_of.get(column, column) for column in entry.columns)
        )
        self.memory = replace(self.memory, fields=fields)
        return Operation(
            Phase.RENAME, Grade.SAFE, name, f"entity/{model.name}/fields/{bound.name}/renamed_from",
            f"rename {model.name}.{old} to {bound.name}",
            tuple(f'ALTER TABLE "{name}" RENAME COLUMN "{before}" TO "{after}"'
                  for before, after in pairs),
            memory=self.memory,
        )

    def _note_before(self, name: str) -> None:
        old_of = self._columns.get(name, {})
        columns = ", ".join(
            f'"{old_of.get(column, column)}" AS "{column}"' for column in self.live[name].columns
        )
        stands = self._tables.get(name, name)
        self.before[name] = f'(SELECT {columns} FROM "{stands}") AS "{name}"'  # noqa: S608 - ours

    # ------------------------------------------------------------------ choice values

    def _values(self, model: EntityModel, bound: BoundField) -> Iterator[Operation]:
        renamed: Mapping[str, Any] = getattr(bound.spec, "renamed_values", {}) or {}
        known = self.memory.fields.get(model.name, {}).get(bound.name)
        if not renamed or known is None or model.table.name not in self.live:
            return
        before = list(known.options.get("of", ()))
        done = []
        for old, new in renamed.items():
            if old in before and old not in bound.spec.of:
                done.append((old, new))
        if not done:
            return
        now = dict(done)
        fields = {key: dict(each) for key, each in self.memory.fields.items()}
        options = {**known.options, "of": [now.get(key, key) for key in before]}
        fields[model.name][bound.name] = replace(known, options=options)
        self.memory = replace(self.memory, fields=fields)
        yield Operation(
            Phase.RENAME, Grade.SAFE, model.table.name,
            f"entity/{model.name}/fields/{bound.name}/renamed_values",
            f"rename values of {model.name}.{bound.name}: "
            + ", ".join(f"{old} to {new}" for old, new in done),
            tuple(self._replaced_value(model, bound, old, new) for old, new in done),
            memory=self.memory,
        )

    def _replaced_value(self, model: EntityModel, bound: BoundField, old: str, new: str) -> str:
        column = bound.columns[0].name
        if bound.spec.type == "choices":
            return (
                f'UPDATE "{model.table.name}" SET "{column}" = '  # noqa: S608 - our names
                f"replace(\"{column}\", '|{old}|', '|{new}|') "
                f"WHERE \"{column}\" LIKE '%|{old}|%'"
            )
        return _replaced(model.table.name, column, old, new)

    # ------------------------------------------------------------------ once only

    def _consumed(self, address: str, old_names: tuple[str, ...]) -> bool:
        return f"{address} < {' '.join(old_names)}" in self.memory.consumed

    def _unclear(
        self, address: str, new: str, there: list[str], done: bool, shown: str,
        old_names: tuple[str, ...],
    ) -> Operation:
        if there:
            what = f"the database has {' and '.join([*there, *([new] if done else [])])}"
            todo = "leave out of renamed_from what is another thing, or drop one of them first"
        else:
            what = f"the database has neither {shown} nor {' nor '.join(old_names)}"
            todo = "leave renamed_from out"
        return Operation(
            Phase.RENAME, Grade.LOSSY, new, address, f"rename to {shown}",
            refused=f"{what}: {todo}",
        )


def _linked_to(field: FieldMemory, old: str, new: str) -> FieldMemory:
    """Return the field with its links to the new name of an entity."""
    to = field.options.get("to")
    if not to or old not in to:
        return field
    return replace(
        field, options={**field.options, "to": [new if each == old else each for each in to]}
    )


# Where the program keeps names of entities as text.
_NAMED_IN = (("saved_view", "entity"), ("sequence_counter", "entity"))


def _replaced(table: str, column: str, old: str, new: str) -> str:
    return (
        f'UPDATE "{table}" SET "{column}" = \'{new}\' '  # noqa: S608 - our names
        f"WHERE \"{column}\" = '{old}'"
    )


def _with_new_columns(said: str, new_of: Mapping[str, str]) -> str:
    kind, columns, *rest = said.split(" ")
    named = ",".join(new_of.get(column, column) for column in columns.split(","))
    return " ".join((kind, named, *rest))
