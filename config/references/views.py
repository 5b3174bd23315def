"""Views of an entity: columns, sorting, filters and search, as far as each type allows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from config.errors import suggest
from config.objects import Item, Objects
from config.paths import Found, PathProblem, check_path, follow, linked_entity, passes
from config.source import KeyPath
from config.specs import EntitySpec

NOT_SHOWN = {"secret", "driver_settings"}
NOT_SORTED = {"many", "secret", "driver_settings", "json", "file", "image", "choices", "long_text",
              "markdown", "code"}
NOT_FILTERED = {"many", "secret", "driver_settings", "json", "file", "image", "long_text",
                "markdown", "code", "total", "computed"}
SEARCHED = {"text", "long_text", "markdown", "code", "email", "url", "phone", "tax_id", "slug",
            "uuid",
            "domain", "ip", "ip_network", "sequence", "country", "currency", "integer", "id"}


def check_views(objects: Objects, item: Item) -> None:
    """Check all views of one entity."""
    for name, view in item.spec.views.items():
        path = ("views", name)
        _check_columns(objects, item, path, view)
        _check_beneath(objects, item, path, view)
        _check_labels(objects, item, path, view)
        _check_sorting(objects, item, path, view)
        _check_filters(objects, item, path, view)
        _check_search(objects, item, path, view)


def show(objects: Objects, item: Item, place: KeyPath, entity: str, path: str) -> Found | None:
    """Check that a path can be shown in a table: no way through a collection, no secret."""
    found = check_path(objects, item, place, entity, path)
    if found is None:
        return None
    if found.type in NOT_SHOWN:
        objects.report(item, place, f"'{path}' is {found.type} and is shown nowhere unasked",
                       "not-shown", "leave it out")
    elif passes(objects, entity, path, ("many",)):
        objects.report(item, place, f"'{path}' goes through a collection and has many values",
                       "not-shown", "show the collection in the detail page, or a total_of; "
                       "a field with pick is one of its rows")
    return found


def _place(item: Item, path: KeyPath, index: int) -> KeyPath:
    """Return the path of a list entry, or of the value itself when it stands alone."""
    source, inner = item.locate((*path, index))
    return (*path, index) if inner in source.value_positions else path


def _check_columns(objects: Objects, item: Item, path: KeyPath, view: Any) -> None:
    seen: set[str] = set()
    for index, column in enumerate(view.columns):
        place = _place(item, (*path, "columns"), index)
        if column in seen:
            objects.report(item, place, f"column {column} stands here twice", "twice",
                           "keep one of them")
        seen.add(column)
        _check_shown(objects, item, place, view, column)


def _check_shown(objects: Objects, item: Item, place: KeyPath, view: Any, column: str) -> None:
    found = show(objects, item, place, item.name, column)
    class_ = found.spec.class_ if found is not None and found.spec is not None else "plain"
    if view.area == "client" and class_ in ("staff_only", "secret"):
        objects.report(item, place, f"{column} is {class_} and never leaves the staff area",
                       "hidden-from-clients", "leave it out")


def _check_beneath(objects: Objects, item: Item, path: KeyPath, view: Any) -> None:
    """Check what stands below columns: they must be there, and nothing may stand twice."""
    columns = _columns(item, view)
    seen = set(columns)
    for column, names in view.beneath.items():
        place = (*path, "beneath", column)
        if columns and column not in columns:
            _not_in_view(objects, item, place, column, "column", columns)
        for index, name in enumerate(names):
            inner = _place(item, place, index)
            if name in seen:
                objects.report(item, inner, f"{name} is shown in this list already", "twice",
                               "keep one of them")
            seen.add(name)
            _check_shown(objects, item, inner, view, name)


def _check_labels(objects: Objects, item: Item, path: KeyPath, view: Any) -> None:
    """Check that the list shows, or filters by, what is given a name in it."""
    columns = _columns(item, view)
    if not columns:
        return
    known = [*columns, *view.filters, *(name for names in view.beneath.values() for name in names)]
    if not view.columns or not view.filters:
        staff = item.spec.views.get("staff", view)
        known += staff.filters
        known += [name for names in staff.beneath.values() for name in names]
    for name in view.labels:
        if name not in known:
            place = (*path, "labels", name)
            _not_in_view(objects, item, place, name, "column or filter", known)


def _columns(item: Item, view: Any) -> tuple[str, ...]:
    """Return the columns that a view says, else those of `staff`; none when nobody said any."""
    staff = item.spec.views.get("staff")
    columns: tuple[str, ...] = view.columns or (staff.columns if staff is not None else ())
    return columns


def _not_in_view(
    objects: Objects, item: Item, place: KeyPath, name: str, what: str, known: Iterable[str]
) -> None:
    objects.report(item, place, f"this list has no {what} '{name}'", "not-in-view",
                   suggest(name, known) or f"name a {what} of it, or leave it out", on_key=True)


def _check_sorting(objects: Objects, item: Item, path: KeyPath, view: Any) -> None:
    entity: EntitySpec = item.spec
    for index, name in enumerate(view.sortable):
        place = _place(item, (*path, "sortable"), index)
        _sorts(objects, item, place, name, small=entity.size == "small")
    for index, key in enumerate(view.sort):
        place = _place(item, (*path, "sort"), index)
        name = key.removeprefix("-")
        _sorts(objects, item, place, name, small=entity.size == "small")


def _sorts(objects: Objects, item: Item, place: KeyPath, name: str, *, small: bool) -> None:
    if "." in name and not small:
        objects.report(item, place, f"'{name}' is of another row; only own fields sort",
                       "not-sortable", "store a text of it in a field of this entity")
        return
    found = check_path(objects, item, place, item.name, name)
    if found is None:
        return
    if passes(objects, item.name, name, ("many",)):
        objects.report(item, place, f"'{name}' goes through a collection and has many values",
                       "not-sortable", "leave it out")
    elif found.type == "pick":
        objects.report(item, place, f"{name} is a row of {_target(objects, found)}",
                       "not-sortable", "in an entity of size: small, sort by a field of it"
                       if not small else f"sort by a field of it: {name}.created_at")
    elif found.type in NOT_SORTED or (not found.stored and not small):
        what = found.type if found.type in NOT_SORTED else "computed"
        objects.report(item, place, f"{name} is {what} and has no order in the database",
                       "not-sortable", "leave it out")


def _target(objects: Objects, found: Found) -> str:
    return linked_entity(objects, found) or "a collection"


def _check_filters(objects: Objects, item: Item, path: KeyPath, view: Any) -> None:
    for index, name in enumerate(view.filters):
        place = _place(item, (*path, "filters"), index)
        found = check_path(objects, item, place, item.name, name)
        if found is None:
            continue
        if found.type in NOT_FILTERED or not (found.stored or found.type == "pick"):
            objects.report(item, place, f"{name} is {found.type} and cannot be filtered by",
                           "not-filterable", "leave it out")
        elif passes(objects, item.name, name, ("many",)):
            objects.report(item, place, f"'{name}' goes through a collection", "not-filterable",
                           "filter the other entity's list")


def _check_search(objects: Objects, item: Item, path: KeyPath, view: Any) -> None:
    source, inner = item.locate((*path, "search"))
    for index, name in enumerate(view.search):
        keyed = (*inner, name) in source.key_positions
        place = (*path, "search", name) if keyed else _place(item, (*path, "search"), index)
        try:
            found = follow(objects, item.name, name)
        except PathProblem as problem:
            if not problem.doubtful:
                objects.report(item, place, problem.what, "unknown-field", problem.hint,
                               on_key=keyed)
            continue
        if found.type not in SEARCHED or not found.stored:
            objects.report(item, place, f"{name} is {found.type}, only texts are searched",
                           "not-searchable", "make it a filter", on_key=keyed)


def exists_view(
    objects: Objects, item: Item, place: KeyPath, target: str, *, on_key: bool = False
) -> bool:
    """Check `entity.view`; report what is missing."""
    entity, _, view = target.partition(".")
    if not objects.exists(item, place, "entity", entity, on_key=on_key):
        return False
    spec: EntitySpec | None = objects.spec("entity", entity)
    if spec is None:
        return False
    if not view or view not in spec.views:
        what = f"entity {entity} has no view '{view}'" if view else "expected entity.view"
        hint = suggest(view, spec.views) or "write entity.view"
        objects.report(item, place, what, "unknown-view", hint, on_key=on_key)
        return False
    return True
