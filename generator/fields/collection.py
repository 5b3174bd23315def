"""Many rows behind one field: an inline table, a related list, links through a pivot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import Column

from generator.fields import html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import (
    NEUTRAL,
    ControlState,
    FieldProblem,
    FormatContext,
    InlineRow,
)
from generator.fields.lookup import several
from generator.fields.relation import is_title, read_id


class ManyType(FieldType):
    """Rows of another entity: an inline table, a related list, or links through a pivot.

    The field has no column. Through a pivot its value is a tuple of ids, chosen in the form;
    else a tuple of the rows themselves, written by their own inline controls.
    """

    name = "many"
    operators = ()
    writable = True
    sortable = False

    def columns(self, field: BoundField) -> list[Column[Any]]:
        return []

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        return {}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> Any:
        return ()

    def parse(
        self, field: BoundField, raw: Sequence[str], context: FormatContext
    ) -> tuple[int, ...]:
        texts = [part for text in raw for part in text.split(",") if part.strip()]
        return tuple(dict.fromkeys(read_id(text) for text in texts))

    def parse_json(self, field: BoundField, data: Any) -> Any:
        if data is None:
            return ()
        if not isinstance(data, list):
            raise FieldProblem("Enter a list.")
        if field.spec.through is None:
            if not all(isinstance(row, dict) for row in data):
                raise FieldProblem("Enter a list of rows.")
            return tuple(data)
        if any(isinstance(id_, bool) or not isinstance(id_, int) for id_ in data):
            raise FieldProblem("Enter a list of ids.")
        return tuple(dict.fromkeys(read_id(str(id_)) for id_ in data))

    def default(self, field: BoundField, context: FormatContext = NEUTRAL) -> Any:
        return ()

    def format(self, field: BoundField, value: Any, context: FormatContext) -> str:
        return ", ".join(_title_text(each) for each in value)

    def export_text(self, field: BoundField, value: Any) -> str:
        return ",".join(str(getattr(each, "id", each)) for each in value or ())

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if not value:
            return html.EMPTY
        parts = []
        for each in value:
            link = context.link if is_title(each) else None
            address = link(each.entity, each.id) if link else None
            text = _title_text(each)
            parts.append(html.link(text, address) if address else text)
        return html.joined(parts, ", ")

    def json(self, field: BoundField, value: Any) -> Any:
        return [getattr(each, "id", each) for each in value or ()]

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        items = {"type": "integer"} if field.spec.through else {"type": "object"}
        return {"type": "array", "items": items}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        if field.spec.through is None:
            return _inline_table(control, context)
        if control.raw is not None:
            chosen = tuple(text for text in control.raw if text)
        else:
            chosen = tuple(str(getattr(each, "id", each)) for each in control.value or ())
        return several(control, chosen, context)


def _title_text(value: Any) -> str:
    text = getattr(value, "text", None) or getattr(value, "title", None)
    return str(text) if text is not None and not callable(text) else f"#{value}"


def _inline_table(control: ControlState, context: FormatContext) -> Markup:
    """Return a table with one row of controls per child; `<template>` holds the row to add."""
    head = html.joined(
        [html.element("th", heading, scope="col") for heading in control.headings]
        + [html.element("th", html.element("span", context.translate("Remove"),
                                           class_="visually-hidden"), scope="col")]
    )
    body = html.joined(_inline_row(control, row, context) for row in control.rows)
    spare: Markup = Markup("")
    if control.new_row is not None and not control.read_only:
        spare = Markup(
            '<template data-inline-template>{}</template>'
            '<button type="button" class="btn" data-inline-add>{}</button>'
        ).format(_inline_row(control, control.new_row, context), context.translate("Add a row"))
    table = Markup(
        '<div class="table-responsive"><table class="table inline-table">'
        '<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, body)
    return html.group(control, table + spare, "inline-rows", data_inline=control.name)


def _inline_row(control: ControlState, row: InlineRow, context: FormatContext) -> Markup:
    cells = html.joined(Markup("<td>{}</td>").format(cell) for cell in row.cells)
    id_ = html.hidden(f"{row.prefix}.id", str(row.id)) if row.id is not None else Markup("")
    remove: Markup = Markup("")
    if not control.read_only:
        remove = Markup('<input{}>').format(
            html.attributes({
                "type": "checkbox",
                "class": "form-check-input",
                "name": f"{row.prefix}.remove",
                "value": "yes",
                "checked": row.removed,
                "aria-label": context.translate("Remove this row"),
                "data-inline-remove": True,
            })
        )
    return Markup('<tr data-inline-row="{}">{}<td class="inline-remove">{}{}</td></tr>').format(
        row.prefix, cells, id_, remove
    )
