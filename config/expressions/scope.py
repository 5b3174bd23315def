"""Which names an expression may use, and what each stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from config.errors import suggest
from config.expressions import tree
from config.expressions.errors import ExpressionError
from config.expressions.types import (
    COLLECTION,
    DATE,
    INTEGER,
    MOMENT,
    RECORD,
    TEXT,
    Type,
)

# The code of an error whose cause stands, and is told, at another key.
BROKEN_PICK = "told_elsewhere"
RESERVED = ("now", "today", "me", "old", "settings")


@dataclass(frozen=True, slots=True)
class Pick:
    """One row out of the collection `many` of the same entity.

    `where` is the text of a condition on its rows; `order_by` a field of theirs, `-` before it
    turns the order round.
    """

    many: str
    where: str | None = None
    order_by: str | None = None


class Schema(Protocol):
    """What the specs know about the entities."""

    def fields(self, entity: str) -> Mapping[str, Type]:
        """Return field name -> type, with the implicit fields; empty for an unknown entity."""

    def sets(self, entity: str) -> Mapping[str, str]:
        """Return name of a named set -> entity of its members."""

    def picks(self, entity: str) -> Mapping[str, Pick]:
        """Return field name -> how one row is picked; such fields are not among `fields`."""


@dataclass(frozen=True)
class Scope:
    """The names at one key.

    `entity` owns the row at hand, None where there is no row. `me`, `settings` (tab -> key) and
    `variables` (dotted name) give the types of values known when the expression runs.
    `allow_old`: there is a row as it was before, as in guards of moves. `picking` are the
    (entity, field) whose condition this is about: none of them can be asked for in it.
    """

    schema: Schema
    entity: str | None = None
    me: Mapping[str, Type] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    variables: Mapping[str, Type] = field(default_factory=dict)
    allow_old: bool = False
    picking: frozenset[tuple[str, str]] = frozenset()

    def of(self, entity: str) -> Scope:
        """Return the names inside `.any(…)` and `.sum(…)`: the fields of the other row."""
        return Scope(
            self.schema, entity, self.me, self.settings, self.variables, picking=self.picking
        )

    def picked_by(self, entity: str, field: str, target: str) -> Scope:
        """Return the names in the condition of a picked row: whoever asks, it is the same row."""
        return Scope(self.schema, target, picking=self.picking | {(entity, field)})


class Resolver:
    """Turns dotted names into nodes, and remembers which field paths were used.

    `condition(scope, text)` returns the checked condition of a picked row.
    """

    def __init__(
        self, scope: Scope, prefix: tuple[str, ...], condition: Callable[[Scope, str], tree.Node]
    ) -> None:
        self.scope = scope
        self.prefix = prefix
        self.condition = condition
        self.used: set[str] = set()

    def resolve(self, parts: tuple[str, ...], offset: int) -> tree.Node:
        """Return the node that `parts` names; ExpressionError points into the name."""
        node, taken = self._root(parts, offset)
        path = parts[:taken] if isinstance(node, (tree.Own, tree.Many, tree.Picked)) else ()
        for index in range(taken, len(parts)):
            at = offset + sum(len(part) + 1 for part in parts[:index])
            part = parts[index]
            if isinstance(node, tree.Many):
                node = self._of_collection(node, part, at, parts[:index])
                continue
            node = self._step(node, part, at, parts[:index])
            if path:
                path = (*path, part)
        if path:
            self.used.add(".".join((*self.prefix, *path)))
        return node

    def _root(self, parts: tuple[str, ...], offset: int) -> tuple[tree.Node, int]:
        variables = self.scope.variables
        for length in range(len(parts), 0, -1):
            name = ".".join(parts[:length])
            if name in variables:
                return tree.Given(variables[name], "variables", (name,)), length
        root = parts[0]
        if root in RESERVED:
            return self._reserved(parts, offset)
        if self.scope.entity is not None:
            node = self._member(None, self.scope.entity, root)
            if node is not None:
                return node, 1
        raise ExpressionError(
            f"no field or variable is called '{root}'", "unknown-name", offset,
            suggest(root, self._roots()),
        )

    def _reserved(self, parts: tuple[str, ...], offset: int) -> tuple[tree.Node, int]:
        root, scope = parts[0], self.scope
        if root == "now":
            return tree.Given(MOMENT, "now"), 1
        if root == "today":
            return tree.Given(DATE, "today"), 1
        if scope.picking and root in ("me", "settings"):
            raise ExpressionError(
                f"'{root}' cannot stand in the condition of a picked row", "unknown-name", offset,
                "it is the same row for everybody, always",
            )
        if root == "me":
            return self._given(parts, offset, scope.me, 1), 2
        if root == "settings":
            tab = self._choose(parts, offset, scope.settings, 1)
            return self._given(parts, offset, scope.settings[tab], 2), 3
        if not scope.allow_old or scope.entity is None:
            raise ExpressionError(
                "there is no row as it was before here", "unknown-name", offset,
                "'old' stands in guards of moves and in rules",
            )
        return self._given(parts, offset, self._fields(scope.entity, stored=True), 1), 2

    def _given(
        self, parts: tuple[str, ...], offset: int, known: Mapping[str, Type], index: int
    ) -> tree.Node:
        part = self._choose(parts, offset, known, index)
        type_ = known[part]
        if type_.kind == "money" and not type_.currency:
            type_ = Type("money", currency=".".join(parts[: index + 1]) + "()")
        return tree.Given(type_, parts[0], parts[1 : index + 1])

    def _choose(
        self, parts: tuple[str, ...], offset: int, known: Mapping[str, object], index: int
    ) -> str:
        before = ".".join(parts[:index])
        if len(parts) <= index:
            raise ExpressionError(
                f"'{before}' alone has no value", "expression-type", offset,
                suggest("", (f"{before}.{name}" for name in known)),
            )
        if parts[index] not in known:
            at = offset + len(before) + 1
            raise ExpressionError(
                f"'{before}' has no '{parts[index]}'", "unknown-name", at,
                suggest(parts[index], known),
            )
        return parts[index]

    def _step(
        self, owner: tree.Node, part: str, at: int, before: tuple[str, ...]
    ) -> tree.Node:
        said = ".".join(before)
        if owner.type.kind != "record":
            hint = "it may be of any entity" if owner.type.kind == "any_record" else ""
            raise ExpressionError(
                f"'{said}' is {owner.type} and has no fields", "unknown-name", at, hint
            )
        node = self._member(owner, owner.type.entity, part)
        if node is None:
            raise ExpressionError(
                f"'{said}' has no field '{part}'", "unknown-name", at,
                suggest(part, self._names(owner.type.entity)),
            )
        return node

    def _of_collection(
        self, many: tree.Many, part: str, at: int, before: tuple[str, ...]
    ) -> tree.Node:
        if part == "count":
            return tree.Count(INTEGER, many)
        raise ExpressionError(
            f"'{'.'.join(before)}' is {many.type} and has no field '{part}'", "unknown-name", at,
            "a collection has .count, .any() and .sum(field)",
        )

    def _member(self, owner: tree.Node | None, entity: str, name: str) -> tree.Node | None:
        """Return field or named set `name` of the row that `owner` links to, or of the own row."""
        if name == "id":
            # The id of a linked row is the link itself: no second row need be read.
            return owner or tree.Own(RECORD(entity), entity, "id")
        here = owner or tree.Own(RECORD(entity), entity, "id")
        sets = self.scope.schema.sets(entity)
        if name in sets:
            return tree.Many(COLLECTION(sets[name]), here, entity, name)
        pick = self.scope.schema.picks(entity).get(name)
        if pick is not None:
            return self._picked(here, entity, name, pick)
        type_ = self._fields(entity).get(name)
        if type_ is None:
            return None
        if type_.kind == "collection":
            return tree.Many(type_, here, entity, name)
        currency = None
        if type_.kind == "money":
            type_, currency = self._money(owner, entity, name, type_)
        if owner is None:
            return tree.Own(type_, entity, name, currency)
        return tree.Through(type_, owner, entity, name, currency)

    def _picked(self, here: tree.Node, entity: str, name: str, pick: Pick) -> tree.Node:
        if (entity, name) in self.scope.picking:
            raise ExpressionError(
                f"'{name}' of {entity} is picked by a condition that asks for it again",
                "pick-cycle", 0, "ask for stored fields of the rows",
            )
        type_ = self._fields(entity).get(pick.many)
        if type_ is None or type_.kind != "collection":
            raise ExpressionError(f"'{name}' cannot be picked", BROKEN_PICK, 0)
        scope = self.scope.picked_by(entity, name, type_.entity)
        test = None if pick.where is None else self._condition_of(scope, name, pick.where)
        order, key = None, (pick.order_by or "").removeprefix("-")
        if key:
            order = Resolver(scope, (), self.condition).resolve((key,), 0)
        many = tree.Many(type_, here, entity, pick.many)
        return tree.Picked(
            RECORD(type_.entity), many, entity, name, test, order,
            (pick.order_by or "").startswith("-"),
        )

    def _condition_of(self, scope: Scope, name: str, text: str) -> tree.Node:
        try:
            return self.condition(scope, text)
        except ExpressionError as error:
            if error.code == "pick-cycle":
                raise
            # It is told where the condition stands, once.
            raise ExpressionError(f"'{name}' cannot be picked", BROKEN_PICK, 0) from error

    def _money(
        self, owner: tree.Node | None, entity: str, name: str, type_: Type
    ) -> tuple[Type, tree.Node | None]:
        """Return the type with its currency source said from the own row, and the code's node."""
        here = f"{_said(owner)}." if owner else ""
        source = type_.currency
        if not source:
            return Type("money", currency=f"{here}{name}()"), None
        if source.isupper():
            return type_, tree.Constant(TEXT, source)
        node = self.text_at(owner, entity, source)
        if node is None:
            raise ExpressionError(
                f"the currency of '{name}' cannot be found at '{source}'", "expression-type", 0
            )
        return Type("money", currency=here + source), node

    def text_at(self, owner: tree.Node | None, entity: str, path: str) -> tree.Node | None:
        """Return the text at `path` of the row of `entity` behind `owner`; None when none is."""
        node = None if isinstance(owner, tree.Own) and owner.field == "id" else owner
        for index, part in enumerate(path.split(".")):
            if index and (node is None or node.type.kind != "record"):
                return None
            node = self._member(node, node.type.entity if index and node else entity, part)
        return node if node is not None and node.type.is_text else None

    def _fields(self, entity: str, stored: bool = False) -> Mapping[str, Type]:
        fields = self.scope.schema.fields(entity)
        if stored:
            fields = {key: type_ for key, type_ in fields.items() if type_.kind != "collection"}
            return {**fields, "id": RECORD(entity)}
        return fields

    def _names(self, entity: str) -> list[str]:
        schema = self.scope.schema
        return [*self._fields(entity), *schema.sets(entity), *schema.picks(entity)]

    def _roots(self) -> list[str]:
        own = self._names(self.scope.entity) if self.scope.entity is not None else []
        return [*own, *self.scope.variables, *RESERVED, "null", "true", "false"]


def _said(node: tree.Node) -> str:
    """Return a name for the row behind `node`, the same for the same row."""
    if isinstance(node, tree.Own):
        return node.field
    if isinstance(node, tree.Through):
        return f"{_said(node.owner)}.{node.field}"
    if isinstance(node, tree.Picked):
        return ".".join(part for part in (said_owner(node.many), node.field) if part)
    assert isinstance(node, tree.Given)
    return ".".join((node.source, *node.key))


def said_owner(many: tree.Many) -> str:
    """Return the path of the row that owns a collection, "" for the own row."""
    owner = many.owner
    return "" if isinstance(owner, tree.Own) and owner.field == "id" else _said(owner)
