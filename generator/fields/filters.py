"""The operators of list filters, and the SQL condition each one means.

A filter answers a person, not a rule: `ne` also finds rows that have no value at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from config.texts.sentence import Sentence
from generator.fields.exchange import FieldProblem
from generator.search import contains, starts_with

OPERAND_COUNT: Mapping[str, int] = {"null": 0, "not_null": 0, "between": 2}

# What a person reads; keys of the catalogues.
OPERATOR_LABELS: Mapping[str, str] = {
    "eq": Sentence("is"),
    "ne": Sentence("is not"),
    "in": Sentence("is one of"),
    "lt": Sentence("is less than"),
    "le": Sentence("is at most"),
    "gt": Sentence("is more than"),
    "ge": Sentence("is at least"),
    "between": Sentence("is between"),
    "contains": Sentence("contains"),
    "starts": Sentence("starts with"),
    "null": Sentence("is empty"),
    "not_null": Sentence("is not empty"),
    "has": Sentence("has"),
    "lacks": Sentence("does not have"),
    "before": Sentence("is before"),
    "after": Sentence("is after"),
}

ORDERED = ("eq", "ne", "lt", "le", "gt", "ge", "between", "null", "not_null")
# Operators that compare folded texts.
BY_PIECE = ("contains", "starts")
TEXTUAL = ("eq", "ne", "starts", "contains", "null", "not_null")

IN_MAX = 200


def check_operator(offered: Sequence[str], operator: str) -> None:
    """Raise FieldProblem unless the type offers the operator."""
    if operator not in offered:
        raise FieldProblem("This field cannot be filtered by '{operator}'.", operator=operator)


def operands(operator: str, raw: Sequence[str]) -> Sequence[str]:
    """Return the texts that the operator compares with. Raises FieldProblem for a wrong number."""
    if operator == "in":
        given = [text for text in raw if text.strip()]
        if not given:
            raise FieldProblem("Choose at least one value.")
        if len(given) > IN_MAX:
            raise FieldProblem("Choose at most {max} values.", max=IN_MAX)
        return given
    wanted = OPERAND_COUNT.get(operator, 1)
    if len(raw) < wanted or (operator == "between" and not any(text.strip() for text in raw)):
        raise FieldProblem("Enter a value.")
    return raw[:wanted]


def condition(
    column: ColumnElement[Any], operator: str, values: Sequence[Any]
) -> ColumnElement[bool]:
    """Return the condition of `column operator values`; the values are as stored."""
    if operator == "null":
        return column.is_(None)
    if operator == "not_null":
        return column.is_not(None)
    if operator == "in":
        return column.in_(values)
    if operator == "between":
        return and_(column >= values[0], column <= values[1])
    return _BINARY[operator](column, values[0])


_BINARY = {
    "eq": lambda column, value: column == value,
    "ne": lambda column, value: or_(column != value, column.is_(None)),
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
    "contains": contains,
    "starts": starts_with,
}
