"""An area's menu: each item shows exactly when its target may be seen.

There is no second list of permissions: the gate is asked about the target of every item, and a
group in which nothing is left goes too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.expressions import Env, compile_python
from config.specs.menu import MenuItemSpec
from generator.fields.relation import linked_entity
from runtime.pages.context import PageContext
from runtime.records.errors import RecordError
from runtime.records.values import Count, Filter, ListQuery, Record

if TYPE_CHECKING:
    from generator import EntityModel
    from runtime.clock import Clock

# A menu with more entries than this is a list, and has a page of its own.
EACH_MAX = 30


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line; `key` names a group so that a browser remembers whether it is open."""

    key: str
    label: str
    icon: str = ""
    url: str = ""
    count: str = ""
    external: bool = False
    current: bool = False
    open: bool = False
    children: tuple[MenuItem, ...] = ()
    heading: str = ""
    """Stands above the line: a part of the menu begins with it."""


@dataclass(frozen=True, slots=True)
class MenuTargets:
    """What an area adds: its own pages by name, and the addresses of settings tabs."""

    pages: Mapping[str, str]
    settings: Callable[[str], str | None] = lambda tab: None


class MenuBuilder:
    """Builds the menu of one area for one request."""

    def __init__(self, context: PageContext, clock: Clock, targets: MenuTargets) -> None:
        self.context, self.clock, self.targets = context, clock, targets
        self.project = context.generated.project

    def build(
        self, name: str, path: str, view: str, opened: frozenset[str] = frozenset()
    ) -> tuple[MenuItem, ...]:
        """Return the items of `menu: <name>`; `opened` are the groups the person left open."""
        joining = (key for key, menu in self.project.menus.items() if menu.joins == name)
        items = tuple(
            item for key in (name, *joining) if key in self.project.menus
            for item in self._level(self.project.menus[key].items, f"menu/{key}")
        )
        return mark_current(items, path, view, opened, self.context.links.prefix)

    def _level(self, items: Mapping[str, MenuItemSpec], address: str) -> tuple[MenuItem, ...]:
        level: list[MenuItem] = []
        heading = ""
        for key, spec in items.items():
            heading = self.context.text(spec.heading) or heading
            if spec.hidden:
                continue
            for made in self._item(key, spec, f"{address}/items/{key}"):
                # The first of a part that this person sees carries its heading.
                level.append(replace(made, heading=heading) if heading else made)
                heading = ""
        return tuple(level)

    def _item(self, key: str, spec: MenuItemSpec, address: str) -> Iterator[MenuItem]:
        context = self.context
        label = context.text(spec.label, key)
        if spec.items:
            children = self._level(spec.items, address)
            if children:
                yield MenuItem(key, label, spec.icon or "folder", children=children)
        elif spec.each:
            yield from self._each(key, spec, address)
        elif spec.url:
            yield MenuItem(key, label, spec.icon or "", spec.url, external=True)
        elif spec.page:
            if spec.page in self.targets.pages:
                yield MenuItem(key, label, spec.icon or "", self.targets.pages[spec.page])
        elif spec.settings:
            url = self.targets.settings(spec.settings)
            if url:
                tab = self.project.settings[spec.settings]
                shown = context.text(spec.label or tab.label, spec.settings)
                yield MenuItem(key, shown, spec.icon or "", url)
        elif spec.create:
            if context.records.can("create", spec.create):
                yield MenuItem(key, label, spec.icon or "", context.links.new(spec.create))
        else:
            yield from self._list(key, spec)

    def _list(self, key: str, spec: MenuItemSpec) -> Iterator[MenuItem]:
        entity, _, view = (spec.view or spec.entity or "").partition(".")
        model = self.context.generated.entities.get(entity)
        if model is None:
            return
        view = view or self.default_view(model)
        if view not in model.views or not self.context.records.can("see", entity):
            return
        own = model.views[view].label if spec.view else None
        label = self.context.text(spec.label or own) or self.context.plural(entity)
        if spec.view and not (spec.label or own):
            label = self.context.text(None, view)
        count = self._count(entity, view) if spec.count is True else ""
        yield MenuItem(key, label, spec.icon or "", self._url(model, view), count)

    def _count(self, entity: str, view: str) -> str:
        count: Count = self.context.records.count(entity, view)
        return count.text(self.context.format.locale) if count.number else ""

    def _each(self, key: str, spec: MenuItemSpec, address: str) -> Iterator[MenuItem]:
        model = self.context.generated.entities.get(spec.each or "")
        if model is None or not self.context.records.can("see", model.name):
            return
        icon_field = next((n for n, f in model.fields.items() if f.spec.type == "icon"), None)
        for record in self._rows(model, spec, f"{address}/where", icon_field):
            label = self._label_of(model, record, spec.label_from)
            icon = (icon_field and record.get(icon_field)) or spec.icon or ""
            yield MenuItem(f"{key}-{record.id}", label, icon, *self._target(model, record, spec))

    def _rows(
        self, model: EntityModel, spec: MenuItemSpec, address: str, icon_field: str | None
    ) -> list[Record]:
        view = self._own_view(model, spec) or self.default_view(model)
        expression = self.project.expressions.get(address)
        wanted = {spec.label_from, icon_field, *(expression.names if expression else ())}
        columns = tuple(name for name in model.fields if name in wanted)
        query = ListQuery(view=view, columns=columns, size=EACH_MAX, count=False)
        try:
            rows = self.context.records.list(model.name, query).rows
        except RecordError:
            return []
        if expression is None:
            return rows
        holds = compile_python(expression)
        now = self.clock.now()
        env = Env(now=now, today=now.date(), me={})
        # A condition on a field that this person may not see holds for no row.
        return [
            record for record in rows
            if expression.names <= record.values.keys() and holds(record.values, env) is True
        ]

    def _target(self, model: EntityModel, record: Record, spec: MenuItemSpec) -> tuple[str, str]:
        """Return where the row's line leads, and how many rows wait there.

        That is the list named by `to`, narrowed to the row, when it has a filter that ends at
        the row's entity; else the row's own page.
        """
        entity, _, view = (spec.to or {}).get("view", "").partition(".")
        target = self.context.generated.entities.get(entity)
        if target is not None and target is not model and view in target.views:
            path = self._filter_to(target, view, model.name)
            if path and self.context.records.can("see", entity):
                where = (Filter(path, "eq", (str(record.id),)),)
                pairs = [("view", view), (f"op.{path}", "eq"), (f"f.{path}", str(record.id))]
                url = self.context.links.list(entity, pairs)
                if not spec.count:
                    return url, ""
                count = self.context.records.count(entity, view, where)
                return url, count.text(self.context.format.locale)
        return self.context.links.record(model.name, record.id), ""

    def _filter_to(self, target: EntityModel, view: str, entity: str) -> str | None:
        for path in target.views[view].filters:
            field = self.context.field_at(target.name, path)
            if field is not None and linked_entity(field) == entity:
                return path
        return None

    def _own_view(self, model: EntityModel, spec: MenuItemSpec) -> str | None:
        entity, _, view = (spec.to or {}).get("view", "").partition(".")
        return view if entity == model.name and view in model.views else None

    def _label_of(self, model: EntityModel, record: Record, path: str | None) -> str:
        field = model.fields.get(path or "")
        if field is None or path not in record:
            return record.title
        return field.type.text(field, record[path], self.context.format) or record.title

    def _url(self, model: EntityModel, view: str) -> str:
        query = {} if view == self.default_view(model) else {"view": view}
        return self.context.links.list(model.name, query)

    def default_view(self, model: EntityModel) -> str:
        """Return the view that the entity opens with in this area, empty when it has none."""
        area = self.context.area
        if area == "staff" and "staff" in model.views:
            return "staff"
        return next((name for name, view in model.views.items() if view.area == area), "")


