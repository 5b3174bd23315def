"""The rows of a table, written straight to HTML.

A list page spends its time in its cells, so what is the same for every row is decided once per
column, and a row costs one call per cell and no template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from config.specs.entity import ViewSpec
from generator.fields.base import BoundField
from generator.fields.exchange import FormatContext
from generator.fields.html import EMPTY
from runtime.pages import log_words
from runtime.pages.beneath import counted_tab, linked_counts, with_line
from runtime.pages.context import PageContext
from runtime.records.values import Record

_NOWRAP = frozenset({"moment", "date", "duration", "integer", "sequence", "ip", "phone"})
# A drawing, a colour or a yes names no row: the link stands in the first column that does.
_NAMELESS = frozenset({
    "icon", "image", "file", "boolean", "colour", "position", "choice", "choices",
})
_GLANCES = ("flag", "countdown")
_CELLS_MAX = 500
# What is shown of these is the title of another row.
_LINKS = ("relation", "pick")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: `css` aligns it and hides it where there is no room.

    `below` are what stands below its value in the same cell, `tab` the tab of the row's page that
    lists what its value counts.
    """

    name: str
    label: str
    field: BoundField
    css: str = ""
    sort_url: str | None = None
    sorted: str | None = None
    below: tuple[Column, ...] = ()
    tab: str = ""


@dataclass(frozen=True, slots=True)
class RowStyle:
    """What stands around the cells: a box to choose the row, a menu, a way to move it."""

    choose: bool = False
    menu: bool = False
    place: bool = False
    open: bool = True


def columns_of(
    context: PageContext, entity: str, names: Sequence[str], view: ViewSpec | None = None
) -> tuple[Column, ...]:
    """Return the columns without sort links; a path that leads nowhere has no column.

    `view` says what stands beneath them and what they are called there.
    """
    found = [(name, context.field_at(entity, name)) for name in names]
    fields = [(name, field) for name, field in found if field is not None]
    state = next((name for name, field in fields if field.spec.type == "choice"), None)
    title = _naming(context, entity, fields)
    columns = []
    room = 0
    for name, field in fields:
        keep = name in (title, state)
        room += not keep
        label = column_label(context, entity, name, field, view)
        css = _css(field, 0 if keep else room, title=name == title)
        below = _below(context, entity, name, names, view)
        tab = counted_tab(context, entity, field)
        columns.append(Column(name, label, field, css, below=below, tab=tab))
    return tuple(columns)


def _below(
    context: PageContext, entity: str, name: str, names: Sequence[str], view: ViewSpec | None
) -> tuple[Column, ...]:
    """Return what stands beneath a column, but for what has a column of its own."""
    paths = view.beneath.get(name, ()) if view is not None else ()
    found = ((path, context.field_at(entity, path)) for path in paths if path not in names)
    return tuple(
        Column(path, column_label(context, entity, path, field, view), field)
        for path, field in found if field is not None
    )


def _naming(
    context: PageContext, entity: str, fields: Sequence[tuple[str, BoundField]]
) -> str | None:
    """Return the column that stands for the row: of its title, else the first stored one."""
    titled = context.model(entity).spec.title.paths
    own = [name for name, field in sorted(fields, key=lambda each: not each[1].columns)
           if field.spec.type not in (*_NAMELESS, *_LINKS)
           and getattr(field.spec, "as_", "") not in _GLANCES]
    for name in (*(name for name in own if name in titled), *own, *(name for name, _ in fields)):
        return name
    return None


def column_label(
    context: PageContext, entity: str, path: str, field: BoundField, view: ViewSpec | None = None
) -> str:
    """Return the field's label; at the end of a path the label of the relation stands before.

    A view may call it by a name of its own.
    """
    named = view.labels.get(path) if view is not None else None
    if named:
        return context.text(named)
    own = field.label(context.format.locale)
    first, dot, _ = path.partition(".")
    relation = context.model(entity).fields.get(first) if dot else None
    return f"{relation.label(context.format.locale)}: {own}" if relation else own


