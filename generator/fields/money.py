"""Money: exact micros and a currency that has one home.

    {type: money}                              <f>_micros and <f>_currency
    {type: money, currency: EUR}               <f>_micros; the currency is always EUR
    {type: money, currency: client.currency}   <f>_micros; the currency stands at that path

For the last form whoever reads the row adds `<f>_currency` to it; an amount read without it
has the currency XXX (ISO 4217: none), and `in_currency` puts the right one in before writing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from sqlalchemy import BigInteger, Column, ColumnElement, FromClause, String, and_

from config.expressions.limits import TYPED_STEPS_MAX
from config.values.money import Money
from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType, storable
from generator.fields.exchange import NEUTRAL, ControlState, FieldProblem, Form, FormatContext
from generator.fields.formats import NO_CURRENCY, money_text, number_style
from generator.fields.number import fitting
from generator.fields.numerals import read_decimal, scaled

SCALE = 6
_CODE = re.compile(r"[A-Z]{3}\Z", re.ASCII)
_WITH_CODE = re.compile(r"(.*?)\s*([A-Za-z]{3})\Z", re.DOTALL)


def currency_path(field: BoundField) -> str | None:
    """Return the path at which the currency of the field's amounts stands, None without one."""
    currency = getattr(field.spec, "currency", None)
    return None if currency is None or _CODE.match(currency) else currency


def fixed_currency(field: BoundField) -> str | None:
    """Return the code that all amounts of the field have, None when they may differ."""
    currency = getattr(field.spec, "currency", None)
    return currency if currency is not None and _CODE.match(currency) else None


def keeps_currency(field: BoundField) -> bool:
    """Whether the field has a currency column of its own."""
    return getattr(field.spec, "currency", None) is None


def in_currency(value: Money, currency: str) -> Money:
    """Return an amount typed without a currency in its own; FieldProblem when it named another."""
    if value.currency not in (NO_CURRENCY, currency):
        raise FieldProblem("Enter an amount in {currency}.", currency=currency)
    return Money(value.micros, currency)


