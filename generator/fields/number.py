"""Numbers: whole, exact with a fixed scale, and shares written in percent."""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor
from typing import Any

from markupsafe import Markup
from sqlalchemy import BigInteger, ColumnElement, FromClause, or_
from sqlalchemy.types import TypeEngine

from config.expressions.limits import TYPED_STEPS_MAX
from config.values.rate import Rate
from generator.fields import html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import NEUTRAL, ControlState, FieldProblem, FormatContext
from generator.fields.filters import ORDERED
from generator.fields.formats import integer_text, number_style, scaled_text
from generator.fields.numerals import read_decimal, scaled

BIGINT_MAX = 2**63 - 1
RATE_SCALE = 4  # digits of a percentage: 9.9750 %


class NumberType(FieldType):
    """What the number types share: one BIGINT, cells at the end of the line, ordered filters."""

    operators = ORDERED
    numeric = True

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return BigInteger()

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(
            control,
            self.shown(field, control, context),
            inputmode="decimal",
            autocomplete="off",
        )

    def check_limits(self, field: BoundField, value: Any) -> None:
        least, most = getattr(field.spec, "min", None), getattr(field.spec, "max", None)
        if least is not None and value < least:
            raise FieldProblem("Enter {min} or more.", min=self.format(field, least, NEUTRAL))
        if most is not None and value > most:
            raise FieldProblem("Enter {max} or less.", max=self.format(field, most, NEUTRAL))

    def outside(self, field: BoundField, source: FromClause) -> ColumnElement[bool] | None:
        column, digits = source.c[field.column.name], self.digits(field)
        least, most = getattr(field.spec, "min", None), getattr(field.spec, "max", None)
        found = []
        if least is not None:
            found.append(column < ceil(Decimal(least).scaleb(digits)))
        if most is not None:
            found.append(column > floor(Decimal(most).scaleb(digits)))
        return or_(*found) if found else None

    def digits(self, field: BoundField) -> int:
        """Return how many digits after the point the column holds."""
        return 0

    def check_size(self, field: BoundField, value: Any, largest: Any) -> None:
        """Raise FieldProblem for a number that leaves no room for sums."""
        if value > largest:
            raise FieldProblem("Enter {max} or less.", max=self.format(field, largest, NEUTRAL))
        if value < -largest:
            raise FieldProblem("Enter {min} or more.", min=self.format(field, -largest, NEUTRAL))


class IntegerType(NumberType):
    name = "integer"

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> int:
        number = read_decimal(text, context.locale)
        if number != number.to_integral_value():
            raise FieldProblem("Enter a whole number.")
        return fitting(int(number))

    def parse_json(self, field: BoundField, data: Any) -> int | None:
        if data is None:
            return None
        if isinstance(data, bool) or not isinstance(data, int):
            raise FieldProblem("Enter a whole number.")
        return fitting(data)

    def validate(self, field: BoundField, value: int) -> None:
        self.check_limits(field, value)
        self.check_size(field, value, TYPED_STEPS_MAX)

    def format(self, field: BoundField, value: int, context: FormatContext) -> str:
        return integer_text(value, context.locale)

    def export_text(self, field: BoundField, value: int | None) -> str:
        return "" if value is None else str(value)

    def json(self, field: BoundField, value: int | None) -> int | None:
        return value

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        spec = field.spec
        limits = {"minimum": getattr(spec, "min", None), "maximum": getattr(spec, "max", None)}
        return {"type": "integer"} | {k: v for k, v in limits.items() if v is not None}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(
            control,
            self.shown(field, control, context),
            inputmode="numeric",
            autocomplete="off",
        )


class DecimalType(NumberType):
    """An exact number; the column holds it times 10^scale."""

    name = "decimal"

    def digits(self, field: BoundField) -> int:
        return scale_of(field)

    def to_stored(self, field: BoundField, value: Decimal) -> int:
        return int(value.scaleb(scale_of(field)))

    def from_stored(self, field: BoundField, stored: int) -> Decimal:
        return Decimal(stored).scaleb(-scale_of(field))

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> Decimal:
        return self._exact(field, read_decimal(text, context.locale))

    def parse_json(self, field: BoundField, data: Any) -> Decimal | None:
        """Take a text, or a whole number; a JSON float is not exact and is refused."""
        if data is None:
            return None
        if isinstance(data, int) and not isinstance(data, bool):
            return self._exact(field, Decimal(data))
        if not isinstance(data, str):
            raise FieldProblem("Write the number as text, such as \"12.50\".")
        return self.parse(field, [data], NEUTRAL)

    def _exact(self, field: BoundField, number: Decimal) -> Decimal:
        scale = scale_of(field)
        return Decimal(fitting(scaled(number, scale))).scaleb(-scale)

    def validate(self, field: BoundField, value: Decimal) -> None:
        self._exact(field, value)
        self.check_limits(field, value)
        self.check_size(field, value, Decimal(TYPED_STEPS_MAX).scaleb(-scale_of(field)))

    def format(self, field: BoundField, value: Decimal, context: FormatContext) -> str:
        scale = scale_of(field)
        return scaled_text(int(value.scaleb(scale)), scale, min(scale, 2), context.locale)

    def export_text(self, field: BoundField, value: Decimal | None) -> str:
        return "" if value is None else f"{value:f}"

    def edit_text(self, field: BoundField, value: Decimal, context: FormatContext) -> str:
        return self.export_text(field, value).replace(".", number_style(context.locale).point)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        scale = scale_of(field)
        part = rf"(\.[0-9]{{1,{scale}}})?" if scale else ""
        return {"type": "string", "pattern": f"^-?[0-9]+{part}$"}


class RateType(NumberType):
    """A share, written in percent with at most four digits; the column holds millionths."""

    name = "rate"

    def to_stored(self, field: BoundField, value: Rate) -> int:
        return value.millionths

    def from_stored(self, field: BoundField, stored: int) -> Rate:
        return Rate(stored)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> Rate:
        number = read_decimal(text.removesuffix("%").rstrip(), context.locale)
        if abs(number) >= 1_000_000:
            raise FieldProblem("The number is too large.")
        return Rate(scaled(number, RATE_SCALE))

    def validate(self, field: BoundField, value: Rate) -> None:
        # One that was computed was never read.
        fitting(value.millionths)

    def format(self, field: BoundField, value: Rate, context: FormatContext) -> str:
        return f"{scaled_text(value.millionths, RATE_SCALE, 0, context.locale)} %"

    def export_text(self, field: BoundField, value: Rate | None) -> str:
        return "" if value is None else str(value)

    def edit_text(self, field: BoundField, value: Rate, context: FormatContext) -> str:
        return str(value).replace(".", number_style(context.locale).point)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,4})? ?%$"}


class PositionType(IntegerType):
    """The place of a row among its siblings, from 1; the gate moves the others aside."""

    name = "position"

    def validate(self, field: BoundField, value: int) -> None:
        if value < 1:
            raise FieldProblem("Enter {min} or more.", min=1)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1}

    def list_cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        return html.element(
            "span",
            self.format(field, value, context),
            class_="cell-position",
            data_position=value,
        )


def scale_of(field: BoundField) -> int:
    """Return the digits after the point that a decimal field keeps."""
    return int(getattr(field.spec, "scale", 2))


def fitting(number: int) -> int:
    """Return a number that fits a BIGINT. Raises FieldProblem for any other."""
    if abs(number) > BIGINT_MAX:
        raise FieldProblem("The number is too large.")
    return number


