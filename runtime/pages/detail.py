"""The page of one row: its state, what may be done, its facts, what belongs to it, its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from config.specs.entity import TabSpec, ViewSpec
from generator.fields.base import BoundField
from runtime.pages.context import PageContext
from runtime.pages.controls import child_records
from runtime.pages.history import HistoryPage, build_history
from runtime.pages.limits import limits_of
from runtime.pages.lists import ListOptions, ListPage, build_list
from runtime.pages.making import CreateButton, create_buttons, may_create
from runtime.pages.moves import MenuEntry, MoveButton, primary_moves, row_menu
from runtime.pages.own_currency import in_own, own_currencies, says_nothing
from runtime.pages.query import ListAddress, Pairs, read_address
from runtime.pages.rows import Column, RowStyle, cell_writer, columns_of, write_rows
from runtime.pages.sections import placed_sections
from runtime.records.errors import RecordError
from runtime.records.values import Record


@dataclass(frozen=True, slots=True)
class Fact:
    """One field of the row: its label and what it holds."""

    label: str
    value: Markup


@dataclass(frozen=True, slots=True)
class DetailSection:
    """Facts, or the rows of an inline collection as a table."""

    label: str
    help: str
    facts: tuple[Fact, ...] = ()
    columns: tuple[Column, ...] = ()
    table: Markup | None = None
    row_count: int = 0
    empty: str = ""


@dataclass(frozen=True, slots=True)
class DetailTab:
    name: str
    label: str
    url: str
    current: bool
    icon: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class DetailPage:
    """Everything the template of a detail page writes down; one tab is filled at a time."""

    record: Record
    title: str
    status: Markup | None
    header: tuple[Fact, ...]
    primary: tuple[MoveButton, ...]
    menu: tuple[MenuEntry, ...]
    edit_url: str | None
    tabs: tuple[DetailTab, ...]
    aside: tuple[Fact, ...]
    tab_help: str = ""
    sections: tuple[DetailSection, ...] = ()
    related: ListPage | None = None
    related_new_url: str | None = None
    history: HistoryPage | None = None
    notice: str = ""
    deleted: str = ""
    create: tuple[CreateButton, ...] = ()
    restore_url: str | None = None


def build_detail(
    context: PageContext, record: Record, tab: str = "", pairs: Pairs = ()
) -> DetailPage:
    """Return the page of `record` with the tab `tab` open, the first one when it has none such.

    `pairs` is the address's query: a related list is sorted and paged by it.
    """
    model = context.model(record.entity)
    available = context.records.moves(record.entity, record) if record.deleted_at is None else []
    offered = offered_tabs(context, record)
    current = tab if tab in offered else next(iter(offered), "")
    editable = record.deleted_at is None and bool(
        context.records.can("edit", record.entity, record)
    )
    # The states stand beside the title already.
    glance = [name for name in model.detail.aside if name not in model.machines]
    header = [name for name in model.detail.header if name not in model.machines]
    page = DetailPage(
        record=record,
        title=record.title,
        status=status_of(context, record),
        header=facts_of(context, record, header),
        primary=primary_moves(context, record, available),
        menu=row_menu(context, record, moves=available),
        edit_url=context.links.edit(record.entity, record.id) if editable else None,
        tabs=tuple(_tab(context, record, name, spec, name == current)
                   for name, spec in offered.items()),
        aside=facts_of(context, record, glance),
        deleted=context.translate("This row is in the trash.") if record.deleted_at else "",
        create=() if record.deleted_at else create_buttons(context, record.entity, record.id),
        restore_url=_restore_url(context, record),
    )
    return _filled(context, page, current, offered, pairs)


def _restore_url(context: PageContext, record: Record) -> str | None:
    if record.deleted_at is None or not context.records.may("restore", record.entity, record):
        return None
    return context.links.action(record.entity, record.id, "restore")


def offered_tabs(context: PageContext, record: Record) -> dict[str, TabSpec]:
    """Return the tabs of this area that hold something this actor may see."""
    model = context.model(record.entity)
    return {
        name: spec for name, spec in model.detail.tabs.items()
        if spec.area in (None, context.area) and _offered(context, record, spec)
    }


def _offered(context: PageContext, record: Record, spec: TabSpec) -> bool:
    records = context.records
    if spec.history:
        return bool(records.can("history", record.entity, record))
    target = _related(context, record, spec)
    if target is not None:
        # In the client area rows of some entities are only ever seen inside others.
        return bool(context.view_of(target[0]) and records.can("see", target[0]))
    if spec.sections:
        visible = records.visible_fields(record.entity, record)
        return any(placed_sections(context, record.entity, spec.sections, visible, "detail"))
    # Widgets and pages come from extensions; without one the tab would open on nothing.
    return bool(spec.widgets or spec.page) and context.has_extra(spec)


def _related(context: PageContext, record: Record, spec: TabSpec) -> tuple[str, str, Any] | None:
    """Return (entity, relation field, parent value) of the rows that a tab lists."""
    if spec.related:
        entity, _, field = spec.related.partition(".")
        bound = context.model(entity).fields[field]
        value = (record.entity, record.id) if bound.spec.to_any else record.id
        return entity, field, value
    if spec.many:
        child = context.model(record.entity).children.get(spec.many)
        if child is not None:
            return child.entity, child.by, record.id
    return None


def _tab(
    context: PageContext, record: Record, name: str, spec: TabSpec, current: bool
) -> DetailTab:
    label = context.text(spec.label, "") if spec.label else _tab_label(context, record, name, spec)
    url = context.links.record(record.entity, record.id, {"tab": name})
    return DetailTab(name, label, url, current, spec.icon or "")


def _tab_label(context: PageContext, record: Record, name: str, spec: TabSpec) -> str:
    if spec.history and name == "history":
        return context.translate("History")
    if spec.many and name == spec.many:
        return context.model(record.entity).fields[name].label(context.format.locale)
    return context.text(None, name)


def _filled(
    context: PageContext, page: DetailPage, current: str, offered: Mapping[str, TabSpec],
    pairs: Pairs,
) -> DetailPage:
    if not current:
        return page
    record, spec = page.record, offered[current]
    page = replace(page, tab_help=context.text(spec.help))
    if spec.history:
        changes = context.records.history(record.entity, record.id)
        return replace(page, history=build_history(context, record, changes))
    target = _related(context, record, spec)
    if target is not None:
        return _with_related(context, page, current, spec, target, pairs)
    return replace(page, sections=tuple(_sections(context, record, current, spec)))


def _with_related(
    context: PageContext, page: DetailPage, current: str, spec: TabSpec,
    target: tuple[str, str, Any], pairs: Pairs,
) -> DetailPage:
    entity, field, value = target
    limits = limits_of(context, entity)
    if spec.view and spec.view in limits.views:
        limits = replace(limits, default_view=spec.view)
    path = context.links.record(page.record.entity, page.record.id)
    address: ListAddress = read_address(
        path, [pair for pair in pairs if pair[0] != "tab"], limits, context.translate,
        fixed=(("tab", current),),
    )
    options = ListOptions(
        parent=(field, value), tabs=False, choose=False, titled=False, hide=frozenset({field})
    )
    related = build_list(context, entity, address, options)
    create = None
    bound = context.model(entity).fields[field]
    if may_create(context, entity) and not bound.spec.to_any:
        create = context.links.new(entity, {field: page.record.id})
    return replace(page, related=related, related_new_url=create)


# ---------------------------------------------------------------------- facts


def status_of(context: PageContext, record: Record) -> Markup | None:
    """Return the states of the row's machines, as their cells."""
    fields = context.model(record.entity).fields
    cells = [
        fields[name].type.cell(fields[name], record[name], context.format)
        for name in context.model(record.entity).machines
        if record.get(name) is not None
    ]
    return Markup(" ").join(cells) if cells else None


