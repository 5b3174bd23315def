"""Every expression of a configuration, parsed and typed at its place.

The key says what an expression may name, what type it must have and whether the database must
be able to compute it; the table at the end of this file is that list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from config.entity_types import ProjectSchema, entity_picks, entity_types, type_of
from config.errors import Problem
from config.expressions import (
    BOOLEAN,
    CHOICE,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    MOMENT,
    RECORD,
    SET,
    TEXT,
    Expression,
    ExpressionError,
    Scope,
    Type,
    check,
)
from config.expressions.scope import BROKEN_PICK
from config.objects import Item, Objects
from config.references.collections import relation_behind
from config.references.taxes import TAX_VARIABLES
from config.source import KeyPath, dotted
from config.specs.base import Spec
from config.specs.entity import (
    FrozenSpec,
    KeepSpec,
    RuleSpec,
    SectionSpec,
    SetSpec,
    UniqueSpec,
    ViewSpec,
)
from config.specs.fields import FieldSpec, PickField
from config.specs.machine import MoveSpec
from config.specs.menu import MenuItemSpec
from config.specs.parts import TaxRuleSpec
from config.specs.role import GrantSpec, RoleSpec
from config.walk import marked

COMPUTED_AS: Mapping[str, Type] = {
    "text": TEXT, "integer": INTEGER, "decimal": DECIMAL(12), "boolean": BOOLEAN, "date": DATE,
    "moment": MOMENT, "duration": DURATION, "countdown": MOMENT, "flag": TEXT,
}
ACTOR_KINDS = ("system", "staff", "user", "anonymous")
# Entities of the accounts behind the two areas.
ACCOUNT_OF_AREA = {"staff": "staff", "client": "user"}


@dataclass(frozen=True)
class World:
    """What all expressions of a project may know: types of entities, of `me` and of settings."""

    schema: ProjectSchema
    me: Mapping[str, Type]
    settings: Mapping[str, Mapping[str, Type]]

    def scope(self, entity: str | None = None, **more: Any) -> Scope:
        return Scope(self.schema, entity, {**self.me, **more.pop("me", {})}, self.settings, **more)


def world_of(objects: Objects) -> World:
    """Return the types that the right ones among the objects give."""
    entities = {item.name: item.spec for item in objects.whole("entity")}
    schema = ProjectSchema(
        {name: entity_types(spec, lambda entity, one: relation_behind(objects, entity, one))
         for name, spec in entities.items()},
        {name: {key: one.many for key, one in spec.sets.items()}
         for name, spec in entities.items()},
        {name: picks for name, spec in entities.items() if (picks := entity_picks(spec))},
    )
    settings = {
        item.name: {key: type_of(one) for key, one in item.spec.fields.items()}
        for item in objects.whole("settings")
    }
    return World(schema, _me(objects, entities), settings)


def _me(objects: Objects, entities: Mapping[str, Any]) -> dict[str, Type]:
    """Return the types of what an expression may ask about the actor."""
    me: dict[str, Type] = {"name": TEXT, "kind": CHOICE(ACTOR_KINDS)}
    for account in ACCOUNT_OF_AREA.values():
        if account in entities:
            me[account] = RECORD(account)
    for site in objects.whole("site"):
        for name, membership in site.spec.memberships.items():
            pivot = entities.get(membership.through)
            relation = pivot.fields.get(membership.of) if pivot else None
            if relation is not None and relation.type == "relation":
                me[name] = SET(RECORD(relation.to[0]))
    return me


@dataclass(frozen=True)
class Wanted:
    """What one key asks of its expression. `own_columns`: no link may be followed."""

    scope: Scope
    expects: Type | None = BOOLEAN
    sql: bool = False
    own_columns: bool = False


@dataclass
class _Place:
    """One expression: the object it stands in, its path, and the specs around it."""

    objects: Objects
    world: World
    item: Item
    path: KeyPath
    above: list[Spec] = field(default_factory=list)

    @property
    def entity(self) -> str | None:
        """The entity whose row is at hand, by the kind of file."""
        if self.item.kind == "entity":
            return self.item.name
        if self.item.kind == "machine":
            return str(self.item.spec.entity)
        return None


def check_expressions(objects: Objects, world: World) -> dict[str, Expression]:
    """Return address → expression of all that are right; report the others."""
    found: dict[str, Expression] = {}
    doubtful = objects.doubtful or any(
        item.spec is None for item in objects.of("entity").values()
    )
    absent = _absent_entities(objects)
    for items in objects.kinds.values():
        for item in items.values():
            if item.spec is None or not objects.is_checked(item):
                continue
            for path, kind, text, above in marked(item.spec):
                if kind != "expression" or _stands_elsewhere(item, path):
                    continue
                place = _Place(objects, world, item, path, above)
                expression = _checked(place, text, doubtful, absent)
                if expression is not None:
                    found["/".join((item.address, *map(str, path)))] = expression
    return found


def _stands_elsewhere(item: Item, path: KeyPath) -> bool:
    """Say whether the inline part was moved to the object it is about."""
    return item.kind == "entity" and path[0] in ("machines", "allow")


def _absent_entities(objects: Objects) -> dict[str, str]:
    """Return relation → the entity that it leads to, of those that do not exist."""
    entities = objects.of("entity")
    return {
        key: name for item in objects.whole("entity") for key, one in item.spec.fields.items()
        if one.type == "relation" for name in one.to if name not in entities
    }


def _is_of_absent(error: ExpressionError, absent: Mapping[str, str]) -> bool:
    """Say whether a link to an entity that is not there is all that is wrong."""
    if error.code == "expression-type":
        return not set(absent.values()).isdisjoint(re.findall(r"\w+", error.what))
    way = re.match(r"'(?:\w+\.)*(\w+)' has no field", error.what)
    return way is not None and way[1] in absent


def _checked(
    place: _Place, text: str, doubtful: bool, absent: Mapping[str, str]
) -> Expression | None:
    wanted = _wanted(place)
    if wanted is None:
        return None
    try:
        expression = check(text, wanted.scope, wanted.expects, wanted.sql)
    except ExpressionError as error:
        # The link to an entity that is not there is told at its field.
        unsure = error.code in ("unknown-name", "expression-type") and (
            doubtful or _is_of_absent(error, absent)
        )
        if not unsure and not _told_elsewhere(place, error):
            _report(place, error)
        return None
    path = _other_row(expression, place) if wanted.own_columns else None
    if path is not None:
        _report(place, ExpressionError(
            f"'{path}' leads to another row", "own-row-only", text.find(path.split(".")[0]),
            "this becomes part of the table: compare fields of the row itself",
        ))
        return None
    return expression


def _told_elsewhere(place: _Place, error: ExpressionError) -> bool:
    """Say whether the mistake is in the condition of a picked row that is only named here."""
    own = isinstance(place.above[-1], PickField)
    return error.code == BROKEN_PICK or (error.code == "pick-cycle" and not own)


def _other_row(expression: Expression, place: _Place) -> str | None:
    """Return the first path of an expression that leaves the row, None when all stay."""
    types = place.world.schema.fields(place.entity or "")
    picks = place.world.schema.picks(place.entity or "")
    for name in sorted(expression.names):
        if "." in name or name in picks or types.get(name, TEXT).kind == "collection":
            return name
    return None


def _report(place: _Place, error: ExpressionError) -> None:
    source, path = place.item.locate(place.path)
    place.objects.problems.append(Problem(
        source.inside(path, max(error.offset, 0)), dotted(path), error.what, error.code,
        _computed_hint(place, error) or error.hint,
    ))


def _computed_hint(place: _Place, error: ExpressionError) -> str:
    """Say why a field that is there cannot be named: it has no column."""
    name = re.search(r"'(\w+)'$", error.what)
    entity = place.objects.spec("entity", place.entity or "")
    field = entity.fields.get(name[1]) if name and entity is not None else None
    if error.code != "unknown-name" or field is None or field.stored:
        return ""
    if field.type == "pick":
        return "it is another row; old has the stored fields of this one"
    return f"{field.type} fields are computed and cannot be named in expressions"


def _wanted(place: _Place) -> Wanted | None:
    owner = place.above[-1]
    for spec, rule in _RULES:
        if isinstance(owner, spec):
            return rule(place, owner)
    return None


def _of_field(place: _Place, owner: Any) -> Wanted:
    key = place.path[-1]
    scope = _field_scope(place)
    if key in ("default_from", "backfill"):
        return Wanted(scope, _value_type(owner))
    if key == "compute":
        as_ = getattr(owner, "as_", None)
        return Wanted(scope, COMPUTED_AS[as_] if as_ else _value_type(owner))
    if key == "where":
        return _of_pick(place, owner)
    return Wanted(scope, BOOLEAN, sql=key == "limit_where")


def _of_pick(place: _Place, owner: Any) -> Wanted | None:
    entity = place.entity or ""
    rows = place.world.schema.fields(entity).get(owner.pick)
    if rows is None or rows.kind != "collection":
        return None
    around = place.world.scope(entity)
    return Wanted(around.picked_by(entity, str(place.path[1]), rows.entity), sql=True)


def _value_type(owner: FieldSpec) -> Type:
    kind = type_of(owner)
    # A code or slug may be computed from any text; its own form is checked when it is written.
    return TEXT if kind.kind == "choice" and not kind.keys else kind


def _field_scope(place: _Place) -> Scope:
    """Return the names beside a field: its row, the answers of a move, or the tab's settings."""
    for above in reversed(place.above):
        if isinstance(above, MoveSpec):
            return _move_scope(place, above)
    if place.item.kind == "settings":
        variables = {key: type_of(one) for key, one in place.item.spec.fields.items()}
        return place.world.scope(None, variables=variables)
    return place.world.scope(place.entity)


