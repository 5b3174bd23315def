"""Search over everything a person may see: places of the menu, things to make, rows by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from generator import EntityModel
from runtime.pages.context import PageContext
from runtime.pages.forms import form_names
from runtime.pages.menu import MenuItem
from runtime.records.errors import RecordError
from runtime.records.values import ListQuery, Record

PLACES_MAX = 8
ROWS_MAX = 5
GROUPS_MAX = 10
_DETAILS = 3
# What a row is told apart by; texts that are long, or that nobody reads, are not.
_SAID = frozenset({"text", "email", "choice", "money", "domain", "ip", "country", "date", "moment",
                   "relation", "integer", "sequence", "phone"})


@dataclass(frozen=True, slots=True)
class Hit:
    label: str
    url: str
    icon: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HitGroup:
    """Hits of one kind; `all_url` leads to the whole list of what was found."""

    label: str
    hits: tuple[Hit, ...]
    all_url: str | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    text: str
    groups: tuple[HitGroup, ...]


def search(context: PageContext, menu: Iterable[MenuItem], text: str) -> SearchPage:
    """Return what matches; without a text the places of the menu."""
    text, menu = text.strip(), tuple(menu)
    places = tuple(_places(menu, text.casefold()))[: PLACES_MAX if text else None]
    groups = [HitGroup(context.translate("Go to"), places)] if places else []
    if text:
        made = tuple(_to_make(context, text.casefold()))[:PLACES_MAX]
        groups += [HitGroup(context.translate("Make"), made)] if made else []
        found = _rows(context, _having(context, menu, text), text)
        groups += islice(found, GROUPS_MAX)
    return SearchPage(text, tuple(groups))


def _places(menu: Iterable[MenuItem], text: str, above: str = "") -> Iterator[Hit]:
    for item in menu:
        path = f"{above} › {item.label}" if above else item.label
        if item.children:
            yield from _places(item.children, text, path)
        elif item.url and not item.external and _matches(path, text):
            yield Hit(item.label, item.url, item.icon or "arrow-right", above)


def _to_make(context: PageContext, text: str) -> Iterator[Hit]:
    for model in _searched(context):
        label = context.new(model.name)
        if _matches(label, text) and context.records.can("create", model.name) and form_names(
            context, model.name, None
        ):
            yield Hit(label, context.links.new(model.name), "plus")


def _matches(label: str, text: str) -> bool:
    words = label.casefold()
    return all(part in words for part in text.split())


def _searched(context: PageContext) -> Iterator[EntityModel]:
    """Yield what staff look for by name: not the program's own rows, and no logs."""
    for model in context.generated.entities.values():
        view = model.views.get(context.view_of(model.name))
        if model.spec.internal or "recorded" in model.spec.traits or view is None:
            continue
        if view.search and context.records.can("see", model.name):
            yield model


def _in_order(context: PageContext, menu: Iterable[MenuItem]) -> list[EntityModel]:
    """Return what is searched as the menu has it: what people use most stands first there."""
    urls = [hit.url.partition("?")[0] for hit in _places(menu, "")]
    models = list(_searched(context))
    known = {model.name: urls.index(url) for model in models
             if (url := context.links.list(model.name)) in urls}
    return sorted(models, key=lambda model: known.get(model.name, len(urls)))


def _having(
    context: PageContext, menu: Iterable[MenuItem], text: str
) -> list[EntityModel]:
    """Return those in which the text finds rows, asked of all at once."""
    models = _in_order(context, menu)
    finds = context.records.finds({m.name: context.view_of(m.name) for m in models}, text)
    return [model for model in models if model.name in finds]


def _rows(context: PageContext, models: Iterable[EntityModel], text: str) -> Iterator[HitGroup]:
    for model in models:
        columns = _details(context, model)
        query = ListQuery(
            view=context.view_of(model.name), search=text, size=ROWS_MAX + 1, columns=columns,
            count=False,
        )
        try:
            rows = context.records.list(model.name, query).rows
        except RecordError:
            continue
        if rows:
            hits = tuple(_hit(context, model, row, columns) for row in rows[:ROWS_MAX])
            more = context.links.list(model.name, {"q": text, "saved": "0"})
            more_url = more if len(rows) > ROWS_MAX else None
            yield HitGroup(context.plural(model.name), hits, more_url)


def _details(context: PageContext, model: EntityModel) -> tuple[str, ...]:
    names = []
    for name in model.views[context.view_of(model.name)].columns:
        field = model.fields.get(name)
        if field is not None and field.columns and field.spec.type in _SAID:
            names.append(name)
    return tuple(names[: _DETAILS + 1])


def _hit(
    context: PageContext, model: EntityModel, row: Record, columns: tuple[str, ...]
) -> Hit:
    said = []
    for name in columns:
        field, value = model.fields[name], row.get(name)
        title = row.titles.get(name)
        text = title.text if title else ""
        if field.spec.type != "relation" and value is not None:
            text = field.type.text(field, value, context.format)
        # The title says it already.
        if text and text not in row.title:
            said.append(text)
    url = context.links.record(model.name, row.id)
    return Hit(row.title, url, model.spec.icon or "file", " · ".join(said[:_DETAILS]))