def facts_of(context: PageContext, record: Record, names: Iterable[str]) -> tuple[Fact, ...]:
    """Return the fields that the actor may see of the row and that its state shows."""
    fields = context.model(record.entity).fields
    return tuple(
        Fact(fields[name].label(context.format.locale), _value(context, record, fields[name]))
        for name in names
        if name in record.values and name in fields and _shown(context, record, f"fields/{name}")
    )


def _shown(context: PageContext, record: Record, part: str) -> bool:
    return context.records.shows(record, f"entity/{record.entity}/{part}/show_when")


def _value(context: PageContext, record: Record, bound: BoundField) -> Markup:
    cell = Markup(cell_writer(bound, bound.name, context.format)(record))
    if bound.spec.type != "secret" or not record.get(bound.name):
        return cell
    if not context.records.can("reveal", record.entity, record, field=bound.name):
        return cell
    url = context.links.reveal(record.entity, record.id, bound.name)
    return Markup(
        '<span class="pw-secret"><code>{}</code><button type="button" class="btn btn-plain '
        'btn-small" data-reveal="{}">{}</button><button type="button" class="btn btn-plain '
        'btn-small" data-copy="" hidden>{}</button></span>'
    ).format(cell.striptags(), url, context.translate("Show"), context.translate("Copy"))


