"""Rows as cards: a name that leads on, a picture, a few words, and what belongs to each.

A view with `look: cards` is shown so. Where its first column is a link, the card stands for the
linked row and leads there; the inline collections of that row stand in it as small tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from runtime.pages.context import PageContext
from runtime.pages.making import CreateButton, create_buttons
from runtime.pages.own_currency import in_own, own_currencies, says_nothing
from runtime.pages.rows import Column, cell_writer, columns_of
from runtime.records.values import PAGE_SIZE_MAX, Filter, ListQuery, Record

_PICTURES = ("image", "icon")


@dataclass(frozen=True, slots=True)
class CardTable:
    """What belongs to the row of a card, such as its prices."""

    label: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Markup, ...], ...]


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    url: str | None
    picture: Markup
    texts: tuple[Markup, ...]
    tables: tuple[CardTable, ...]
    create: tuple[CreateButton, ...] = ()


def cards_of(
    context: PageContext, entity: str, rows: Sequence[Record], columns: Sequence[Column]
) -> tuple[Card, ...]:
    """Return one card for each row of a list, in its order."""
    head = next((each for each in columns if _leads_on(each)), None)
    targets = [_target(each, head) for each in rows]
    tables: Mapping[int, tuple[CardTable, ...]] = {}
    if targets:
        of = entity if head is None else head.field.spec.to[0]
        tables = _tables(context, of, [target for target, _ in targets if target is not None])
    return tuple(
        _card(context, record, columns, head, target, tables)
        for record, target in zip(rows, targets, strict=True)
    )


def _leads_on(column: Column) -> bool:
    return column.field.spec.type == "relation" and not column.field.spec.to_any


def _target(record: Record, head: Column | None) -> tuple[int | None, str]:
    """Return the id and title of the row that a card stands for; no id when it is out of sight."""
    if head is None:
        return record.id, record.title
    title = record.titles.get(head.name)
    return (None, record.title) if title is None else (title.id, title.text)


def _card(
    context: PageContext, record: Record, columns: Sequence[Column], head: Column | None,
    target: tuple[int | None, str], tables: Mapping[int, tuple[CardTable, ...]],
) -> Card:
    id_, title = target
    link = context.format.link
    of = record.entity if head is None else head.field.spec.to[0]
    picture, texts = Markup(""), []
    for column in columns:
        if column is head or (head is None and column.css.startswith("t")):
            continue
        if record.get(column.name) in (None, ""):
            continue
        cell = Markup(cell_writer(column.field, column.name, context.format)(record))
        if column.field.spec.type in _PICTURES:
            picture = picture or cell
        else:
            texts.append(cell)
    url = link(of, id_) if link is not None and id_ is not None else None
    create = create_buttons(context, of, id_) if id_ is not None else ()
    return Card(title, url, picture, tuple(texts), tables.get(id_ or 0, ()), create)


def _tables(
    context: PageContext, entity: str, ids: Sequence[int]
) -> Mapping[int, tuple[CardTable, ...]]:
    """Return id → the inline collections of each row that the actor may see."""
    found: dict[int, tuple[CardTable, ...]] = {}
    model = context.model(entity)
    for name, child in model.children.items():
        bound = model.fields[name]
        view = context.view_of(child.entity)
        inline = bound.spec.type == "many" and bound.spec.through is None and (
            bound.spec.inline == "table"
        )
        if not inline or not view or not context.records.can("see", child.entity):
            continue
        paths = [path for path in context.model(child.entity).views[view].columns
                 if path != child.by]
        spec = context.model(child.entity).views[view]
        columns = columns_of(context, child.entity, paths, spec)
        rows: dict[int, list[Record]] = {}
        for row in _belonging(context, child.entity, child.by, view, ids, paths):
            rows.setdefault(row[child.by], []).append(row)
        label = bound.label(context.format.locale)
        own = own_currencies(context, spec)
        for id_, records in rows.items():
            shown = in_own(context, child.entity, records, own)
            table = _table(context, child.entity, label, columns, shown)
            found[id_] = (*found.get(id_, ()), table)
    return found


def _belonging(
    context: PageContext, entity: str, by: str, view: str, ids: Sequence[int],
    paths: Sequence[str],
) -> Iterator[Record]:
    """Yield the rows that belong to any of `ids`: at once where the view can be narrowed so."""
    columns = (by, *paths)
    if by in context.model(entity).views[view].filters:
        where = (Filter(by, "in", tuple(str(id_) for id_ in ids)),)
        query = ListQuery(
            view=view, columns=columns, filters=where, size=PAGE_SIZE_MAX, count=False
        )
        yield from context.records.list(entity, query).rows
        return
    for id_ in ids:
        query = ListQuery(view=view, columns=columns, parent=(by, id_), size=PAGE_SIZE_MAX,
                          count=False)
        yield from context.records.list(entity, query).rows


def _table(
    context: PageContext, entity: str, label: str, columns: Sequence[Column],
    rows: Sequence[Record],
) -> CardTable:
    # A column that is empty in all rows (no set-up fee) would only take room.
    used = [column for column in columns
            if any(row.get(column.name) not in (None, "") for row in rows)
            and not says_nothing(context, entity, column.name, rows)]
    writers = [cell_writer(column.field, column.name, context.format) for column in used]
    cells = tuple(tuple(Markup(write(row)) for write in writers) for row in rows)
    return CardTable(label, tuple(used), cells)