def mark_current(
    items: tuple[MenuItem, ...], path: str, view: str, opened: frozenset[str] = frozenset(),
    prefix: str = "",
) -> tuple[MenuItem, ...]:
    """Return the items with the one that leads to the present page marked, its group open.

    The exact address wins; without one, the list that a row's page belongs to. The start page
    of the area (`prefix`) is no list, so nothing belongs to it.
    """
    here = f"{path}?view={view}" if view else path
    parts = path.split("/")
    # A row's page belongs to the list of its entity: `/admin/client/12` to `/admin/client/`.
    start = prefix.count("/") + 1
    folders = ["/".join(parts[:end]) + "/" for end in range(len(parts) - 1, start, -1)]
    urls = [item.url for item in _leaves(items)]
    chosen = next((each for each in (here, path, *folders) if each in urls), None)
    return tuple(_marked(item, chosen, opened) for item in items)


def _leaves(items: tuple[MenuItem, ...]) -> Iterator[MenuItem]:
    for item in items:
        if item.children:
            yield from _leaves(item.children)
        else:
            yield item


def _marked(item: MenuItem, chosen: str | None, opened: frozenset[str]) -> MenuItem:
    if not item.children:
        return replace(item, current=chosen is not None and item.url == chosen)
    children = tuple(_marked(child, chosen, opened) for child in item.children)
    inside = any(child.current or child.open for child in children)
    return replace(item, children=children, open=inside or item.key in opened)
