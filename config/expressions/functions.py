"""The functions that an expression may call; there are no others.

`LITERALS` write a value that has no sign of its own (`money('12.50 EUR')`): their argument is
a quoted text, read when the expression is checked. `FUNCTIONS` compute.
"""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from config.expressions.types import (
    CALENDAR,
    DATE,
    DURATION,
    INTEGER,
    MONEY,
    RATE,
    TEXT,
    Type,
)
from config.values.money import Money
from config.values.rate import Rate

CODE_LETTERS = string.ascii_uppercase + string.digits
CODE_LENGTH_MAX = 64


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the table.

    `python` gets arguments that are never null: a null argument gives null. `seconds` makes a
    duration of a number in SQL. `sql` says whether it may take a field in SQL; `stable`
    whether the same arguments give the same value, so that it may be computed before the query.
    """

    name: str
    parameters: tuple[Type, ...]
    result: Type
    python: Callable[..., object]
    says: str
    example: str
    sql: bool = False
    stable: bool = True


def random_code(length: int) -> str:
    """Return `length` random capital letters and digits (at least 1, at most CODE_LENGTH_MAX)."""
    length = max(1, min(length, CODE_LENGTH_MAX))
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))


# Seconds of one unit: generator/sql.py multiplies by the same numbers.
UNIT_SECONDS: Mapping[str, int] = {"minutes": 60, "hours": 3600, "days": 86400, "weeks": 604800}


def _duration(unit: str) -> Function:
    seconds = UNIT_SECONDS[unit]
    return Function(
        unit, (INTEGER,), DURATION, lambda number: timedelta(seconds=number * seconds),
        f"a duration of so many {unit}", f"{unit}(3)", sql=True,
    )


_ALL = (
    *(_duration(unit) for unit in UNIT_SECONDS),
    Function(
        "months", (INTEGER,), CALENDAR, lambda number: number,
        "so many calendar months, to be added to a date or moment; the last day of a shorter "
        "month stands for days that it lacks", "date('2026-01-31') + months(1)",
    ),
    Function(
        "years", (INTEGER,), CALENDAR, lambda number: number * 12,
        "so many calendar years, to be added to a date or moment",
        "date('2024-02-29') + years(1)",
    ),
    Function(
        "random_code", (INTEGER,), TEXT, random_code,
        f"random capital letters and digits, at most {CODE_LENGTH_MAX}", "random_code(6)",
        stable=False,
    ),
    Function(
        "lower", (TEXT,), TEXT, str.lower, "the text in small letters", "lower('AbC')",
    ),
    Function(
        "length", (TEXT,), INTEGER, len, "the number of characters of a text", "length('abc')",
        sql=True,
    ),
)
FUNCTIONS: Mapping[str, Function] = {function.name: function for function in _ALL}


@dataclass(frozen=True, slots=True)
class LiteralFunction:
    """Reads a quoted text. `read` raises ValueError when the text is not of the form `form`."""

    name: str
    read: Callable[[str], tuple[object, Type]]
    says: str
    example: str
    form: str


def _money(text: str) -> tuple[object, Type]:
    amount = Money.parse(text)
    return amount, MONEY(amount.currency)


def _rate(text: str) -> tuple[object, Type]:
    return Rate.parse(text).factor, RATE


def _date(text: str) -> tuple[object, Type]:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text), DATE


_ALL_LITERALS = (
    LiteralFunction(
        "money", _money, "an amount of money", "money('12.50 EUR')", "'12.50 EUR'"
    ),
    LiteralFunction("rate", _rate, "a rate", "rate('23 %')", "'23 %'"),
    LiteralFunction("date", _date, "a calendar day", "date('2026-01-31')", "'2026-01-31'"),
)
LITERALS: Mapping[str, LiteralFunction] = {literal.name: literal for literal in _ALL_LITERALS}
