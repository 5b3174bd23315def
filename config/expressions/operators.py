"""What + - * / mean: the type of the result, and the exact value in Python.

All numbers are exact. Division alone rounds, half up: numbers to QUOTIENT_SCALE digits after
the point, money to the micro. Anything with null is null; so are division by zero, a date
beyond the calendar, and the sum of amounts in two currencies.
"""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from config.expressions.types import DECIMAL, DURATION, INTEGER, Type
from config.values.money import Money
from config.values.rate import Rate

QUOTIENT_SCALE = 12
# Wide enough for every product that NODES_MAX allows to be exact in practice; never the
# thread's own context, which rounds to 28 digits.
_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)


def arithmetic_type(operator: str, left: Type, right: Type) -> tuple[Type | None, str]:
    """Return the type of `left operator right`, or None and a hint."""
    if left.is_number and right.is_number:
        return _number_type(operator, left, right), ""
    if operator in "+-":
        return _sum_type(operator, left, right)
    if operator == "*" and left.is_number:
        left, right = right, left
    if left.kind == "money" and right.is_number:
        return left, ""
    if left.kind == "duration" and right == INTEGER and operator == "*":
        return DURATION, ""
    return None, ""


def _number_type(operator: str, left: Type, right: Type) -> Type:
    if operator == "/":
        return DECIMAL(QUOTIENT_SCALE)
    if operator == "*":
        if left == INTEGER or right == INTEGER:
            return right if left == INTEGER else left
        return DECIMAL(left.scale + right.scale)
    return left if left == right else DECIMAL(max(left.scale, right.scale))


def _sum_type(operator: str, left: Type, right: Type) -> tuple[Type | None, str]:
    if left.kind == right.kind == "money":
        if left.currency == right.currency:
            return left, ""
        return None, "only amounts whose currency stands at the same place can be added"
    if left.kind == right.kind == "duration":
        return DURATION, ""
    if left.kind in {"date", "moment"}:
        if right.kind in {"duration", "calendar"}:
            return left, ""
        if operator == "-" and right.kind == left.kind:
            return DURATION, ""
        return None, "write days(3), hours(3), months(1) …" if right.is_number else ""
    if right.kind in {"date", "moment"} and left.kind in {"duration", "calendar"}:
        return None, "write the date or moment first"
    return None, ""


def in_sql(operator: str, left: Type, right: Type) -> bool:
    """Say whether the database computes it exactly: + and -, and × by a whole number."""
    if operator in "+-":
        if left.kind in {"date", "moment"}:
            return left.kind == right.kind == "date"
        return True
    return operator == "*" and INTEGER in (left, right)


def exact(value: object) -> object:
    """Return a number of any kind as int or Decimal; other values as they are."""
    if isinstance(value, Rate):
        return value.factor
    return value


def calculate(operator: str, left: object, right: object) -> object:
    """Return `left operator right` for values of types that `arithmetic_type` allowed."""
    if left is None or right is None:
        return None
    try:
        if isinstance(left, Money) or isinstance(right, Money):
            return _money(operator, left, right)
        if isinstance(left, date):
            return _moved(operator, left, right)
        if isinstance(left, timedelta) or isinstance(right, timedelta):
            return _CALCULATE[operator](left, right)
        return _number(operator, left, right)
    except (OverflowError, ZeroDivisionError):
        return None


def negate(value: object) -> object:
    if value is None:
        return None
    try:
        return -value
    except OverflowError:  # the longest duration has no negative
        return None


def _number(operator: str, left: int | Decimal, right: int | Decimal) -> int | Decimal | None:
    if operator == "/":
        return _quotient(left, right, QUOTIENT_SCALE)
    if isinstance(left, int) and isinstance(right, int):
        return _CALCULATE[operator](left, right)
    left, right = Decimal(left), Decimal(right)
    if operator == "*":
        return _EXACT.multiply(left, right)
    return _EXACT.add(left, right) if operator == "+" else _EXACT.subtract(left, right)


def _quotient(left: int | Decimal, right: int | Decimal, scale: int) -> Decimal | None:
    if right == 0:
        return None
    quotient = _EXACT.divide(Decimal(left), Decimal(right))
    return quotient.quantize(Decimal(1).scaleb(-scale), context=_EXACT)


def _money(operator: str, left: object, right: object) -> object:
    if operator in "+-":
        # 0 is the sum of no amounts at all; it takes the currency of the other.
        if left == 0:
            return right if operator == "+" else negate(right)
        if right == 0:
            return left
        if left.currency != right.currency:
            return None
        return _CALCULATE[operator](left, right)
    if not isinstance(left, Money):
        left, right = right, left
    if operator == "*":
        return left.times(right)
    micros = _quotient(left.micros, right, 0)
    return None if micros is None else Money(int(micros), left.currency)


def _moved(operator: str, left: date, right: object) -> object:
    if isinstance(right, date):
        return left - right
    if isinstance(right, timedelta):
        amount = right if operator == "+" else -right
        if not isinstance(left, datetime):
            # Whole days move a calendar day; hours beyond them do not.
            days = abs(amount) // timedelta(days=1)
            amount = timedelta(days=days if amount >= timedelta(0) else -days)
        return left + amount
    return add_months(left, right if operator == "+" else -right)


def add_months(day: date, months: int) -> date | None:
    """Move by calendar months; a shorter month's last day stands for the days that it lacks.

    31 January + 1 month is 28 or 29 February. None beyond the years 1 to 9999.
    """
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= years <= date.max.year:
        return None
    last = calendar.monthrange(years, month + 1)[1]
    return day.replace(year=years, month=month + 1, day=min(day.day, last))


_CALCULATE = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
}
