"""The widgets of a dashboard that every area can draw: a count of rows, and the first of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from config.specs.parts import WidgetSpec
from runtime.pages.context import PageContext
from runtime.pages.rows import Column, RowStyle, columns_of, write_rows
from runtime.records.values import ListQuery

_ROWS_PER_LINE = 2
_COLUMNS_MIN, _COLUMNS_MAX = 2, 12


@dataclass(frozen=True, slots=True)
class WidgetTable:
    """The first rows of a list; without any, `empty` says so."""

    columns: tuple[Column, ...]
    rows: Markup
    row_count: int
    empty: str


@dataclass(frozen=True, slots=True)
class Widget:
    """A card of `columns` twelfths of the page's width; one of value, table and body is set."""

    label: str
    icon: str
    columns: int
    url: str = ""
    value: str = ""
    badge: str = ""
    table: WidgetTable | None = None
    body: Markup | None = None


def drawn(context: PageContext, key: str, spec: WidgetSpec) -> Iterator[Widget]:
    """Yield the card of a count or a list, nothing where the reader may not see its rows."""
    entity, _, view = (spec.count or spec.list or "").partition(".")
    model = context.generated.entities.get(entity)
    if model is None or not context.records.can("see", entity):
        return
    view = view or context.view_of(entity)
    if view not in model.views:
        return
    shown = model.views[view]
    label = context.text(spec.label or shown.label, key)
    icon = spec.icon or model.spec.icon
    query = {} if view == context.view_of(entity) else {"view": view}
    url = context.links.list(entity, query) if shown.area == context.area else ""
    if spec.list:
        yield Widget(label, icon, width_of(spec), url, table=_table(context, entity, view, spec))
        return
    count = context.records.count(entity, view)
    warns = shown.badge if shown.badge in ("warn", "bad") and count.number else ""
    number = count.text(context.format.locale)
    yield Widget(label, icon, width_of(spec), url, number, warns or "")


def width_of(spec: WidgetSpec) -> int:
    return max(_COLUMNS_MIN, min(_COLUMNS_MAX, int(spec.size.partition("x")[0])))


def _table(context: PageContext, entity: str, view: str, spec: WidgetSpec) -> WidgetTable:
    lines = int(spec.size.partition("x")[2] or 1)
    query = ListQuery(view=view, size=max(1, lines * _ROWS_PER_LINE), count=False)
    page = context.records.list(entity, query)
    # Only what fits the width of the card; the list itself has the rest.
    names = list(page.columns)[: max(_COLUMNS_MIN, width_of(spec) * 2 // 3)]
    columns = columns_of(context, entity, names, page.view)
    rows = write_rows(context, entity, page.rows, columns, RowStyle())
    empty = context.text(page.view.empty) or context.none_yet(entity)
    return WidgetTable(tuple(columns), rows, len(page.rows), empty)
