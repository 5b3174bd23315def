"""Days, moments and durations.

A moment is typed and shown in the reader's time zone and stored in UTC. A day has no zone.
A duration is written with its unit, `7 days`, and stored in seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import BigInteger, ColumnElement, Date, FromClause, and_
from sqlalchemy.types import TypeEngine

from generator.columns import MOMENT
from generator.fields import filters, html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import NEUTRAL, ControlState, FieldProblem, FormatContext
from generator.fields.formats import babel_locale, date_text, local, moment_text, zone

_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_DURATION_PARTS = re.compile(r"([0-9]{1,11})[ \u00a0\u202f]?([^\W\d_]+)")
# A year of three digits is one that somebody had not finished typing; and a moment in the last
# year would fall out of the calendar on the clocks of the east.
YEARS = (1000, 9998)
_ISO_WEEK = re.compile(r"^\d{4}-?W", re.ASCII | re.IGNORECASE)
# More than microseconds, which no database keeps; noughts there lose nothing.
_FINER = re.compile(r"[.,]\d{6}\d*[1-9]", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class DateType(FieldType):
    name = "date"
    steady = True
    operators = filters.ORDERED

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return Date()

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> date:
        return read_date(text, context)

    def format(self, field: BoundField, value: date, context: FormatContext) -> str:
        return date_text(value, context.locale)

    def export_text(self, field: BoundField, value: date | None) -> str:
        return "" if value is None else value.isoformat()

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        written = date_text(value, context.locale)
        return Markup(
            f'<time datetime="{value.isoformat()}">{written}</time>'
        )

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "format": "date"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(control, self.shown(field, control, context), type="date")


class MomentType(FieldType):
    name = "moment"
    steady = True
    operators = ("before", "after", "between", "eq", "null", "not_null")

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return MOMENT

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> datetime:
        return read_moment(text, context)

    def validate(self, field: BoundField, value: datetime) -> None:
        first, last = YEARS
        if not first <= value.astimezone(UTC).year <= last:
            raise FieldProblem("Enter a year from {first} to {last}.", first=first, last=last)

    def format(self, field: BoundField, value: datetime, context: FormatContext) -> str:
        return moment_text(value, context.locale, context.time_zone)

    def export_text(self, field: BoundField, value: datetime | None) -> str:
        if value is None:
            return ""
        there = value if value.tzinfo is UTC else value.astimezone(UTC)
        return there.isoformat().replace("+00:00", "Z")

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        written = self.format(field, value, context)
        return Markup(
            f'<time datetime="{self.export_text(field, value)}">{written}</time>'
        )

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}

    def edit_text(self, field: BoundField, value: datetime, context: FormatContext) -> str:
        there = local(value, context.time_zone).replace(tzinfo=None)
        if there.microsecond:
            return there.isoformat(timespec="milliseconds")
        return there.isoformat(timespec="seconds" if there.second else "minutes")

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        shown = self.shown(field, control, context)
        # Browsers refuse seconds in a control whose step is a minute.
        step = "any" if shown.count(":") > 1 else None
        written = html.text_input(control, shown, type="datetime-local", step=step)
        named = html.element("span", context.time_zone, class_="input-group-text")
        return Markup('<div class="input-group">{}{}</div>').format(written, named)

    def filter(
        self,
        field: BoundField,
        operator: str,
        raw: Sequence[str],
        context: FormatContext = NEUTRAL,
        source: FromClause | None = None,
    ) -> ColumnElement[bool]:
        """Filter by days of the reader's calendar: `between` covers both days to their end."""
        filters.check_operator(self.operators, operator)
        column = self.sort_column(field, source)
        if operator in ("null", "not_null"):
            return filters.condition(column, operator, [])
        texts = list(filters.operands(operator, raw))
        spans = [span(text, context) for text in texts]
        start, end = spans[0][0], spans[-1][1]
        if operator == "before":
            return column < start
        if operator == "after":
            return column >= end
        return and_(column >= start, column < end)

    def filter_input(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> Markup:
        return html.text_input(control, self.shown(field, control, context), type="date")


def span(text: str, context: FormatContext) -> tuple[datetime, datetime]:
    """Return the start and the end (not part of it) of a day, or of a minute given exactly."""
    text = text.strip()
    if _ISO_DATE.match(text):
        day = read_date(text, context)
        following = day + timedelta(days=1) if day < date.max else day
        return _in_zone(day, context), _in_zone(following, context)
    start = read_moment(text, context)
    return start, start + timedelta(minutes=1)


def _in_zone(day: date, context: FormatContext) -> datetime:
    there = datetime.combine(day, time(), tzinfo=zone(context.time_zone))
    try:
        return there.astimezone(UTC)
    except OverflowError:
        return there.replace(tzinfo=UTC)


def read_date(text: str, context: FormatContext) -> date:
    """Read `2026-01-31`, or a day as the reader's locale writes it in short."""
    if _ISO_DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise FieldProblem("There is no such day.") from None
    if re.fullmatch(r"\d{1,4}\D{1,3}\d{1,2}\D{1,3}\d{2,4}\D?\.?", text, re.ASCII):
        return _local_date(text, context.locale)
    raise FieldProblem("Enter a date, such as 2026-01-31.")


def _local_date(text: str, locale: str) -> date:
    from babel.dates import parse_date

    try:
        # With two digits of the year nobody knows the century.
        if len(re.split(r"\D+", text.rstrip(". "))[-1]) != 4:
            raise FieldProblem("Enter a date, such as 2026-01-31.")
        return parse_date(text, locale=babel_locale(locale), format="short")
    except (ValueError, IndexError):
        raise FieldProblem("Enter a date, such as 2026-01-31.") from None


def read_moment(text: str, context: FormatContext) -> datetime:
    """Read an ISO moment; one without an offset is on the clocks of the reader's zone."""
    if _ISO_WEEK.search(text):
        raise FieldProblem("Enter a date and time, such as 2026-01-31 12:30.")
    if _FINER.search(text):
        raise FieldProblem("Enter at most {digits} digits after the point.", digits=6)
    try:
        moment = datetime.fromisoformat(text.upper().replace(" ", "T", 1))
    except ValueError:
        raise FieldProblem("Enter a date and time, such as 2026-01-31 12:30.") from None
    try:
        if moment.tzinfo is None:
            moment = _on_clock(moment, context)
        return moment.astimezone(UTC)
    except OverflowError:
        raise FieldProblem("There is no such day.") from None


def _on_clock(moment: datetime, context: FormatContext) -> datetime:
    there = moment.replace(tzinfo=zone(context.time_zone))
    if there.astimezone(UTC).astimezone(there.tzinfo).replace(tzinfo=None) != moment:
        # The hour that summer time leaves out.
        raise FieldProblem("The clocks of {zone} skip this time.", zone=context.time_zone)
    return there


class DurationType(FieldType):
    name = "duration"
    operators = filters.ORDERED
    numeric = True

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return BigInteger()

    def to_stored(self, field: BoundField, value: timedelta) -> int:
        return value // timedelta(seconds=1)

    def from_stored(self, field: BoundField, stored: int) -> timedelta:
        return timedelta(seconds=stored)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> timedelta:
        return read_duration(text, context.locale)

    def parse_json(self, field: BoundField, data: Any) -> timedelta | None:
        """Take text with a unit, or a whole number of seconds."""
        if isinstance(data, int) and not isinstance(data, bool):
            return _limited(data)
        return super().parse_json(field, data)

    def validate(self, field: BoundField, value: timedelta) -> None:
        if value.microseconds:
            raise FieldProblem("Enter whole seconds.")
        _limited(value // timedelta(seconds=1))

    def format(self, field: BoundField, value: timedelta, context: FormatContext) -> str:
        return _duration_in_words(*in_largest_unit(value), context.locale)

    def export_text(self, field: BoundField, value: timedelta | None) -> str:
        return "" if value is None else duration_text(value)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]+ (second|minute|hour|day|week)s?$"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(
            control, self.shown(field, control, context), autocomplete="off",
            placeholder=_duration_in_words(7, "day", context.locale),
        )


