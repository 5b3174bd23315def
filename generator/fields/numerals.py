"""Reading numbers that people type: tolerant of how they are grouped, exact in what they mean."""

from __future__ import annotations

import re
from decimal import Context, Decimal

from generator.fields.exchange import FieldProblem
from generator.fields.formats import number_style

# Spaces of every width and apostrophes part thousands in several languages.
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’_]")
_MINUS = str.maketrans({"−": "-", "\u2010": "-", "\u2011": "-", "–": "-"})
# Enough for any number that _PLAIN lets through; the usual 28 digits would round.
_EXACT = Context(prec=80)
_PLAIN = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?\Z", re.ASCII)


def read_decimal(text: str, locale: str) -> Decimal:
    """Return the number in `text`. Raises FieldProblem.

    `1,234.56`, `1.234,56`, `1 234,56` and `1234.56` are the same number everywhere. With one sign
    only, a comma or point is what it is in `locale`; where that would be a group but three digits
    do not follow (`12,5` in English), it is the decimal point.
    """
    plain = text.translate(_MINUS)
    # Marks of writing direction come along when a number is copied out of a page.
    plain = _SPACES.sub("", plain).replace("\u200e", "").replace("\u200f", "")
    number = _with_point(plain, locale)
    if not _PLAIN.match(number):
        raise FieldProblem("Enter a number.")
    return Decimal(number)


def scaled(number: Decimal, scale: int) -> int:
    """Return `number` × 10^`scale` as a whole number. Raises FieldProblem when it is finer."""
    moved = _EXACT.scaleb(number, scale)
    if moved != moved.to_integral_value():
        raise FieldProblem("Enter at most {digits} digits after the point.", digits=scale)
    return int(moved)


def _with_point(text: str, locale: str) -> str:
    points, commas = text.count("."), text.count(",")
    if points and commas:
        point = max(".", ",", key=text.rindex)
        group = "," if point == "." else "."
        if text.count(point) > 1 or not _groups_fit(text.split(point)[0], group):
            raise FieldProblem("Enter a number.")
        return text.replace(group, "").replace(point, ".")
    sign = "." if points else ","
    if points + commas > 1:
        if not _groups_fit(text, sign):
            raise FieldProblem("Enter a number.")
        return text.replace(sign, "")
    if points + commas == 1 and _is_group(text, sign, locale):
        return text.replace(sign, "")
    return text.replace(",", ".")


def _is_group(text: str, sign: str, locale: str) -> bool:
    style = number_style(locale)
    return sign == style.group and sign != style.point and _groups_fit(text, sign)


def _groups_fit(text: str, sign: str) -> bool:
    first, *groups = text.lstrip("-").split(sign)
    # India writes 12,34,567; only the last group is always of three.
    return (
        1 <= len(first) <= 3
        and first != "0"
        and all(len(group) in (2, 3) for group in groups)
        and len(groups[-1] if groups else "000") == 3
    )