class MoneyType(FieldType):
    name = "money"
    steady = True
    operators = filters.ORDERED
    numeric = True

    def columns(self, field: BoundField) -> list[Column[Any]]:
        columns: list[Column[Any]] = [
            Column(f"{field.name}_micros", BigInteger(), nullable=field.nullable)
        ]
        if keeps_currency(field):
            columns.append(Column(f"{field.name}_currency", String(3), nullable=field.nullable))
        return columns

    def to_columns(self, field: BoundField, value: Any) -> dict[str, Any]:
        stored = {f"{field.name}_micros": None if value is None else value.micros}
        if keeps_currency(field):
            stored[f"{field.name}_currency"] = None if value is None else value.currency
        return stored

    def from_columns(self, field: BoundField, row: Mapping[str, Any]) -> Money | None:
        micros = row[f"{field.name}_micros"]
        if micros is None:
            return None
        currency = fixed_currency(field) or row.get(f"{field.name}_currency") or NO_CURRENCY
        return Money(micros, currency)

    def raw(self, field: BoundField, form: Form, name: str) -> Sequence[str] | None:
        sent = form.getlist(name)
        if not sent:
            return None
        return [*sent[-1:], *form.getlist(f"{name}.currency")[-1:]]

    def parse(self, field: BoundField, raw: Sequence[str], context: FormatContext) -> Money | None:
        """Read an amount, `12,50` or `12.50 EUR`; a second text, when given, is the currency."""
        text = storable(raw[0]).strip() if raw else ""
        if not text:
            return None
        named = _WITH_CODE.match(text)
        amount, currency = (named[1], named[2].upper()) if named else (text, "")
        currency = currency or (raw[1].strip().upper() if len(raw) > 1 else "")
        if currency == NO_CURRENCY:
            # Here the code means that none was named; whoever writes it named something.
            raise FieldProblem("'{code}' is not a currency.", code=currency)
        number = scaled(read_decimal(amount.strip(), context.locale), SCALE)
        return self._in(field, Money(fitting(number), currency or NO_CURRENCY))

    def _in(self, field: BoundField, value: Money) -> Money:
        fixed = fixed_currency(field)
        if fixed:
            return in_currency(value, fixed)
        if keeps_currency(field) and value.currency == NO_CURRENCY:
            return Money(value.micros, field.facts.currency)
        return value

    def settle(self, field: BoundField, value: Any, row: Mapping[str, Any], old: Any) -> Any:
        """Put the amount into the currency that stands in the row. Raises FieldProblem."""
        path = currency_path(field)
        currency = row.get(path) if path else None
        return in_currency(value, str(currency)) if value is not None and currency else value

    def parse_json(self, field: BoundField, data: Any) -> Money | None:
        """Take `{"amount": "12.50", "currency": "EUR"}` or the text `12.50 EUR`."""
        if data is None:
            return None
        if isinstance(data, dict) and set(data) <= {"amount", "currency"}:
            amount, currency = data.get("amount"), data.get("currency") or ""
            if isinstance(amount, str) and isinstance(currency, str):
                return self.parse(field, [amount, currency], NEUTRAL)
        if isinstance(data, str):
            return self.parse(field, [data], NEUTRAL)
        raise FieldProblem('Write the amount as text, such as "12.50 EUR".')

    def validate(self, field: BoundField, value: Money) -> None:
        if keeps_currency(field):
            check_currency(value.currency)
        if abs(value.micros) > TYPED_STEPS_MAX:
            largest = Money(TYPED_STEPS_MAX, value.currency)
            raise FieldProblem(
                "Enter {max} or less.", max=money_text(largest, "en")
            ) if value.micros > 0 else FieldProblem(
                "Enter {min} or more.", min=money_text(-largest, "en")
            )
        least = getattr(field.spec, "min", None)
        if least is None:
            return
        limit = self.parse(field, [least], NEUTRAL)
        # A limit in another currency says nothing about this amount, but its sign does.
        assert limit is not None
        if value.micros < limit.micros and limit.currency in (value.currency, NO_CURRENCY):
            raise FieldProblem("Enter {min} or more.", min=money_text(limit, "en"))
        if limit.micros == 0 and value.micros < 0:
            raise FieldProblem("Enter {min} or more.", min="0")

    def outside(self, field: BoundField, source: FromClause) -> ColumnElement[bool] | None:
        least = getattr(field.spec, "min", None)
        if least is None:
            return None
        limit = self.parse(field, [least], NEUTRAL)
        assert limit is not None
        below = source.c[field.column.name] < limit.micros
        if limit.micros == 0 or limit.currency in (fixed_currency(field), NO_CURRENCY):
            return below
        if keeps_currency(field):
            return and_(below, source.c[f"{field.name}_currency"] == limit.currency)
        return None

    def format(self, field: BoundField, value: Money, context: FormatContext) -> str:
        return money_text(value, context.locale)

    def export_text(self, field: BoundField, value: Money | None) -> str:
        if value is None:
            return ""
        return str(value).removesuffix(f" {NO_CURRENCY}")

    def edit_text(self, field: BoundField, value: Money, context: FormatContext) -> str:
        text = str(value).rpartition(" ")[0]
        return text.replace(".", number_style(context.locale).point)

    def json(self, field: BoundField, value: Money | None) -> Any:
        if value is None:
            return None
        amount = str(value).rpartition(" ")[0]
        return {"amount": amount, "currency": None if _unknown(value) else value.currency}

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        code: dict[str, Any] = {"type": ["string", "null"], "pattern": "^[A-Z]{3}$"}
        if fixed_currency(field):
            code = {"const": fixed_currency(field)}
        return {
            "type": "object",
            "properties": {
                "amount": {"type": "string", "pattern": r"^-?[0-9]{1,13}(\.[0-9]{1,6})?$"},
                "currency": code,
            },
            "required": ["amount"],
            "additionalProperties": False,
        }

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        shown = self._shown_amount(field, control, context)
        amount = html.text_input(control, shown, inputmode="decimal", autocomplete="off")
        beside = self._currency_control(field, control, context)
        return Markup('<div class="input-group{}">{}{}</div>').format(
            " is-invalid" if control.problems else "", amount, beside
        )

    def _shown_amount(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> str:
        if control.raw is not None:
            return control.raw[0] if control.raw else ""
        if control.value is None:
            return ""
        return self.edit_text(field, control.value, context)

    def _currency_control(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        value = control.value
        code = value.currency if value is not None and not _unknown(value) else ""
        if not keeps_currency(field):
            shown = fixed_currency(field) or code
            return html.element("span", shown, class_="input-group-text") if shown else Markup("")
        if control.raw is not None and len(control.raw) > 1:
            code = control.raw[1]
        from generator.fields.places import currency_choices

        chosen = code or field.facts.currency
        if control.read_only:
            # The amount is sent back too, and must not come back in another currency.
            sent = html.hidden(f"{control.name}.currency", chosen)
            return sent + html.element("span", chosen, class_="input-group-text")
        listed = [choice.value for choice in control.choices or currency_choices("en")]
        if chosen not in listed:
            listed.append(chosen)
        pairs: dict[str, object] = {
            "name": f"{control.name}.currency",
            "id": f"{control.id}-currency",
            "class": "form-select money-currency",
            "aria-label": context.translate("Currency"),
        }
        options = html.joined(html.option(code, code, code == chosen) for code in listed)
        return Markup("<select{}>{}</select>").format(html.attributes(pairs), options)

    def filter(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext = NEUTRAL,
        source: FromClause | None = None,
    ) -> ColumnElement[bool]:
        """Compare amounts; with a currency in the text only amounts of that currency are found."""
        filters.check_operator(self.operators, operator)
        texts = filters.operands(operator, raw)
        amounts = [self._operand(text, context) for text in texts]
        column = self.sort_column(field, source)
        condition = filters.condition(column, operator, [amount.micros for amount in amounts])
        codes = {amount.currency for amount in amounts} - {NO_CURRENCY}
        if not codes or not keeps_currency(field):
            return condition
        table = source if source is not None else column.table  # type: ignore[attr-defined]
        return and_(condition, table.c[f"{field.name}_currency"].in_(sorted(codes)))

    def _operand(self, text: str, context: FormatContext) -> Money:
        named = _WITH_CODE.match(text.strip())
        amount, code = (named[1], named[2].upper()) if named else (text.strip(), NO_CURRENCY)
        return Money(fitting(scaled(read_decimal(amount, context.locale), SCALE)), code)

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        shown = self._shown_amount(field, control, context)
        return html.text_input(control, shown, inputmode="text", autocomplete="off")


def _unknown(value: Money) -> bool:
    return value.currency == NO_CURRENCY


def check_currency(code: str) -> None:
    """Refuse a code that ISO 4217 does not list. Raises FieldProblem."""
    from generator.fields.places import currency_codes

    if code not in currency_codes():
        raise FieldProblem("'{code}' is not a currency.", code=code)
