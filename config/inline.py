"""What an entity's own file says about other objects: its machines, grants and menu places.

They are moved to where they belong, with their places kept, so that no other part sees a
difference between one file and four.
"""

from __future__ import annotations

from typing import Any

from config.errors import suggest
from config.objects import Item, Objects
from config.source import KeyPath
from config.specs import MachineSpec, MenuSpec
from config.specs.base import quoted
from config.specs.menu import MenuItemSpec

TOP = "top"


def take_inline_parts(objects: Objects) -> None:
    """Move `machines`, `allow` and `menu` of every entity into machines, roles and menus."""
    grants: dict[str, dict[str, Any]] = {}
    for entity in list(objects.whole("entity")):
        for field in entity.spec.machines:
            _take_machine(objects, entity, field)
        for role in entity.spec.allow:
            _take_grant(objects, entity, role, grants)
        for menu in entity.spec.menu:
            _take_menu_place(objects, entity, menu)
    for name, added in grants.items():
        role_item = objects.of("role")[name]
        allow = {**role_item.spec.allow, **added}
        role_item.spec = role_item.spec.model_copy(update={"allow": allow})


def _take_machine(objects: Objects, entity: Item, field: str) -> None:
    name = f"{entity.name}.{field}"
    path: KeyPath = ("machines", field)
    first = objects.of("machine").get(name)
    if first is not None:
        objects.report(entity, path, f"machine {name} stands in two files", "duplicate-object",
                       "keep one of them", on_key=True, also=first.key("machine"))
        return
    body = entity.spec.machines[field]
    values = {key: getattr(body, key) for key in type(body).model_fields}
    spec = MachineSpec.model_construct(machine=name, **values)
    objects.add(Item("machine", name, spec, entity.source, entity.layer,
                     {(): (entity.source, path), ("machine",): (entity.source, path)}))


def _take_grant(
    objects: Objects, entity: Item, role_name: str, grants: dict[str, dict[str, Any]]
) -> None:
    path: KeyPath = ("allow", role_name)
    if not objects.exists(entity, path, "role", role_name, on_key=True):
        return
    role = objects.of("role")[role_name]
    if role.spec is None:
        return
    if entity.name in role.spec.allow:
        objects.report(entity, path, f"role {role_name} says this itself", "duplicate-grant",
                       "keep one of them", on_key=True, also=role.key("allow", entity.name))
        return
    grants.setdefault(role_name, {})[entity.name] = entity.spec.allow[role_name]
    role.grafts[("allow", entity.name)] = (entity.source, path)


def _take_menu_place(objects: Objects, entity: Item, menu_name: str) -> None:
    path: KeyPath = ("menu", menu_name)
    if not objects.exists(entity, path, "menu", menu_name, on_key=True):
        return
    menu = objects.of("menu")[menu_name]
    if menu.spec is None:
        return
    under = entity.spec.menu[menu_name]
    parts = [] if under == TOP else under.split(".")
    if not menu.grafts:
        # The spec of a file that is kept between loads stays as it was read.
        menu.spec = menu.spec.model_copy(deep=True)
    owner: Any = menu.spec
    for part in parts:
        owner = owner.items.get(part) if owner is not None else None
    if owner is None:
        known = [TOP, *_item_paths(menu.spec)]
        hint = suggest(under, known) or (
            f"write one of: {', '.join([TOP, *menu.spec.items])}, or an item below one of them, "
            "with a dot"
        )
        objects.report(entity, path, f"there is no menu item {quoted(under)}",
                       "unknown-menu-item", hint)
        return
    inner = [key for part in parts for key in ("items", part)]
    if entity.name in owner.items:
        objects.report(entity, path, f"the menu has an item {entity.name} there already",
                       "duplicate-object", "keep one of them",
                       also=menu.key(*inner, "items", entity.name))
        return
    if not owner.items:
        # An empty map may be the default that all items share.
        owner.__dict__["items"] = {}
    # At the top of a menu every item has an icon; below one it would be noise.
    icon = None if parts else entity.spec.icon
    owner.items[entity.name] = MenuItemSpec.model_construct(entity=entity.name, icon=icon)
    menu.grafts[(*inner, "items", entity.name)] = (entity.source, path)


def _item_paths(owner: MenuSpec | MenuItemSpec, prefix: str = "") -> list[str]:
    paths = []
    for name, item in owner.items.items():
        paths += [prefix + name, *_item_paths(item, f"{prefix}{name}.")]
    return paths
