"""Forms and detail pages: sections, tabs, and the rows that are made along with another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from config.entity_types import IMPLICIT_FIELDS
from config.errors import suggest
from config.objects import Item, Objects
from config.paths import Found, PathProblem, check_path, follow, passes
from config.references.collections import relations_to
from config.references.views import exists_view
from config.source import KeyPath
from config.specs import EntitySpec

ONE_TAB = ("sections", "related", "many", "view", "widgets", "page", "history")
SELF = "self"


def check_layout(objects: Objects, item: Item) -> None:
    """Check form, create form and detail page of one entity."""
    entity: EntitySpec = item.spec
    for key, sections in (("form", entity.form), ("create_form", entity.create_form)):
        _check_sections(objects, item, (key,), sections, writing=True)
    for key, names in (("aside", entity.detail.aside), ("header", entity.detail.header)):
        for index, name in enumerate(names):
            check_path(objects, item, ("detail", key, index), item.name, name)
    for relation in entity.detail.create:
        _check_relation(objects, item, ("detail", "create", relation), relation, on_key=True)
    for name, tab in entity.detail.tabs.items():
        _check_tab(objects, item, ("detail", "tabs", name), tab)
    _check_create_with(objects, item)


def _names(
    item: Item, path: KeyPath, rows: Iterable[Any]
) -> Iterator[tuple[KeyPath, str]]:
    """Yield (place, field) of a list of names and of rows of names, long or short form."""
    source, inner = item.locate(path)
    root = (*path, "fields") if (*inner, "fields") in source.value_positions else path
    for index, row in enumerate(rows):
        if isinstance(row, str):
            yield (*root, index), row
        else:
            for inside, name in enumerate(row):
                yield (*root, index, inside), name


def _check_sections(
    objects: Objects, item: Item, path: KeyPath, sections: Any, *, writing: bool
) -> None:
    seen: set[str] = set()
    for key, section in sections.items():
        for place, name in _names(item, (*path, key), section.fields):
            if name in seen:
                objects.report(item, place, f"field {name} stands here twice", "twice",
                               "keep one of them")
            seen.add(name)
            found = check_path(objects, item, place, item.name, name)
            if found is None or not writing:
                continue
            if name in IMPLICIT_FIELDS:
                objects.report(item, place, f"nobody writes {name}", "not-in-form",
                               "show it in the detail page")
            elif found.type == "pick":
                _report_pick(objects, item, place, found)
            elif found.type == "many" and found.spec.through is not None:
                through = found.spec.through
                what = f"nobody writes {name}: its links are rows of {through}"
                objects.report(item, place, what, "not-in-form",
                               f"write those rows: a field {{many: {through}, inline: table}}")
            elif f"{item.name}.{name}" in objects.of("machine"):
                objects.report(item, place, f"only moves write {name}", "not-in-form",
                               "leave it out; the moves are buttons")


def _report_pick(
    objects: Objects, item: Item, place: KeyPath, found: Found, *, on_key: bool = False
) -> None:
    objects.report(item, place, f"nobody writes {found.name}: it is one of {found.spec.pick}",
                   "not-in-form", "write that row itself; show this one in the detail page",
                   on_key=on_key)


def _check_tab(objects: Objects, item: Item, path: KeyPath, tab: Any) -> None:
    given = [key for key in ONE_TAB if getattr(tab, key)]
    if len(given) != 1 and given != ["related", "view"]:
        what = "nothing says what the tab shows" if not given else (
            f"{' and '.join(given)} stand beside each other"
        )
        objects.report(item, path, what, "one-of", f"write one of: {', '.join(ONE_TAB)}",
                       on_key=True)
    _check_sections(objects, item, (*path, "sections"), tab.sections, writing=False)
    if tab.related is not None:
        _check_related(objects, item, path, tab)
    elif tab.view is not None:
        objects.report(item, (*path, "view"), "a view stands beside related", "one-of",
                       "write related: invoice.client", on_key=True)
    if tab.many is not None:
        found = check_path(objects, item, (*path, "many"), item.name, tab.many)
        if found is not None and found.type != "many":
            objects.report(item, (*path, "many"), f"{tab.many} is {found.type}, not a collection",
                           "wrong-type")
    for index, widget in enumerate(tab.widgets):
        if widget not in objects.vocabulary.widgets:
            objects.unknown(item, (*path, "widgets", index), "widget", widget,
                            objects.vocabulary.widgets, "unknown-widget")
    if tab.page is not None:
        check_page(objects, item, (*path, "page"), tab.page)


def _check_related(objects: Objects, item: Item, path: KeyPath, tab: Any) -> None:
    entity = _check_relation(objects, item, (*path, "related"), tab.related)
    if entity and tab.view is not None:
        exists_view(objects, item, (*path, "view"), f"{entity}.{tab.view}")


def _check_relation(
    objects: Objects, item: Item, place: KeyPath, relation: str, *, on_key: bool = False
) -> str:
    """Check that `relation`, an `entity.field`, points to `item`; return its entity, if any."""
    entity, _, field = relation.partition(".")
    if not objects.exists(item, place, "entity", entity, on_key=on_key):
        return ""
    if objects.spec("entity", entity) is None:
        return ""
    known = relations_to(objects, entity, item.name)
    if field not in known:
        hint = suggest(field, known) if known else f"{entity} has no relation to {item.name}"
        objects.report(item, place, f"'{relation}' is no relation to {item.name}",
                       "no-relation", hint, on_key=on_key)
    return entity


def check_page(
    objects: Objects, item: Item, place: KeyPath, name: str, area: str | None = None
) -> None:
    """Check that a page is registered, and for the area at hand."""
    pages = objects.vocabulary.pages
    if name not in pages:
        objects.unknown(item, place, "page", name, pages, "unknown-page")
    elif area is not None and pages[name].area != area:
        objects.report(item, place, f"page {name} is of the {pages[name].area} area", "wrong-area",
                       suggest("", [each for each, page in pages.items() if page.area == area]))


def _check_create_with(objects: Objects, item: Item) -> None:
    earlier: dict[str, str] = {SELF: item.name}
    for name, part in item.spec.create_with.items():
        path = ("create_with", name)
        if name == SELF:
            objects.report(item, path, "self is the row itself", "reserved-name",
                           "choose another name", on_key=True)
        if objects.exists(item, (*path, "entity"), "entity", part.entity):
            if objects.spec("entity", part.entity) is not None:
                _check_part(objects, item, path, part, earlier)
            earlier[name] = part.entity


def _check_part(
    objects: Objects, item: Item, path: KeyPath, part: Any, earlier: dict[str, str]
) -> None:
    for place, name in _names(item, path, part.fields):
        found = check_path(objects, item, place, part.entity, name)
        if found is not None and found.type == "pick":
            _report_pick(objects, item, place, found)
    for key, table in (("set", part.set), ("copy", part.copy_)):
        for name in table:
            place = (*path, key, name)
            found = check_path(objects, item, place, part.entity, name, on_key=True)
            if found is not None and found.type == "pick":
                _report_pick(objects, item, place, found, on_key=True)
    for name, target in part.links.items():
        _check_link(objects, item, (*path, "links", name), part, name, target, earlier)
    for name, source in part.copy_.items():
        _check_copy(objects, item, (*path, "copy", name), source, earlier)
    if part.find_by is not None:
        found = check_path(objects, item, (*path, "find_by"), part.entity, part.find_by)
        if found is not None and not _is_unique(objects, part.entity, part.find_by):
            objects.report(item, (*path, "find_by"),
                           f"{part.find_by} of {part.entity} is not unique", "not-unique",
                           "add unique: yes to the field")


def _check_link(
    objects: Objects, item: Item, place: KeyPath, part: Any, name: str, target: str,
    earlier: dict[str, str],
) -> None:
    found = check_path(objects, item, place, part.entity, name, on_key=True)
    if target not in earlier:
        objects.unknown(item, place, "earlier part", target, earlier, "unknown-part")
    elif found is not None and (
        found.type != "relation" or found.name not in relations_to(
            objects, part.entity, earlier[target])
    ):
        objects.report(item, place, f"{name} is no relation to {earlier[target]}", "no-relation",
                       suggest(name, relations_to(objects, part.entity, earlier[target])))


def _check_copy(
    objects: Objects, item: Item, place: KeyPath, source: str, earlier: dict[str, str]
) -> None:
    part, _, field = source.partition(".")
    if part not in earlier:
        objects.unknown(item, place, "earlier part", part, earlier, "unknown-part")
        return
    try:
        if not field:
            raise PathProblem("expected a part and its field", "write it like self.name")
        found = follow(objects, earlier[part], field)
    except PathProblem as problem:
        if not problem.doubtful:
            objects.report(item, place, problem.what, "unknown-field", problem.hint)
        return
    if found.type == "pick" or passes(objects, earlier[part], field, ("pick",)):
        objects.report(item, place, f"nothing is picked while {part} is made", "bad-pick",
                       "copy from the part that makes the row")


def _is_unique(objects: Objects, entity: str, field: str) -> bool:
    spec: EntitySpec = objects.spec("entity", entity)
    return spec.fields[field].unique if field in spec.fields and spec.fields[field].unique else (
        any(unique.fields == (field,) for unique in spec.unique.values())
    )
