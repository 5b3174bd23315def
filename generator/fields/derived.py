"""Values nobody types: computed ones, totals, and numbers taken in sequence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import BigInteger, Column, Text

from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType
from generator.fields.boolean import BooleanType
from generator.fields.exchange import NEUTRAL, ControlState, FieldProblem, FormatContext
from generator.fields.glance import CountdownType, FlagType
from generator.fields.moment import DateType, DurationType, MomentType
from generator.fields.number import DecimalType, IntegerType
from generator.fields.text import TextType

_DAYS = {"year": r"\d{4}", "month": r"\d\d", "day": r"\d\d"}
_PART = re.compile(r"\{(\w+)(?::0?(\d{1,2}))?\}")


class UnstoredType(FieldType):
    """A value without columns: the gate puts it into the row, everything here only shows it."""

    operators = ()
    writable = False
    sortable = False

    def columns(self, field: BoundField) -> list[Column[Any]]:
        return []

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        return {}

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> Any:
        return row.get(field.name)

    def parse(self, field: BoundField, raw: Sequence[str], context: FormatContext) -> Any:
        raise FieldProblem("This value is computed and cannot be set.")

    def parse_json(self, field: BoundField, data: Any) -> Any:
        raise FieldProblem("This value is computed and cannot be set.")

    def default(self, field: BoundField, context: FormatContext = NEUTRAL) -> Any:
        return None

    def shown_by(self, field: BoundField, value: Any) -> FieldType:
        """Return the type that writes this value."""
        raise NotImplementedError

    def format(self, field: BoundField, value: Any, context: FormatContext) -> str:
        return self.shown_by(field, value).format(field, value, context)

    def export_text(self, field: BoundField, value: Any) -> str:
        return "" if value is None else self.shown_by(field, value).export_text(field, value)

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        return self.shown_by(field, value).cell(field, value, context)

    def json(self, field: BoundField, value: Any) -> Any:
        return None if value is None else self.shown_by(field, value).json(field, value)

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        shown = self.text(field, control.value, context)
        return Markup('<output id="{}" class="form-control-plaintext">{}</output>').format(
            control.id, shown
        )


_BY_NAME: Mapping[str, FieldType] = {
    each.name: each
    for each in (
        TextType(), IntegerType(), DecimalType(), BooleanType(), DateType(), MomentType(),
        DurationType(), CountdownType(), FlagType(),
    )
}
# A value's own type says less about these than the field does.
_NAMED = frozenset({"countdown", "flag"})


class ComputedType(UnstoredType):
    """What `compute` or `compute_by` gives, written as the type that `as` names."""

    name = "computed"

    def shown_by(self, field: BoundField, value: Any) -> FieldType:
        named = getattr(field.spec, "as_", "text")
        if named in _NAMED:
            return _BY_NAME[named]
        return type_of_value(value) or _BY_NAME[named]

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        named = getattr(field.spec, "as_", "text")
        if named in ("text", "decimal"):
            return {"type": "string", "readOnly": True}
        return _BY_NAME[named].json_schema(field) | {"readOnly": True}


class TotalType(UnstoredType):
    """The sum of a field over a collection: an amount, a number or a duration."""

    name = "total"
    numeric = True

    def shown_by(self, field: BoundField, value: Any) -> FieldType:
        return type_of_value(value) or _BY_NAME["text"]

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"readOnly": True}


def type_of_value(value: Any) -> FieldType | None:
    """Return the type that writes a Python value; None for text, which needs none."""
    from datetime import date, datetime, timedelta
    from decimal import Decimal

    from config.values.money import Money
    from config.values.rate import Rate
    from generator.fields.money import MoneyType
    from generator.fields.number import RateType

    if isinstance(value, Money):
        return MoneyType()
    if isinstance(value, Rate):
        return RateType()
    for kinds, name in (
        ((bool,), "boolean"), ((int,), "integer"), ((Decimal,), "decimal"),
        ((datetime,), "moment"), ((date,), "date"), ((timedelta,), "duration"),
    ):
        if isinstance(value, kinds):
            return _BY_NAME[name]
    return None


class SequenceType(FieldType):
    """A number the gate takes at creation, kept as it is written (`C-00017`) and as a number.

    `<f>` holds the text, which is searched and shown; `<f>_number` the number, which sorts.
    """

    name = "sequence"
    operators = filters.TEXTUAL
    writable = False

    def columns(self, field: BoundField) -> list[Column[Any]]:
        # Both may be empty: a row can take its number later than its creation.
        return [
            Column(field.name, Text(), nullable=True),
            Column(f"{field.name}_number", BigInteger(), nullable=True),
        ]

    def key_columns(self, field: BoundField) -> tuple[Column[Any], ...]:
        return field.columns[:1]

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        number = None if value is None else number_in(field.spec.format, value)
        return {field.name: value, f"{field.name}_number": number}

    def written(self, field: BoundField, number: int, values: Mapping[str, Any]) -> str:
        """Return a number by the field's format; `values` fills its other braces (`{year}`)."""

        def part(match: re.Match[str]) -> str:
            value = number if match[1] == "number" else values.get(match[1], "")
            return str(value).zfill(int(match[2])) if match[2] else str(value)

        return _PART.sub(part, field.spec.format)

    def validate(self, field: BoundField, value: str) -> None:
        if len(value) > 100:
            raise FieldProblem("Enter at most {max} characters.", max=100)

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        shown = self.text(field, control.value, context) or context.translate("given on saving")
        return Markup('<output id="{}" class="form-control-plaintext">{}</output>').format(
            control.id, shown
        )

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        return html.text_input(control, self.shown(field, control, context), autocomplete="off")

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "readOnly": True}


def number_in(format_: str, text: str) -> int | None:
    """Return the number in a text that `format_` wrote, None when it has another form."""
    pattern = ""
    end = 0
    for match in _PART.finditer(format_):
        pattern += re.escape(format_[end : match.start()])
        pattern += r"(\d+)" if match[1] == "number" else _DAYS.get(match[1], ".*?")
        end = match.end()
    found = re.fullmatch(pattern + re.escape(format_[end:]), text)
    return int(found[1]) if found and found.groups() and len(found[1]) <= 18 else None
