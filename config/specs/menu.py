"""A menu: a tree of links. An item shows exactly when its target may be seen."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from config.specs.base import (
    Boolean,
    BooleanOrPath,
    Expression,
    Extendable,
    Icon,
    Label,
    Name,
    Path,
    Spec,
    Text,
)


def item(value: Any) -> Any:
    """Return the long form: `client` means the staff list of entity client."""
    return {"entity": value} if isinstance(value, str) else value


class MenuItemSpec(Spec):
    """One target: `entity`, `view` (entity.view), `page`, `url`, `settings`, `create` or `items`.

    `create` opens the create form of an entity. `each` repeats one link per row of an entity
    for which `where` holds, named by the row's field `label_from`; `to` says where it leads.
    """

    heading: Label | None = None
    label: Label | None = None
    label_from: Path | None = None
    icon: Icon | None = None
    help: Label | None = None
    entity: Name | None = None
    view: Path | None = None
    create: Name | None = None
    page: Text | None = None
    settings: Name | None = None
    url: Text | None = None
    each: Name | None = None
    where: Expression | None = None
    to: dict[Name, Text] | None = None
    count: BooleanOrPath = False
    items: dict[Name, Annotated[MenuItemSpec, BeforeValidator(item)]] = {}
    hidden: Boolean = False


class MenuSpec(Extendable):
    """A tree of links. With `joins` it stands at the end of another menu, as what an extension
    brings does."""

    menu: Name
    joins: Name | None = None
    items: dict[Name, Annotated[MenuItemSpec, BeforeValidator(item)]]
