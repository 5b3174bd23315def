"""Menus, dashboards and jobs: every target exists, every function is registered."""

from __future__ import annotations

from typing import Any

from config.objects import Item, Objects
from config.paths import check_path
from config.references.layout import check_page
from config.references.views import exists_view
from config.source import KeyPath
from config.specs import JobSpec
from config.written import cron_problem, zone_problem

TARGETS = ("entity", "view", "create", "page", "settings", "url", "each")
WIDGETS = ("widget", "count", "list", "chart")
COLUMNS = 12


def check_menus(objects: Objects) -> None:
    for item in objects.checked("menu"):
        if item.spec.joins is not None:
            _check_joins(objects, item)
        for name, entry in item.spec.items.items():
            _check_item(objects, item, ("items", name), entry)


def _check_joins(objects: Objects, item: Item) -> None:
    """A menu joins one that stands by itself: chains and circles would be hard to follow."""
    joined = item.spec.joins
    if not objects.exists(item, ("joins",), "menu", joined):
        return
    spec = objects.spec("menu", joined)
    if joined == item.name or (spec is not None and spec.joins is not None):
        objects.report(item, ("joins",), f"menu {joined} joins another one itself",
                       "bad-menu-item", "join a menu that stands by itself")


def _check_item(objects: Objects, item: Item, path: KeyPath, entry: Any) -> None:
    given = [key for key in TARGETS if getattr(entry, key) is not None]
    if len(given) > 1 or (given and entry.items) or not (given or entry.items):
        what = "nothing says where it leads" if not given else (
            f"{' and '.join([*given, *(['items'] if entry.items else [])])} stand beside each other"
        )
        objects.report(item, path, what, "one-of",
                       f"write one of: {', '.join([*TARGETS, 'items'])}", on_key=True)
    _check_target(objects, item, path, entry)
    _check_each(objects, item, path, entry)
    for name, inner in entry.items.items():
        _check_item(objects, item, (*path, "items", name), inner)


def _check_target(objects: Objects, item: Item, path: KeyPath, entry: Any) -> None:
    shown_in = item.spec.joins or item.name
    area = shown_in if shown_in in ("staff", "client") else None
    if entry.entity is not None and path not in item.grafts:
        source, inner = item.locate((*path, "entity"))
        place = (*path, "entity") if inner in source.value_positions else path
        objects.exists(item, place, "entity", entry.entity)
    if entry.create is not None:
        objects.exists(item, (*path, "create"), "entity", entry.create)
    if entry.settings is not None:
        objects.exists(item, (*path, "settings"), "settings", entry.settings)
    if entry.page is not None:
        check_page(objects, item, (*path, "page"), entry.page, area)
    if entry.view is not None and exists_view(objects, item, (*path, "view"), entry.view):
        check_area(objects, item, (*path, "view"), entry.view, area)
    if entry.url is not None and not entry.url.startswith(("https://", "http://", "/", "mailto:")):
        objects.report(item, (*path, "url"), f"expected an address, got '{entry.url}'",
                       "bad-value", "write it like https://example.com/help")


def check_area(
    objects: Objects, item: Item, place: KeyPath, target: str, area: str | None
) -> None:
    """Report a view of the staff area in a place of the client area."""
    entity, _, name = target.partition(".")
    view = objects.spec("entity", entity).views[name]
    if area == "client" and view.area != "client":
        objects.report(item, place, f"view {target} is of the staff area", "wrong-area",
                       "write area: client in the view")


def _check_each(objects: Objects, item: Item, path: KeyPath, entry: Any) -> None:
    if entry.each is None:
        for key in ("label_from", "where", "to"):
            if getattr(entry, key) is not None:
                objects.report(item, (*path, key), "there is no each beside it", "bad-menu-item",
                               "write each: the entity that gives the rows", on_key=True)
        return
    if not objects.exists(item, (*path, "each"), "entity", entry.each):
        return
    if entry.label_from is None:
        objects.report(item, path, "nothing says how the links are called", "bad-menu-item",
                       "write label_from: a field of the row", on_key=True)
    elif objects.spec("entity", entry.each) is not None:
        check_path(objects, item, (*path, "label_from"), entry.each, entry.label_from)
    to = entry.to or {}
    for key in to:
        if key not in ("view", "page"):
            objects.report(item, (*path, "to", key), "unknown key", "unknown-key",
                           "write one of: page, view", on_key=True)
    if "view" in to:
        exists_view(objects, item, (*path, "to", "view"), to["view"])
    if "page" in to:
        check_page(objects, item, (*path, "to", "page"), to["page"])


def check_dashboards(objects: Objects) -> None:
    for item in objects.checked("dashboard"):
        for name, widget in item.spec.widgets.items():
            _check_widget(objects, item, ("widgets", name), widget)


def _check_widget(objects: Objects, item: Item, path: KeyPath, widget: Any) -> None:
    given = [key for key in WIDGETS if getattr(widget, key) is not None]
    if len(given) != 1:
        what = "nothing says what it shows" if not given else (
            f"{' and '.join(given)} stand beside each other"
        )
        objects.report(item, path, what, "one-of", f"write one of: {', '.join(WIDGETS)}",
                       on_key=True)
    if widget.widget is not None and widget.widget not in objects.vocabulary.widgets:
        objects.unknown(item, (*path, "widget"), "widget", widget.widget,
                        objects.vocabulary.widgets, "unknown-widget")
    for key in ("count", "list"):
        view = getattr(widget, key)
        if view is not None and exists_view(objects, item, (*path, key), view):
            check_area(objects, item, (*path, key), view, item.name)
    width = int(widget.size.partition("x")[0])
    if not 1 <= width <= COLUMNS:
        objects.report(item, (*path, "size"), f"the grid has {COLUMNS} columns, got {width}",
                       "bad-value", "write it like 3x2")


def check_jobs(objects: Objects) -> None:
    for item in objects.checked("job"):
        job: JobSpec = item.spec
        problem = cron_problem(job.at.cron)
        if problem:
            objects.report(item, ("at", "cron"), problem, "bad-cron",
                           "five fields: minute hour day month weekday; '*/5 * * * *'")
        problem = zone_problem(job.at.zone)
        if problem:
            objects.report(item, ("at", "zone"), problem, "unknown-zone",
                           "write it like Europe/Warsaw")
        for key in ("attempts", "grow"):
            if getattr(job.retry, key) < 1:
                objects.report(item, ("retry", key), "expected at least 1", "bad-limits")


