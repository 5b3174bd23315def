"""Exact numbers in SQL: whole numbers that count steps of 10^-scale.

A written number is compared as an exact fraction: it is turned into the column's steps, so the
column stays bare and its index is used. A number finer than the steps is moved to the next step
on the right side of the comparison.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, cast, false, literal, null, true, tuple_

from config.expressions.limits import STEPS_MAX, steps_max
from config.expressions.types import Type
from generator.sql.constructs import added, bounded, multiplied, taken_off

# What a BIGINT holds; written numbers beyond it compare as what they are, greater or smaller.
LARGEST = 2**63 - 1
_SCALE_MAX = 30

SIGNS: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Number:
    """A number that the database computes: `element` counts steps of 10^-`scale`.

    Arithmetic on it is null where the result is too large (config/expressions/limits.py).
    """

    element: ColumnElement[int]
    scale: int = 0

    def at(self, scale: int, most: int) -> ColumnElement[int]:
        """Return the number in finer steps, null when they are more than `most`."""
        if scale == self.scale:
            return self.element
        finer = literal(10 ** (scale - self.scale), BigInteger())
        return bounded(multiplied, self.element, finer, most=most)


@dataclass(frozen=True)
class Known:
    """A value that is the same for every row; None is null."""

    value: Any

    def fraction(self) -> Fraction:
        if isinstance(self.value, timedelta):
            return Fraction(self.value // timedelta(microseconds=1), 10**6)
        return Fraction(self.value)


def finest(*numbers: Number | Known) -> int:
    """Return the least scale at which all of `numbers` are whole."""
    return max(n.scale if isinstance(n, Number) else _scale_of(n) for n in numbers)


def _scale_of(known: Known) -> int:
    fraction, scale = known.fraction() if known.value is not None else Fraction(0), 0
    while (fraction * 10**scale).denominator != 1 and scale < _SCALE_MAX:
        scale += 1
    return scale


def steps(number: Number | Known, scale: int, most: int = STEPS_MAX) -> ColumnElement[Any]:
    """Return `number` as an element that counts steps of 10^-`scale`, null beyond `most`."""
    if isinstance(number, Number):
        return number.at(scale, most)
    count = None if number.value is None else int(number.fraction() * 10**scale)
    if count is None or abs(count) > most:
        return cast(null(), BigInteger())
    return literal(count, BigInteger())


def compare(sign: str, left: Number | Known, right: Number | Known) -> ColumnElement[bool]:
    """Return `left sign right`, true only where it holds."""
    if isinstance(left, Known):
        if isinstance(right, Known):
            return _compare_known(sign, left, right)
        return compare(MIRRORED[sign], right, left)
    if isinstance(right, Known):
        return false() if right.value is None else _with_bound(sign, left, right.fraction())
    if left.scale > right.scale:
        sign, left, right = MIRRORED[sign], right, left
    if left.scale == right.scale:
        return SIGNS[sign](left.element, right.element)
    return _with_finer(sign, left, right)


def _with_finer(sign: str, left: Number, right: Number) -> ColumnElement[bool]:
    """Compare with a number in finer steps, which is parted: the other may have no finer ones."""
    parts = literal(10 ** (right.scale - left.scale), BigInteger())
    zero = literal(0, BigInteger())
    found = SIGNS[sign](
        tuple_(left.element, zero), tuple_(right.element // parts, right.element % parts)
    )
    # Pairs differ already when their second halves do, whatever the first is.
    return and_(left.element.is_not(None), found) if sign == "!=" else found


def _compare_known(sign: str, left: Known, right: Known) -> ColumnElement[bool]:
    """Compare what turned out to be the same for every row, such as a sum of no rows."""
    if left.value is None or right.value is None:
        return false()
    return true() if SIGNS[sign](left.fraction(), right.fraction()) else false()


def _with_bound(sign: str, number: Number, bound: Fraction) -> ColumnElement[bool]:
    exact = bound * 10**number.scale
    beyond = abs(exact) > LARGEST
    if beyond or exact.denominator != 1:
        if sign == "==":
            return false()
        if sign == "!=" or (beyond and (exact > 0) == (sign in ("<", "<="))):
            return number.element.is_not(None)
        if beyond:
            return false()
        if sign in ("<", "<="):
            return number.element <= math.floor(exact)
        return number.element >= math.ceil(exact)
    return SIGNS[sign](number.element, int(exact))


def among(number: Number | Known, members: list[Any]) -> ColumnElement[bool]:
    """Return whether `number` is one of `members`, which hold no null."""
    if isinstance(number, Known):
        found = number.fraction() in {Known(member).fraction() for member in members}
        return true() if found else false()
    exact = [Known(member).fraction() * 10**number.scale for member in members]
    whole = {int(one) for one in exact if one.denominator == 1 and abs(one) <= LARGEST}
    return number.element.in_(sorted(whole))


def calculate(
    sign: str, left: Number | Known, right: Number | Known, type_: Type
) -> Number | Known:
    """Return `left sign right`, of `type_`; a known null makes it null."""
    if (isinstance(left, Known) and left.value is None) or (
        isinstance(right, Known) and right.value is None
    ):
        return Known(None)
    if sign == "*":
        scales = [finest(left), finest(right)]
        scale = sum(scales)
        factors = steps(left, scales[0]), steps(right, scales[1])
        return Number(bounded(multiplied, *factors, most=steps_max(type_, scale)), scale)
    scale = finest(left, right)
    most = steps_max(type_, scale)
    one, other = steps(left, scale, most), steps(right, scale, most)
    return Number(bounded(added if sign == "+" else taken_off, one, other, most=most), scale)
