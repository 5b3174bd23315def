"""Amounts of money in SQL: micros and a currency code, always side by side.

Two currencies have no order, but they do differ. The sum of no amounts is nothing in every
currency: its code is the empty text, and it goes with any other (`open_currency`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, false, literal, or_

from config.expressions.limits import STEPS_MAX
from generator.sql import numbers
from generator.sql.constructs import added, bounded, multiplied, taken_off
from generator.sql.numbers import Known, Number

ANY_CURRENCY = ""


@dataclass(frozen=True)
class Amount:
    """An amount that the database computes; `micros` is null where the amount is."""

    micros: ColumnElement[int]
    currency: ColumnElement[str]
    open_currency: bool = False

    def is_in(self, code: Any) -> ColumnElement[bool]:
        same = self.currency == code
        return or_(same, self.currency == ANY_CURRENCY) if self.open_currency else same


def compare(
    sign: str, left: Amount | Known, right: Amount | Known, same_source: bool
) -> ColumnElement[bool]:
    """Return `left sign right`. `same_source`: both have one currency, which need not be read."""
    if isinstance(left, Known):
        sign, left, right = numbers.MIRRORED[sign], right, left
    if Known(None) in (left, right):
        return false()
    left = element(left)
    if isinstance(right, Known):
        return _with_known(sign, left, right.value)
    ordered = numbers.SIGNS[sign](left.micros, right.micros)
    if same_source:
        return ordered
    match = left.is_in(right.currency)
    if right.open_currency:
        match = or_(match, right.currency == ANY_CURRENCY)
    if sign != "!=":
        return and_(match, ordered)
    both = and_(left.micros.is_not(None), right.micros.is_not(None))
    return and_(both, or_(ordered, ~match))


def _with_known(sign: str, amount: Amount, value: Any) -> ColumnElement[bool]:
    micros = value if isinstance(value, int) else value.micros
    ordered = numbers.compare(sign, Number(amount.micros), Known(micros))
    if isinstance(value, int):
        return ordered
    match = amount.is_in(value.currency)
    if sign != "!=":
        return and_(ordered, match)
    return and_(amount.micros.is_not(None), or_(ordered, ~match))


def combine(sign: str, left: Amount | Known, right: Amount | Known) -> Amount | Known:
    """Return `left sign right` for + and -, of amounts whose currency stands at one place."""
    if Known(None) in (left, right):
        return Known(None)
    one, other = element(left), element(right)
    made = added if sign == "+" else taken_off
    micros = bounded(made, one.micros, other.micros, most=STEPS_MAX)
    if isinstance(left, Known) or isinstance(right, Known):
        # A value from elsewhere (the old row) may be in a currency that was changed since.
        micros = case((one.is_in(other.currency), micros))
    currency = one.currency
    if one.open_currency:
        currency = case((currency == ANY_CURRENCY, other.currency), else_=currency)
    return Amount(micros, currency, one.open_currency and other.open_currency)


def times(amount: Amount | Known, factor: Number | Known) -> Amount | Known:
    """Return a multiple of `amount`; `factor` is whole."""
    if Known(None) in (amount, factor):
        return Known(None)
    one = element(amount)
    micros = bounded(multiplied, one.micros, numbers.steps(factor, 0), most=STEPS_MAX)
    return Amount(micros, one.currency, one.open_currency)


def choose(
    test: ColumnElement[bool], yes: Amount | Known, no: Amount | Known
) -> Amount:
    one, other = element(yes), element(no)
    return Amount(
        case((test, one.micros), else_=other.micros),
        case((test, one.currency), else_=other.currency),
        one.open_currency or other.open_currency,
    )


def element(amount: Amount | Known) -> Amount:
    """Return `amount` as SQL; the known 0 of an empty sum has no currency."""
    if isinstance(amount, Amount):
        return amount
    if amount.value is None:
        return Amount(numbers.steps(amount, 0), literal(None, String()))
    if amount.value == 0:
        return Amount(numbers.steps(Known(0), 0), literal(ANY_CURRENCY, String()), True)
    return Amount(
        numbers.steps(Known(amount.value.micros), 0), literal(amount.value.currency, String())
    )