def _move_scope(place: _Place, move: MoveSpec) -> Scope:
    answers = {f"ask.{key}": type_of(one) for key, one in move.ask.items()}
    return place.world.scope(place.entity, variables=answers, allow_old=True)


def _of_move(place: _Place, owner: Any) -> Wanted | None:
    scope = _move_scope(place, owner)
    if place.path[-1] == "when":
        return Wanted(scope)
    field_name = str(place.path[-1])
    entity = place.objects.spec("entity", place.entity or "")
    target = entity.fields.get(field_name) if entity else None
    if target is None:
        return None
    return Wanted(scope, type_of(target))


def _of_row(place: _Place, owner: Any) -> Wanted:
    return Wanted(place.world.scope(place.entity))


def _of_rule(place: _Place, owner: Any) -> Wanted:
    return Wanted(place.world.scope(place.entity, allow_old=True), sql=True)


def _of_view(place: _Place, owner: Any) -> Wanted:
    return Wanted(place.world.scope(place.entity), sql=True)


def _of_columns(place: _Place, owner: Any) -> Wanted:
    bare = replace(place.world.scope(place.entity), me={}, settings={})
    return Wanted(bare, sql=True, own_columns=True)


def _of_set(place: _Place, owner: Any) -> Wanted | None:
    entity = owner.through or owner.many
    if place.objects.spec("entity", entity) is None:
        return None
    return Wanted(place.world.scope(entity), sql=True)