def _sections(
    context: PageContext, record: Record, tab: str, spec: TabSpec
) -> Iterable[DetailSection]:
    fields = context.model(record.entity).fields
    visible = context.records.visible_fields(record.entity, record)
    for placed in placed_sections(context, record.entity, spec.sections, visible, "detail"):
        if not _shown(context, record, f"detail/tabs/{tab}/sections/{placed.key}"):
            continue
        names = [name for row in placed.rows for name in row]
        facts = facts_of(context, record, [n for n in names if not _is_table(fields[n])])
        if facts:
            yield DetailSection(placed.label, placed.help, facts)
        for name in names:
            if _is_table(fields[name]):
                yield _table(context, record, fields[name])


def _is_table(bound: BoundField) -> bool:
    return bound.spec.type == "many" and bound.spec.through is None


def _table(context: PageContext, record: Record, bound: BoundField) -> DetailSection:
    """Return the rows of an inline collection."""
    child = context.model(bound.entity).children[bound.name]
    label = bound.label(context.format.locale)
    model = context.model(child.entity)
    view = model.views[context.view_of(child.entity) or "staff"]
    try:
        names, rows = _inside(context, record, bound, view)
    except RecordError:
        names, rows = [], []
    columns = columns_of(context, child.entity, names, view)
    table = write_rows(context, child.entity, rows, columns, RowStyle())
    empty = context.translate("None")
    return DetailSection(label, "", (), columns, table, len(rows), empty)


def _inside(
    context: PageContext, record: Record, bound: BoundField, view: ViewSpec
) -> tuple[list[str], list[Record]]:
    """Return the columns and rows of an inline collection that this reader wants to see."""
    child = context.model(bound.entity).children[bound.name]
    allowed = context.records.visible_fields(child.entity)
    # The columns of an inline table are those of the form, which staff fill in.
    chosen = bound.spec.columns if context.area == "staff" else ()
    names = [
        name for name in (chosen or view.columns)
        if name != child.by and name.partition(".")[0] in allowed
    ]
    fields = [found for name in names if (found := context.field_at(child.entity, name))]
    rows = list(child_records(context, bound, record, fields))
    if context.area == "staff":
        return names, rows
    own = own_currencies(context, view)
    rows = in_own(context, child.entity, rows, own)
    # A column that is empty in all rows would only take room.
    names = [name for name in names if any(row.get(name) not in (None, "") for row in rows)]
    if own:
        names = [n for n in names if not says_nothing(context, child.entity, n, rows)]
    return names, rows
