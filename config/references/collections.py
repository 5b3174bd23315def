"""Relations and collections: where they lead, and the one relation behind a collection."""

from __future__ import annotations

from typing import Any

from config.errors import suggest
from config.objects import Item, Objects
from config.paths import check_path
from config.source import KeyPath
from config.specs import EntitySpec

# What has the same order in Python and in every database.
PICK_ORDERS = {"integer", "decimal", "rate", "date", "moment", "duration", "position"}


def relations_to(objects: Objects, entity: str, target: str) -> list[str]:
    """Return the names of the relations of `entity` that may lead to `target`."""
    spec: EntitySpec | None = objects.spec("entity", entity)
    if spec is None:
        return []
    return [
        name for name, field in spec.fields.items()
        if field.type == "relation" and (target in field.to or field.to == ("any",))
    ]


def relation_behind(objects: Objects, entity: EntitySpec, name: str) -> str | None:
    """Return the relation by which the rows of collection `name` point to `entity`.

    That of the pivot when it goes through one. None when there is none, or more than one and
    `by` does not say which.
    """
    field: Any = entity.fields[name]
    if field.by is not None:
        return str(field.by)
    found = relations_to(objects, field.through or field.many, entity.entity)
    return found[0] if len(found) == 1 else None


def check_relation(objects: Objects, item: Item, path: KeyPath, field: Any) -> None:
    """Check where a relation leads; `any` stands alone and has no lookup of its own."""
    source, inner = item.locate(path)
    place = (*path, "to") if (*inner, "to") in source.value_positions else path
    for index, target in enumerate(field.to):
        if target == "any":
            if len(field.to) > 1:
                objects.report(item, place, "any stands alone", "bad-relation",
                               "write to: any, or name the entities")
            continue
        at = (*place, index) if len(field.to) > 1 else place
        objects.exists(item, at, "entity", target)
    if field.to_any:
        if field.on_delete == "cascade":
            objects.report(item, (*path, "on_delete"),
                           "a link to several entities has no foreign key to cascade by",
                           "bad-relation", "write restrict or clear")
        if field.limit_where is not None:
            objects.report(item, (*path, "limit_where"),
                           "a link to several entities cannot be limited", "bad-relation",
                           on_key=True)
    if field.on_delete == "clear" and field.required:
        objects.report(item, (*path, "on_delete"), "a required link cannot be cleared",
                       "bad-relation", "write restrict or cascade, or leave out required")


def check_collection(
    objects: Objects, item: Item, path: KeyPath, owner: str, field: Any
) -> None:
    """Check a collection: its entity, its pivot, and that one relation points back."""
    source, inner = item.locate(path)
    place = (*path, "many") if (*inner, "many") in source.value_positions else path
    if not objects.exists(item, place, "entity", field.many):
        return
    rows = field.many
    if field.through is not None:
        if not objects.exists(item, (*path, "through"), "entity", field.through):
            return
        rows = field.through
        _check_pivot(objects, item, path, field)
    _check_back(objects, item, path, owner, rows, getattr(field, "by", None), place)


def check_pick(
    objects: Objects, item: Item, path: KeyPath, field: Any, entity: EntitySpec | None
) -> None:
    """Check what one row is picked from, and the order it is the first by."""
    place = (*path, "pick")
    if entity is None:
        objects.report(item, path, "there is no row to pick for here", "wrong-type")
        return
    fitting = [name for name, one in entity.fields.items() if one.type == "many"]
    many: Any = entity.fields.get(field.pick)
    if many is None:
        objects.unknown(item, place, "field", field.pick, fitting or entity.fields,
                        "unknown-field")
    elif many.type != "many":
        objects.report(item, place, f"{field.pick} is {many.type}, not a collection", "bad-pick",
                       suggest("", fitting))
    elif many.through is not None:
        objects.report(item, place, f"{field.pick} goes through {many.through}", "bad-pick",
                       f"pick one of {many.through}: {{many: {many.through}}} beside it")
    elif field.order_by is not None and objects.spec("entity", many.many) is not None:
        key = field.order_by.removeprefix("-")
        found = check_path(objects, item, (*path, "order_by"), many.many, key)
        if found is not None and (found.type not in PICK_ORDERS or not found.stored or "." in key):
            objects.report(item, (*path, "order_by"),
                           f"'{key}' is {found.type}{' of another row' * ('.' in key)}",
                           "bad-pick", "order by a number, a date or a moment of the rows")


def _check_pivot(objects: Objects, item: Item, path: KeyPath, field: Any) -> None:
    if objects.spec("entity", field.through) is None:
        return
    if not relations_to(objects, field.through, field.many):
        objects.report(item, (*path, "through"),
                       f"{field.through} has no relation to {field.many}", "no-relation",
                       f"add {field.many}: ->{field.many}! to entity {field.through}")


def _check_back(
    objects: Objects, item: Item, path: KeyPath, owner: str, rows: str, by: str | None,
    place: KeyPath,
) -> None:
    if objects.spec("entity", rows) is None:
        return
    back = relations_to(objects, rows, owner)
    if by is not None:
        if by not in back:
            objects.report(item, (*path, "by"), f"'{by}' is no relation of {rows} to {owner}",
                           "no-relation", suggest(by, back))
    elif not back:
        objects.report(item, place, f"{rows} has no relation to {owner}", "no-relation",
                       f"add {owner}: ->{owner}! to entity {rows}")
    elif len(back) > 1:
        objects.report(item, place, f"{rows} points to {owner} by {_listed(back)}",
                       "ambiguous-relation", "say which: by: " + back[0])


def _listed(names: list[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1]))
