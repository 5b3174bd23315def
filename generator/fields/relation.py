"""Links: to one row, and to a row of one of several entities.

The value of a link is the id of the row, of a link to several entities the pair (entity, id).
What is shown is a `Title`, which whoever reads rows has looked up under the reader's rights:
a link whose target may not be seen has none and shows as nothing but its absence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import BigInteger, Column, ColumnElement, FromClause, String, and_, or_

from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import (
    NEUTRAL,
    Choice,
    ControlState,
    FieldProblem,
    Form,
    FormatContext,
)
from generator.fields.lookup import lookup, several, with_create
from generator.fields.number import BIGINT_MAX

ENTITY_LENGTH = 40
Pair = tuple[str, int]


def read_id(text: str) -> int:
    """Return the id of a row. Raises FieldProblem."""
    text = text.strip().removeprefix("#")
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > BIGINT_MAX:
        raise FieldProblem("Choose one of the entries.")
    return int(text)


def is_title(value: Any) -> bool:
    """Whether a value is a linked row with the text that names it, not a bare id."""
    return hasattr(value, "text") and hasattr(value, "entity")


def pair_of(value: Any) -> Pair:
    """Return (entity, id) of a link to several entities, also of its title."""
    return (value.entity, value.id) if is_title(value) else (value[0], value[1])


def linked_entity(field: BoundField) -> str | None:
    """Return the entity of the one row that a relation or pick leads to; None for all else."""
    spec = field.spec
    if spec.type == "relation":
        return None if spec.to_any else spec.to[0]
    return field.siblings[spec.pick].spec.many if spec.type == "pick" else None


class RelationType(FieldType):
    """A link to one row; to any entity with two columns, `<f>_entity` and `<f>_id`."""

    name = "relation"
    operators = ("eq", "ne", "in", "null", "not_null")
    # The order of ids says nothing; a list sorts by a text of the other row (`client.name`).
    sortable = False

    def columns(self, field: BoundField) -> list[Column[Any]]:
        link: Column[Any] = Column(f"{field.name}_id", BigInteger(), nullable=field.nullable)
        if not field.spec.to_any:
            return [link]
        entity: Column[Any] = Column(
            f"{field.name}_entity", String(ENTITY_LENGTH), nullable=field.nullable
        )
        # The id first: it is the column that stands for the field.
        return [link, entity]

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        if not field.spec.to_any:
            return {f"{field.name}_id": getattr(value, "id", value)}
        entity, id_ = (None, None) if value is None else pair_of(value)
        return {f"{field.name}_id": id_, f"{field.name}_entity": entity}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> int | Pair | None:
        id_ = row[f"{field.name}_id"]
        if id_ is None or not field.spec.to_any:
            return id_
        return (row[f"{field.name}_entity"], id_)

    def in_one_column(self, field: BoundField) -> bool:
        return not field.spec.to_any

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        sent = form.getlist(name)
        if not sent:
            return None
        return [*form.getlist(f"{name}.entity")[-1:], sent[-1]] if field.spec.to_any else sent

    def parse(
        self, field: BoundField, raw: Sequence[str], context: FormatContext
    ) -> int | Pair | None:
        """Read an id; for several entities `service/12`, or the two texts `service`, `12`."""
        text = raw[-1].strip() if raw else ""
        if not text:
            return None
        if not field.spec.to_any:
            return read_id(text)
        entity, slash, id_ = text.rpartition("/")
        if not slash:
            entity = raw[0].strip() if len(raw) > 1 else ""
        value = (entity, read_id(id_))
        self.validate(field, value)
        return value

    def parse_json(self, field: BoundField, data: Any) -> int | Pair | None:
        if data is None:
            return None
        if field.spec.to_any:
            if isinstance(data, dict) and set(data) == {"entity", "id"}:
                return self.parse(field, [str(data["entity"]), str(data["id"])], NEUTRAL)
            raise FieldProblem('Write the link as an object with "entity" and "id".')
        if isinstance(data, bool) or not isinstance(data, int):
            raise FieldProblem("Enter the id of a row.")
        return read_id(str(data))

    def validate(self, field: BoundField, value: Any) -> None:
        if not field.spec.to_any:
            return
        entity, _id = pair_of(value)
        if not entity or (field.spec.to != ("any",) and entity not in field.spec.to):
            raise FieldProblem("Choose one of the entries.")

    def format(self, field: BoundField, value: Any, context: FormatContext) -> str:
        if is_title(value):
            return str(value.text)
        return f"{value[0]}/{value[1]}" if isinstance(value, tuple) else f"#{value}"

    def export_text(self, field: BoundField, value: Any) -> str:
        if value is None:
            return ""
        if field.spec.to_any:
            return "{}/{}".format(*pair_of(value))
        return str(getattr(value, "id", value))

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        text = self.format(field, value, context)
        address = None
        if is_title(value) and context.link is not None:
            address = context.link(value.entity, value.id)
        return html.link(text, address) if address else escape(text)

    def json(self, field: BoundField, value: Any) -> Any:
        if value is None:
            return None
        if field.spec.to_any:
            entity, id_ = pair_of(value)
            return {"entity": entity, "id": id_}
        return getattr(value, "id", value)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        link = {"type": "integer", "minimum": 1}
        if not field.spec.to_any:
            return link
        entity: dict[str, Any] = {"type": "string"}
        if field.spec.to != ("any",):
            entity["enum"] = list(field.spec.to)
        return {
            "type": "object",
            "properties": {"entity": entity, "id": link},
            "required": ["entity", "id"],
            "additionalProperties": False,
        }

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        chosen = self._chosen(field, control)
        if control.lookup_url is None:
            choices = control.choices or ()
            listed = [choice for choice in choices if choice.value != chosen]
            if chosen and len(listed) == len(choices):
                listed = [*choices, Choice(chosen, control.titles.get(chosen, f"#{chosen}"))]
            else:
                listed = list(choices)
            select = html.select(control, listed, chosen, "" if not control.required else None)
            return with_create(select, control, context)
        return lookup(control, chosen, context)

    def _chosen(self, field: BoundField, control: ControlState) -> str:
        if control.raw is None:
            return self.export_text(field, control.value)
        if not control.raw:
            return ""
        if field.spec.to_any and len(control.raw) > 1 and "/" not in control.raw[-1]:
            return f"{control.raw[0]}/{control.raw[-1]}" if control.raw[-1] else ""
        return control.raw[-1]

    def filter(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext = NEUTRAL,
        source: FromClause | None = None,
    ) -> ColumnElement[bool]:
        if not field.spec.to_any:
            return super().filter(field, operator, raw, context, source)
        filters.check_operator(self.operators, operator)
        column = self.sort_column(field, source)
        if operator in ("null", "not_null"):
            return filters.condition(column, operator, [])
        table = source if source is not None else field.column.table
        entity = table.c[f"{field.name}_entity"]
        links: list[Any] = [
            self.parse(field, [text], context) for text in filters.operands(operator, raw)
        ]
        if None in links:
            raise FieldProblem("Enter a value.")
        found = or_(*(and_(entity == link[0], column == link[1]) for link in links))
        return or_(~found, column.is_(None)) if operator == "ne" else found

    def filter_control(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext,
        control: ControlState,
    ) -> Markup:
        if operator != "in":
            return super().filter_control(field, operator, raw, context, control)
        return several(control, tuple(text for text in raw if text), context)
