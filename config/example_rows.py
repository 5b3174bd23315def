"""Rows written in examples: texts become values, names stand for rows that have no other trait.

`client: A` is a link to some client that the example calls A; the same name is the same row
wherever it stands. `product: {hidden: yes}` is a link to a row of which more is said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from config.entity_types import implicit_types
from config.specs import EntitySpec, MachineSpec
from config.values.money import Money
from config.values.rate import Rate
from config.written import problem_of

_FIRST_ID = 1001
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


class ExampleProblem(Exception):
    """An example cannot be understood; `path` leads from the example to what is wrong."""

    def __init__(self, what: str, path: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(what)
        self.what, self.path, self.hint = what, path, hint


@dataclass
class Rows:
    """The rows of one example. `related` and `children` are what an expression asks for."""

    entities: Mapping[str, EntitySpec]
    machines: Mapping[str, MachineSpec]
    ids: dict[str, int] = field(default_factory=dict)
    rows: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    lists: dict[tuple[str, str, int], list[dict[str, Any]]] = field(default_factory=dict)

    def id_of(self, name: str) -> int:
        """Return the id that a name stands for; a number is its own."""
        if re.fullmatch(r"\d{1,12}", name, re.ASCII):
            return int(name)
        return self.ids.setdefault(name, _FIRST_ID + len(self.ids))

    def related(self, entity: str, key: int) -> Mapping[str, Any] | None:
        """Return a row; one that the example only names has nothing but its id."""
        if (entity, key) not in self.rows and entity in self.entities:
            self.rows[entity, key] = self._empty(entity, key)
        return self.rows.get((entity, key))

    def children(self, entity: str, name: str, key: int) -> Sequence[Mapping[str, Any]]:
        return self.lists.get((entity, name, key), ())

    def add(self, entity: str, given: Any, path: tuple[str, ...]) -> dict[str, Any]:
        """Return the row that `given` describes, with everything left out as it starts."""
        if not isinstance(given, dict):
            raise ExampleProblem("expected a map of fields", path, "write {status: active}")
        spec = self.entities.get(entity)
        if spec is None:
            raise ExampleProblem(f"there is no entity '{entity}'", path)
        own = given.get("id")
        key = self.id_of(own if isinstance(own, str) else f"{entity} {len(self.rows)}")
        row = self._empty(entity, key)
        self.rows[entity, key] = row
        for name, value in given.items():
            if name == "id":
                continue
            if name not in spec.fields and name not in implicit_types(spec):
                raise ExampleProblem(f"entity {entity} has no field '{name}'", (*path, name))
            row[name] = self._value(spec, key, name, value, (*path, name))
        return row

    def _empty(self, entity: str, key: int) -> dict[str, Any]:
        spec = self.entities[entity]
        row: dict[str, Any] = dict.fromkeys((*spec.fields, *implicit_types(spec)))
        row["id"] = key
        for name, one in spec.fields.items():
            machine = self.machines.get(f"{entity}.{name}")
            if machine is not None:
                row[name] = machine.start
            elif one.default is not None and problem_of(one, one.default) is None:
                row[name] = value_of(one, one.default)
            elif one.type == "choices":
                row[name] = frozenset()
        return row

    def _value(
        self, spec: EntitySpec, key: int, name: str, value: Any, path: tuple[str, ...]
    ) -> Any:
        if name not in spec.fields:
            return value
        one: Any = spec.fields[name]
        if value is None:
            return None
        if one.type == "many":
            rows = value if isinstance(value, list) else [value]
            made = [self.add(one.many, each, path) for each in rows]
            self.lists[spec.entity, name, key] = made
            return None
        if one.type == "pick":
            raise ExampleProblem(f"{name} is one of {one.pick}", path, f"write {one.pick}: [{{…}}]")
        if one.type in ("relation", "file", "image"):
            return self._link(one, value, path)
        problem = problem_of(one, value)
        if problem:
            raise ExampleProblem(problem, path)
        return value_of(one, value)

    def _link(self, one: Any, value: Any, path: tuple[str, ...]) -> Any:
        target = one.to[0] if one.type == "relation" else "file"
        if isinstance(value, dict):
            row = self.add(target, value, path)
            return (target, row["id"]) if one.type == "relation" and one.to_any else row["id"]
        if not isinstance(value, str):
            raise ExampleProblem("expected a name for a row", path, "write it like client: A")
        if one.type == "relation" and one.to_any:
            entity, _, name = value.partition("/")
            return (entity, self.id_of(name))
        return self.id_of(value)


def value_of(spec: Any, text: Any) -> Any:
    """Return the value of a text that `problem_of` has found right."""
    kind = spec.type
    if kind == "choices":
        return frozenset(text if isinstance(text, (list, tuple)) else [text])
    if not isinstance(text, str):
        return text
    if kind == "boolean":
        return text.lower() in ("yes", "true", "on")
    if kind in ("integer", "position"):
        return int(text)
    if kind == "decimal":
        return Decimal(text)
    if kind == "rate":
        return Rate.parse(text)
    if kind == "money":
        # Without a code the amount is in the field's own currency, or in that of another row: any
        # one will do for the latter.
        home = getattr(spec, "currency", None)
        code = home if home and home.isupper() else "XXX"
        return Money.parse(text if " " in text else f"{text} {code}")
    if kind == "date":
        return date.fromisoformat(text)
    if kind == "moment":
        return datetime.fromisoformat(text)
    if kind == "duration":
        number, unit = text.split()
        return timedelta(seconds=int(number) * _SECONDS[unit.rstrip("s")])
    return text
