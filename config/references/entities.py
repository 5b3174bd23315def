"""One entity: its title, uniques, indexes, rules, sets, traits, and what extensions need of it."""

from __future__ import annotations

from dataclasses import replace

from config.objects import Item, Objects
from config.paths import check_path
from config.references.collections import check_collection
from config.references.fields import TOO_LONG, check_fields_of, is_long
from config.references.layout import check_layout
from config.references.views import check_views, show
from config.source import KeyPath
from config.specs import EntitySpec

# Words of the language, and the first parts of addresses that the panel itself answers.
RESERVED_ENTITIES = {
    "any", "all", "self", "settings", "page",
    "admin", "healthz", "login", "logout", "metrics", "my", "readyz", "static", "templates",
    "webhooks",
}
RESERVED_PREFIXES = ("sqlite_", "pg_", "panel_")

_NEVER_UNIQUE = {"many", "json", "driver_settings", "secret", "position"}


def check_entities(objects: Objects) -> None:
    for item in objects.checked("entity"):
        _check_name(objects, item)
        check_fields_of(objects, item)
        _check_title(objects, item)
        _check_unique_and_index(objects, item)
        _check_rules(objects, item)
        _check_sets(objects, item)
        _check_traits(objects, item)
        check_views(objects, item)
        check_layout(objects, item)
    _check_required_fields(objects)


def _check_name(objects: Objects, item: Item) -> None:
    if item.name in RESERVED_ENTITIES or item.name.startswith(RESERVED_PREFIXES):
        objects.report(item, ("entity",), f"no entity can be called {item.name}",
                       "reserved-name", "choose another name")


def _check_title(objects: Objects, item: Item) -> None:
    entity: EntitySpec = item.spec
    for index, part in enumerate(entity.title.fields):
        source, inner = item.locate(("title", index))
        listed = inner in source.value_positions
        place: KeyPath = ("title", index) if listed else ("title",)
        before = len(objects.problems)
        found = show(objects, item, place, item.name, part.path)
        if found is not None and found.type == "many":
            objects.report(item, place, f"'{part.path}' is a collection and no text", "wrong-type")
        if not listed and part.offset:
            source, inner = item.locate(place)
            at = source.inside(inner, part.offset)
            objects.problems[before:] = [
                replace(problem, position=at) for problem in objects.problems[before:]
            ]


def _check_unique_and_index(objects: Objects, item: Item) -> None:
    entity: EntitySpec = item.spec
    for name, unique in entity.unique.items():
        source, inner = item.locate(("unique", name, "fields"))
        long = inner in source.value_positions
        root = ("unique", name, "fields") if long else ("unique", name)
        _check_columns(objects, item, root, unique.fields)
        _check_may_be_unique(objects, item, root, unique.fields)
    for name, fields in entity.index.items():
        _check_columns(objects, item, ("index", name), fields)
    for name, field in entity.fields.items():
        if field.unique and field.type in _NEVER_UNIQUE:
            objects.report(item, ("fields", name, "unique"),
                           f"a field of type {field.type} cannot be unique", "not-unique",
                           on_key=True)
        elif field.unique and is_long(field):
            objects.report(item, ("fields", name, "unique"), *TOO_LONG, on_key=True)


def _check_may_be_unique(
    objects: Objects, item: Item, root: KeyPath, names: tuple[str, ...]
) -> None:
    """Moving a row moves its siblings in one statement, and on the way two share a place."""
    for index, name in enumerate(names):
        field = item.spec.fields.get(name)
        if field is None:
            continue
        source, inner = item.locate((*root, index))
        place = (*root, index) if inner in source.value_positions else root
        if field.type == "position":
            objects.report(item, place, "a field of type position cannot be unique", "not-unique",
                           "the panel numbers the rows of a group by itself: leave it out")
        elif is_long(field):
            objects.report(item, place, *TOO_LONG)


def _check_columns(
    objects: Objects, item: Item, root: KeyPath, names: tuple[str, ...]
) -> None:
    """Check names of fields that have columns, as the database needs for keys and indexes."""
    for index, name in enumerate(names):
        source, inner = item.locate((*root, index))
        place = (*root, index) if inner in source.value_positions else root
        found = check_path(objects, item, place, item.name, name)
        if found is not None and not found.stored:
            objects.report(item, place, f"{name} is not stored", "not-stored",
                           "name fields with a column of their own")


def _check_rules(objects: Objects, item: Item) -> None:
    entity: EntitySpec = item.spec
    for name, rule in entity.rules.items():
        if rule.on is not None:
            check_path(objects, item, ("rules", name, "on"), item.name, rule.on)
    if entity.frozen is not None:
        for index, name in enumerate(entity.frozen.except_):
            source, inner = item.locate(("frozen", "except", index))
            place: KeyPath = ("frozen", "except", index)
            if inner not in source.value_positions:
                place = place[:-1]
            found = check_path(objects, item, place, item.name, name)
            if found is not None and not found.stored:
                objects.report(item, place, f"{name} is not stored", "not-stored", "leave it out")


def _check_sets(objects: Objects, item: Item) -> None:
    for name, one in item.spec.sets.items():
        check_collection(objects, item, ("sets", name), item.name, one)


def _check_traits(objects: Objects, item: Item) -> None:
    traits = item.spec.traits
    for index, trait in enumerate(traits):
        if trait in traits[:index]:
            objects.report(item, ("traits", index), f"trait {trait} stands here twice", "twice",
                           "keep one of them")
    if "append_only" in traits:
        for other in ("trash", "versioned"):
            if other in traits:
                objects.report(
                    item, ("traits", traits.index(other)),
                    f"rows that are only added have no {other}", "trait-conflict",
                    "keep one of them",
                )


def _check_required_fields(objects: Objects) -> None:
    """Report what a listed extension needs of an entity and does not find."""
    for site in objects.checked("site"):
        for index, extension in enumerate(site.spec.extensions):
            info = objects.vocabulary.extensions.get(extension)
            for entity, fields in info.required_fields.items() if info else ():
                _check_required(objects, site, index, extension, entity, fields)


def _check_required(
    objects: Objects, site: Item, index: int, extension: str, entity: str, fields: object
) -> None:
    item = objects.of("entity").get(entity)
    if item is None:
        objects.report(site, ("extensions", index),
                       f"extension {extension} needs entity {entity}", "missing-entity",
                       f"write a file with 'entity: {entity}'")
        return
    if item.spec is None or not isinstance(fields, dict):
        return
    for name, wanted in fields.items():
        field = item.spec.fields.get(name)
        types = str(wanted).split("|")
        if field is None:
            objects.report(item, ("fields",), f"extension {extension} needs field {name}",
                           "missing-field", f"add {name}: {types[0]}", on_key=True)
        elif field.type not in types:
            objects.report(item, ("fields", name),
                           f"extension {extension} needs {name} to be {' or '.join(types)}, "
                           f"it is {field.type}", "wrong-type", f"write type: {types[0]}",
                           on_key=True)