def told_apart(
    context: PageContext, entity: str, columns: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Return (path, label) of columns to choose from; what a view calls like another says more.

    A list calls `price.base` *Price*; beside the field *Price* it is *Price (Base)*.
    """
    labels = [label for _, label in columns]
    out = []
    for path, label in columns:
        field = context.field_at(entity, path) if "." in path else None
        if field is not None and labels.count(label) > 1:
            label = f"{label} ({field.label(context.format.locale)})"
        out.append((path, label))
    return out


def _css(field: BoundField, room: int, *, title: bool) -> str:
    words = []
    if title:
        words.append("t")
    if field.type.numeric:
        words.append("n")
    elif field.spec.type in _NOWRAP:
        words.append("w")
    # A phone shows the first column and the state; a tablet four more; wide windows all.
    if room:
        words.append("pw-hide-1" if room == 1 else "pw-hide-2" if room <= 4 else "pw-hide-3")
    return " ".join(words)


def cell_writer(
    field: BoundField, name: str, format_: FormatContext, *, brief: bool = False
) -> Callable[[Record], str]:
    """Return what writes one field of a record; `brief` in a list, where a row has one line."""
    cell = field.type.list_cell if brief else field.type.cell
    if field.spec.type in _LINKS:
        return lambda record: cell(field, record.titles.get(name), format_)
    if field.entity == log_words.LOG and name in log_words.FIELDS:
        return lambda record: cell(field, _logged(record, name, format_), format_)
    return lambda record: cell(field, record.values.get(name), format_)


def _logged(record: Record, name: str, format_: FormatContext) -> str | None:
    value = record.values.get(name)
    if not value:
        return None
    return log_words.worded_value(name, value, record.values, format_.translate)


def write_rows(
    context: PageContext,
    entity: str,
    rows: Sequence[Record],
    columns: Sequence[Column],
    style: RowStyle,
) -> Markup:
    """Return the `<tr>` of every row; the cell that names it links to the row's page."""
    if not rows or not columns:
        return Markup("")
    start = f"{context.links.prefix}/{entity}/"
    titles = [escape(record.title) for record in rows]
    parts = [_before(context, rows, titles, style)]
    for column in columns:
        cells = _cells(context, column, rows)
        if style.open and column.css.startswith("t"):
            cells = [
                _linked(cell, f"{start}{record.id}", title)
                for cell, record, title in zip(cells, rows, titles, strict=True)
            ]
        elif style.open and column.tab:
            cells = linked_counts(cells, rows, start, column.tab)
        for line in column.below:
            cells = with_line(cells, _cells(context, line, rows), line)
        opening = _opening(context, column)
        parts.append([f"{opening}{cell}</td>" for cell in cells])
    if style.menu:
        actions = escape(context.translate("Actions for"))
        parts.append([
            f'<td class="m"><button class="pw-row-menu" data-menu="{start}{record.id}/menu"'
            f' aria-haspopup="menu" aria-label="{actions} {title}">⋯</button></td>'
            for record, title in zip(rows, titles, strict=True)
        ])
    return Markup("</tr>".join(map("".join, zip(*parts, strict=True))) + "</tr>")


def _before(
    context: PageContext, rows: Sequence[Record], titles: Sequence[str], style: RowStyle
) -> list[str]:
    """Return what stands before the cells of each row."""
    out = ["<tr data-open>" if style.open else "<tr>"] * len(rows)
    if style.place:
        out = [f"{each}{_place(row.id, context.translate)}"
               for each, row in zip(out, rows, strict=True)]
    if style.choose:
        select = escape(context.translate("Select"))
        out = [
            f'{each}<td class="x"><input type="checkbox" name="id" value="{record.id}"'
            f' form="bulk" aria-label="{select} {title}"></td>'
            for each, record, title in zip(out, rows, titles, strict=True)
        ]
    return out


def _cells(context: PageContext, column: Column, rows: Sequence[Record]) -> list[str]:
    """Return the cell of each row in one column."""
    field, name = column.field, column.name
    if field.type.steady:
        values = [record.values.get(name) for record in rows]
        known = _known_cells(field, context.format, values)
        return [known[value] for value in values]
    write = cell_writer(field, name, context.format, brief=True)
    # The style sheet draws the dash of an empty cell, for all rows at once.
    return ["" if (cell := write(record)) is EMPTY else cell for record in rows]


def _known_cells(
    field: BoundField, format_: FormatContext, values: Sequence[Any]
) -> Mapping[Any, str]:
    """Return value → cell, for `values` at least; what was written before is kept with the field.
    """
    key = ("cells", format_.locale, format_.time_zone, format_.area)
    known: dict[Any, str] = field.memo.setdefault(key, {None: ""})
    missing = {value for value in values if value not in known}
    if missing:
        if len(known) + len(missing) > _CELLS_MAX:
            # A new one in its place: other threads may be reading the old one.
            known = field.memo[key] = {None: ""}
            missing = set(values) - {None}
        known |= {value: field.type.list_cell(field, value, format_) for value in missing}
    return known


def _opening(context: PageContext, column: Column) -> str:
    # The client area turns rows into cards on a phone, where each cell names itself.
    label = f' data-label="{escape(column.label)}"' if context.area == "client" else ""
    css = f' class="{column.css}"' if column.css else ""
    return f"<td{css}{label}>"


def _linked(cell: str, url: str, title: str) -> str:
    if not cell or 'class="cell-empty"' in cell:
        return f'<a href="{url}">{title}</a>'
    if "<a " in cell:
        # A cell with a link of its own (a relation, an address) leads to the row all the same.
        cell = escape(Markup(cell).striptags())
    return f'<a href="{url}">{cell}</a>'


def _place(id_: int, translate: Callable[[str], str]) -> str:
    # A button that belongs to a form sends it; the row itself says what is moved.
    up, down = escape(translate("Move up")), escape(translate("Move down"))
    return (
        f'<td class="x"><span class="pw-place" data-place="{id_}">'
        f'<span class="pw-grip" draggable="true" aria-hidden="true">⠿</span>'
        f'<button form="place" name="up" value="{id_}" aria-label="{up}">↑</button>'
        f'<button form="place" name="down" value="{id_}" aria-label="{down}">↓</button>'
        "</span></td>"
    )