@lru_cache(maxsize=2048)
def _duration_in_words(amount: int, unit: str, locale: str) -> str:
    from babel.units import format_unit

    return str(format_unit(amount, f"duration-{unit}", locale=babel_locale(locale)))


def in_largest_unit(value: timedelta) -> tuple[int, str]:
    """Return the number and the largest unit, up to days, that says `value` exactly."""
    seconds = value // timedelta(seconds=1)
    # Weeks are read but not written: "14 days" is what contracts say.
    for unit in ("day", "hour", "minute"):
        if seconds and seconds % _UNITS[unit] == 0:
            return seconds // _UNITS[unit], unit
    return seconds, "second"


def duration_text(value: timedelta) -> str:
    """Return `7 days`, as the YAML writes durations."""
    amount, unit = in_largest_unit(value)
    return f"{amount} {unit}{'' if amount == 1 else 's'}"


def read_duration(text: str, locale: str = "en") -> timedelta:
    """Read `7 days`, `90 minutes`, `1 day 12 hours`, also in the words of `locale`: `7 dni`.

    Raises FieldProblem.
    """
    text = text.lower()
    parts = list(_DURATION_PARTS.finditer(text))
    if not parts or _DURATION_PARTS.sub("", text).strip(" ,\u00a0\u202f"):
        raise FieldProblem("Write the unit: '5 minutes', '7 days'.")
    words = _unit_words(locale)
    seconds = 0
    for part in parts:
        unit = words.get(part[2]) or words.get(part[2].removesuffix("s"))
        if unit is None:
            raise FieldProblem("Write the unit: '5 minutes', '7 days'.")
        seconds += int(part[1]) * _UNITS[unit]
    return _limited(seconds)


@lru_cache(maxsize=64)
def _unit_words(locale: str) -> Mapping[str, str]:
    """Return word → unit: the English units, and every form that the locale writes."""
    from babel.units import format_unit

    words = {unit: unit for unit in _UNITS}
    if not locale.startswith("en"):
        for unit in _UNITS:
            for amount in (1, 2, 3, 5, 11, 22):
                written = str(format_unit(amount, f"duration-{unit}", locale=babel_locale(locale)))
                words[re.sub(r"[\d\s]", "", written).lower()] = unit
    return words


def _limited(seconds: int) -> timedelta:
    if seconds < 0:
        raise FieldProblem("A duration cannot be negative.")
    if seconds > 86400 * 366_000:
        raise FieldProblem("The duration is too long.")
    return timedelta(seconds=seconds)
