"""The page of one list: what may be chosen, what is shown, and how many there are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from config.labels import lowered
from config.specs.entity import ViewSpec
from runtime.pages.bulk_bar import BulkAction, bulk_actions, bulk_buttons
from runtime.pages.cards import Card, cards_of
from runtime.pages.column_choice import ColumnChoice, column_choice
from runtime.pages.context import PageContext
from runtime.pages.filters import (
    FilterBox,
    FilterChip,
    filter_boxes,
    filter_chips,
    more_filters,
)
from runtime.pages.making import may_create
from runtime.pages.query import SIZES, ListAddress
from runtime.pages.reachable import FieldGroup
from runtime.pages.rows import Column, RowStyle, column_label, columns_of, write_rows
from runtime.pages.saved_views import SavedTabs, saved_tabs
from runtime.records.errors import ValidationFailed
from runtime.records.values import ListQuery, Page


@dataclass(frozen=True, slots=True)
class ViewTab:
    name: str
    label: str
    url: str
    current: bool
    count: str = ""
    badge: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says, and the one thing to do about it."""

    icon: str
    title: str
    text: str
    action_label: str = ""
    action_url: str = ""


@dataclass(frozen=True, slots=True)
class ListPage:
    """Everything the template of a list writes down."""

    entity: str
    title: str
    help: str
    address: ListAddress
    tabs: tuple[ViewTab, ...]
    saved: SavedTabs
    columns: tuple[Column, ...]
    rows: Markup
    row_count: int
    style: RowStyle
    filters: tuple[FilterBox, ...]
    more_filters: tuple[FieldGroup, ...]
    filterable: bool
    columns_url: str | None
    column_choice: ColumnChoice | None
    chips: tuple[FilterChip, ...]
    search: str | None
    showing: str
    previous_url: str | None
    next_url: str | None
    sizes: tuple[tuple[int, str, bool], ...]
    empty: Empty | None
    bulk: tuple[BulkAction, ...]
    problems: tuple[str, ...]
    new_url: str | None = None
    new_label: str = ""
    export_url: str | None = None
    import_url: str | None = None
    trash_url: str | None = None
    bulk_url: str = ""
    place_url: str = ""
    cards: tuple[Card, ...] = ()
    bulk_shown: int = 0
    """How many of the bulk actions are buttons; the others stand under *More*."""
    refresh_seconds: int = 0
    """How often a script brings the rows up to date, 0 for never."""

    @property
    def width(self) -> int:
        """How many columns the table has, for a cell that spans all."""
        return len(self.columns) + self.style.choose + self.style.menu + self.style.place


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What the surroundings of a list decide: in a detail page it is shorter and has a parent."""

    parent: tuple[str, Any] | None = None
    tabs: bool = True
    choose: bool = True
    menu: bool = True
    titled: bool = True
    hide: frozenset[str] = frozenset()


def build_list(
    context: PageContext, entity: str, address: ListAddress, options: ListOptions = ListOptions()
) -> ListPage:
    """Ask the gate for the rows that `address` names. Raises what `Records.list` raises.

    A filter, sort or page that the gate refuses is left out and told in the page's problems.
    """
    address = replace(address, query=replace(address.query, parent=options.parent))
    page, address = _page(context, entity, address)
    model = context.model(entity)
    trash = address.query.trash
    bulk = bulk_actions(context, entity, trash=trash) if options.choose else ()
    placed = _placed(context, entity, address.query, options)
    style = RowStyle(choose=bool(bulk), menu=options.menu, place=placed)
    names = [name for name in page.columns if name not in options.hide]
    columns = _with_sorting(columns_of(context, entity, names, page.view), address, page)
    create = not trash and options.titled and may_create(context, entity)
    view = page.view
    boxes = filter_boxes(context, entity, view, address)
    return ListPage(
        entity=entity,
        title=_title(context, entity, address),
        help=context.text(view.help or model.spec.help),
        address=address,
        tabs=_tabs(context, entity, address) if options.tabs and not trash else (),
        saved=saved_tabs(context, entity, address) if options.titled else SavedTabs(),
        columns=columns,
        rows=write_rows(context, entity, page.rows, columns, style),
        row_count=len(page.rows),
        style=style,
        filters=boxes,
        more_filters=more_filters(context, entity, address, boxes),
        filterable=_filterable(context, view, options),
        columns_url=address.columns_url if options.titled and context.area == "staff" else None,
        column_choice=column_choice(context, entity, page.columns, address),
        chips=filter_chips(context, entity, address),
        search=_search_hint(context, entity, view),
        showing=_showing(context, page),
        previous_url=_page_url(address, page.previous),
        next_url=_page_url(address, page.next),
        sizes=tuple((n, address.url(size=n), n == address.query.size) for n in SIZES),
        empty=_empty(context, entity, address, create=create) if not page.rows else None,
        bulk=bulk,
        bulk_shown=bulk_buttons(bulk),
        problems=address.problems,
        new_url=context.links.new(entity) if create else None,
        new_label=context.new(entity),
        export_url=_export_url(context, entity, address),
        import_url=_import_url(context, entity) if options.titled else None,
        trash_url=_trash_url(context, entity, address) if options.titled else None,
        bulk_url=context.links.bulk(entity),
        place_url=f"{context.links.prefix}/{entity}/place",
        cards=cards_of(context, entity, page.rows, columns) if view.look == "cards" else (),
        refresh_seconds=int(view.refresh.total_seconds()) if view.refresh else 0,
    )


def _filterable(context: PageContext, view: ViewSpec, options: ListOptions) -> bool:
    """Say whether there is something to filter by, beside the row that all of them belong to."""
    parent = options.parent[0] if options.parent else None
    declared = any(path != parent for path in view.filters)
    return declared or (context.area == "staff" and options.titled)


def _page(
    context: PageContext, entity: str, address: ListAddress
) -> tuple[Page, ListAddress]:
    """Return the page, leaving out step by step what the gate cannot read."""
    try:
        return context.records.list(entity, address.query), address
    except ValidationFailed as refused:
        said = [
            _about(context, entity, address, path) + _sentence(context.say(text))
            for path, texts in refused.problems.items() for text in texts
        ]
        query = replace(address.query, cursor=None)
        kept = tuple(item for item in query.filters if item.path not in refused.problems)
        if "cursor" not in refused.problems:
            # Nothing names the culprit: without any condition the list can always be shown.
            kept = kept if len(kept) < len(query.filters) else ()
            query = replace(query, filters=kept, sort=())
            if not kept:
                query = replace(query, search="" if "search" in refused.problems else query.search)
        if query == address.query:
            raise
        dropped = tuple(item for item in address.query.filters if item not in query.filters)
        return _page(context, entity, replace(
            address, query=query, problems=(*address.problems, *said),
            unread=(*address.unread, *dropped), filters_open=address.filters_open or bool(dropped),
        ))


def _about(context: PageContext, entity: str, address: ListAddress, path: str) -> str:
    """Return the label of the filter that a problem is about, nothing for any other problem."""
    field = context.field_at(entity, path)
    if field is None or all(each.path != path for each in address.query.filters):
        return ""
    view = context.model(entity).views.get(address.query.view)
    return f"{column_label(context, entity, path, field, view)}: "


def _title(context: PageContext, entity: str, address: ListAddress) -> str:
    plural = context.plural(entity)
    if address.query.trash:
        return context.translate("{name} in the trash").format(name=plural)
    return plural


def view_name(context: PageContext, page: ListPage) -> str:
    """Return what the chosen view is called, empty for the one that the list opens with."""
    saved = next((tab.label for tab in page.saved.tabs if tab.current), "")
    name = page.address.query.view
    if saved or name == page.address.default_view:
        return saved
    return context.text(context.model(page.entity).views[name].label, name)


def _tabs(context: PageContext, entity: str, address: ListAddress) -> tuple[ViewTab, ...]:
    model = context.model(entity)
    tabs = []
    for name, view in model.views.items():
        if view.area != context.area:
            continue
        # Without a condition it shows the same rows: columns for the tab of another row's page.
        # One that a saved view has opened is named by that one's tab.
        asked = name == address.query.view and not address.saved
        if name != address.default_view and view.where is None and not asked and not view.count:
            continue
        own = name == address.default_view and not view.label
        label = context.translate("All") if own else context.text(view.label, name)
        counted = context.records.count(entity, view=name) if view.count else None
        current = name == address.query.view and not address.saved
        url = address.view_url(name)
        badge = (view.badge or "") if counted and counted.number else ""
        shown = counted.text(context.format.locale) if counted else ""
        tabs.append(ViewTab(name, label, url, current, shown, badge))
    return tuple(tabs) if len(tabs) > 1 else ()


def _with_sorting(
    columns: tuple[Column, ...], address: ListAddress, page: Page
) -> tuple[Column, ...]:
    sortable = set(page.view.sortable)
    first = page.sort[0] if page.sort else ""
    out = []
    for column in columns:
        if column.name not in sortable:
            out.append(column)
            continue
        ascending = first == column.name
        descending = first == f"-{column.name}"
        # The first click on a moment or a number shows the newest, the largest.
        falls = column.field.type.numeric or column.field.spec.type in ("moment", "date")
        key = f"-{column.name}" if ascending or (falls and not descending) else column.name
        state = "ascending" if ascending else "descending" if descending else None
        out.append(replace(column, sort_url=address.url(sort=(key,)), sorted=state))
    return tuple(out)


def _search_hint(context: PageContext, entity: str, view: Any) -> str | None:
    """Return the text in the search box: what is searched; None where nothing can be."""
    labels = []
    for path in view.search:
        field = context.field_at(entity, path)
        if field is not None:
            labels.append(lowered(field.label(context.format.locale)))
    if not labels:
        return None
    return context.translate("Search by {fields}").format(fields=", ".join(labels[:3]))


def _showing(context: PageContext, page: Page) -> str:
    shown = len(page.rows)
    if page.count is None:
        return context.translate("Showing {shown}").format(shown=shown)
    count = page.count.text(context.format.locale)
    if page.previous is None:
        text = context.translate(
            "Showing 1 to {shown} of {count}" if shown else "Showing 0"
        )
        return text.format(shown=shown, count=count)
    return context.translate("Showing {shown} of {count}").format(shown=shown, count=count)


def _page_url(address: ListAddress, cursor: str | None) -> str | None:
    return address.url(cursor=cursor) if cursor else None


def _export_url(context: PageContext, entity: str, address: ListAddress) -> str | None:
    if not context.records.can("export", entity):
        return None
    query = address.url().partition("?")[2]
    url = context.links.export(entity)
    return f"{url}?{query}" if query else url


def _import_url(context: PageContext, entity: str) -> str | None:
    if context.area != "staff" or not context.records.can("import", entity):
        return None
    return context.links.imports(entity)


def _trash_url(context: PageContext, entity: str, address: ListAddress) -> str | None:
    if not context.model(entity).has("trash") or not context.records.can("delete", entity):
        return None
    return context.links.list(entity, {} if address.query.trash else {"trash": "1"})


def _placed(
    context: PageContext, entity: str, query: ListQuery, options: ListOptions
) -> bool:
    """Say whether rows can be put in another order here: they are shown in their own."""
    fields = context.model(entity).fields
    position = next((name for name, field in fields.items() if field.spec.type == "position"), None)
    if position is None or query.filters or query.search or query.trash:
        return False
    shown = query.sort or tuple(context.model(entity).views[query.view].sort)
    return position in shown[-1:] and bool(context.records.can("edit", entity, field=position))


def _empty(
    context: PageContext, entity: str, address: ListAddress, *, create: bool
) -> Empty:
    translate, query = context.translate, address.query
    icon = context.model(entity).spec.icon
    plural = lowered(context.plural(entity))
    view = context.model(entity).views.get(query.view)
    if query.cursor:
        # Those before this page are there: neither the list nor what was searched is empty.
        return Empty(icon, translate("No more rows"), "", translate("First page"), address.url())
    if query.trash:
        return Empty("trash", translate("The trash is empty"), translate("Deleted rows wait here."))
    if query.filters or query.search:
        return Empty(
            "search-off", translate("Nothing matches"),
            translate("No {names} match the search and the filters.").format(names=plural),
            translate("Show all"), address.url(filters=(), search=""),
        )
    if view is not None and view.where is not None and query.view != address.default_view:
        # There may be many others: this says nothing about them and asks for nothing.
        label = context.text(view.label, query.view)
        title = translate("Nothing under “{view}”").format(view=label)
        return Empty(icon, title, context.text(view.empty))
    title = context.none_yet(entity)
    said = context.text(view.empty) if view is not None else ""
    if not create:
        return Empty(icon, title, said or translate("They will be shown here."))
    text = said or translate("What you add is shown here.")
    return Empty(icon, title, text, context.new(entity), context.links.new(entity))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
