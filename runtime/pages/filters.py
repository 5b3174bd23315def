"""The filters of a list: the controls to set them, and what is set now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from generator.fields.base import BoundField
from generator.fields.exchange import ControlState, FieldProblem
from generator.fields.filters import OPERATOR_LABELS
from generator.fields.relation import linked_entity
from runtime.pages.context import PageContext
from runtime.pages.query import ListAddress
from runtime.pages.reachable import FieldGroup, filterable
from runtime.pages.rows import column_label
from runtime.records import offers
from runtime.records.errors import RecordError
from runtime.records.values import Filter


@dataclass(frozen=True, slots=True)
class FilterBox:
    """One filter: a choice of operator beside the inputs of its operands."""

    path: str
    label: str
    id: str
    operators: tuple[tuple[str, str, bool], ...]
    control: Markup


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter that is set, in words, and the address without it."""

    label: str
    operator: str
    value: str
    remove_url: str


def filter_boxes(
    context: PageContext, entity: str, view: Any, address: ListAddress
) -> tuple[FilterBox, ...]:
    """Return the controls of every filter of the view, none while their panel is closed.

    They weigh as much as the rows: a list of countries alone has 250 entries.
    """
    if not address.filters_open:
        return ()
    set_now = {each.path: each for each in (*address.unread, *address.query.filters)}
    boxes = []
    for path in dict.fromkeys((*view.filters, *set_now, *address.added)):
        field = context.field_at(entity, path)
        if field is None or not field.type.operators:
            continue
        condition = set_now.get(path)
        operator = condition.op if condition else address.operators.get(path)
        boxes.append(_box(context, entity, view, path, field, operator, condition))
    return tuple(boxes)


def more_filters(
    context: PageContext, entity: str, address: ListAddress, boxes: Sequence[FilterBox]
) -> tuple[FieldGroup, ...]:
    """Return the fields that can still be put into the open panel, for staff alone."""
    if not address.filters_open or context.area != "staff":
        return ()
    shown = {box.path for box in boxes}
    groups = (
        FieldGroup(group.label, tuple(field for field in group.fields if field[0] not in shown))
        for group in filterable(context, entity)
    )
    return tuple(group for group in groups if group.fields)


def _box(
    context: PageContext, entity: str, view: Any, path: str, field: BoundField,
    operator: str | None, condition: Filter | None,
) -> FilterBox:
    translate = context.translate
    operator = operator or field.type.operators[0]
    raw = condition.values if condition else ()
    state = replace(
        filter_state(context, entity, path, field),
        titles=_titles(context, field, raw),
    )
    return FilterBox(
        path,
        column_label(context, entity, path, field, view),
        f"{state.id}-0",
        tuple(
            (name, translate(OPERATOR_LABELS.get(name, name)), name == operator)
            for name in field.type.operators
        ),
        field.type.filter_control(field, operator, raw, context.format, state),
    )


def filter_state(
    context: PageContext, entity: str, path: str, field: BoundField
) -> ControlState:
    target, lookup = linked_entity(field), None
    if target in context.generated.entities:
        lookup = context.links.lookup(target, f"{entity}.{path}")
    offered = offers.choices(context.records.work, field, context.format)
    return ControlState(name=f"f.{path}", lookup_url=lookup, choices=offered)


def filter_chips(
    context: PageContext, entity: str, address: ListAddress
) -> tuple[FilterChip, ...]:
    chips = []
    view = context.model(entity).views.get(address.query.view)
    for index, condition in enumerate(address.query.filters):
        field = context.field_at(entity, condition.path)
        if field is None:
            continue
        operator = context.translate(OPERATOR_LABELS.get(condition.op, condition.op))
        label = column_label(context, entity, condition.path, field, view)
        value = _words(context, field, condition)
        chips.append(FilterChip(label, operator, value, address.without_filter(index)))
    return tuple(chips)


def _words(context: PageContext, field: BoundField, condition: Filter) -> str:
    """Return the operands as the list shows such values."""
    given = [text for text in condition.values if text.strip()]
    titles = _titles(context, field, given)
    words = []
    for text in given:
        try:
            value = field.type.parse(field, [text], context.format)
            known = titles.get(text)
            words.append(known or field.type.text(field, value, context.format) or text)
        except (FieldProblem, LookupError, TypeError, ValueError, AttributeError):
            words.append(text)
    joiner = " – " if condition.op == "between" else ", "
    return joiner.join(words)


def _titles(context: PageContext, field: BoundField, raw: Sequence[str]) -> dict[str, str]:
    """Return the names of the linked rows that a filter holds, those that the actor may see."""
    target = linked_entity(field)
    if target not in context.generated.entities:
        return {}
    return titles_of(context, target, raw)


def titles_of(context: PageContext, entity: str, raw: Sequence[str]) -> dict[str, str]:
    """Return id as text → title for rows of `entity` that may be seen."""
    found = {}
    for text in list(raw)[:20]:
        if not text.isascii() or not text.isdigit() or len(text) > 18:
            continue
        try:
            found[text] = context.records.get(entity, int(text)).title
        except RecordError:
            continue
    return found