def _of_role(place: _Place, owner: Any) -> Wanted | None:
    entity = str(place.path[1])
    if place.objects.spec("entity", entity) is None:
        return None
    role = place.item.spec
    account = ACCOUNT_OF_AREA[role.area]
    known = place.objects.spec("entity", account) is not None
    me = {"id": RECORD(account)} if known else {}
    return Wanted(place.world.scope(entity, me=me), sql=True)


def _of_menu(place: _Place, owner: Any) -> Wanted | None:
    if owner.each is None or place.objects.spec("entity", owner.each) is None:
        return None
    return Wanted(place.world.scope(owner.each), sql=True)


def _of_tax_rule(place: _Place, owner: Any) -> Wanted:
    scope = Scope(place.world.schema, None, variables=TAX_VARIABLES)
    return Wanted(scope)


_RULES: tuple[tuple[type[Spec], Callable[[_Place, Any], Wanted | None]], ...] = (
    (FieldSpec, _of_field),
    (MoveSpec, _of_move),
    (RuleSpec, _of_rule),
    (KeepSpec, _of_row),
    (SectionSpec, _of_row),
    (ViewSpec, _of_view),
    (UniqueSpec, _of_columns),
    (FrozenSpec, _of_columns),
    (SetSpec, _of_set),
    (RoleSpec, _of_role),
    (GrantSpec, _of_role),
    (MenuItemSpec, _of_menu),
    (TaxRuleSpec, _of_tax_rule),
)
