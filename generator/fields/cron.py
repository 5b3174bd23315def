"""Schedules as crontab writes them, with a reading in words for the common ones."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup
from sqlalchemy.types import String, TypeEngine

from config.texts.sentence import Sentence
from generator.fields import html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import ControlState, FieldProblem, FormatContext

# cronsim wants a moment to start from even where only the expression is looked at.
_START = datetime(2026, 1, 1, tzinfo=UTC)
_NUMBER = re.compile(r"\d{1,2}\Z", re.ASCII)
_EVERY = re.compile(r"\*/(\d{1,2})\Z", re.ASCII)
_DAYS = {"0": 6, "7": 6, **{str(day): day - 1 for day in range(1, 7)},
         "sun": 6, "mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5}
_NICKNAMES = {
    "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}


class CronType(FieldType):
    """Five fields: minute, hour, day of month, month, day of week; checked by cronsim."""

    name = "cron"
    operators = ("eq", "null", "not_null")

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(120)

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        expression = " ".join(_NICKNAMES.get(text.lower(), text).split())
        self.validate(field, expression)
        return expression

    def validate(self, field: BoundField, value: str) -> None:
        from cronsim import CronSim, CronSimError

        wrong = FieldProblem(
            "Enter a schedule of five fields, such as '30 2 * * *' for every day at 02:30."
        )
        # Without the limit a list of thousands of numbers would be read to its end.
        if len(value) > 120 or len(value.split()) != 5:
            raise wrong
        try:
            CronSim(value, _START)
        except CronSimError:
            raise wrong from None

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return value

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        code = html.element("code", value)
        words = in_words(value, context)
        if not words:
            return code
        return code + Markup(' <span class="text-secondary">{}</span>').format(words)

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return html.text_input(
            control, self.shown(field, control, context), autocomplete="off", spellcheck="false",
            placeholder="30 2 * * *", maxlength=120,
        )

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "maxLength": 120}


def in_words(expression: str, context: FormatContext) -> str:
    """Return what a schedule says, empty for one that has no short reading."""
    template, values = _reading(expression)
    if not template:
        return ""
    if "day_name" in values:
        values = values | {"day_name": _day_name(values["day_name"], context.locale)}
    return context.translate(template).format(**values)


def _reading(expression: str) -> tuple[str, dict[str, Any]]:
    parts = expression.lower().split()
    if len(parts) != 5:
        return "", {}
    minute, hour, day, month, weekday = parts
    if month != "*":
        return "", {}
    if (hour, day, weekday) == ("*", "*", "*"):
        return _within_hour(minute)
    if _NUMBER.match(minute) and (day, weekday) == ("*", "*") and _EVERY.match(hour):
        return Sentence("every {hours} hours at minute {minute}"), {
            "hours": int(hour[2:]), "minute": int(minute)
        }
    if not (_NUMBER.match(minute) and _NUMBER.match(hour)):
        return "", {}
    return _at_time(f"{int(hour):02}:{int(minute):02}", day, weekday)


def _within_hour(minute: str) -> tuple[str, dict[str, Any]]:
    if minute == "*":
        return Sentence("every minute"), {}
    if every := _EVERY.match(minute):
        return Sentence("every {minutes} minutes"), {"minutes": int(every[1])}
    if _NUMBER.match(minute):
        return Sentence("every hour at minute {minute}"), {"minute": int(minute)}
    return "", {}


def _at_time(time: str, day: str, weekday: str) -> tuple[str, dict[str, Any]]:
    if (day, weekday) == ("*", "*"):
        return Sentence("every day at {time}"), {"time": time}
    if day == "*" and weekday in ("1-5", "mon-fri"):
        return Sentence("Monday to Friday at {time}"), {"time": time}
    if day == "*" and weekday in _DAYS:
        return Sentence("every {day_name} at {time}"), {"time": time, "day_name": _DAYS[weekday]}
    if weekday == "*" and _NUMBER.match(day):
        return Sentence("on day {day} of the month at {time}"), {"time": time, "day": int(day)}
    return "", {}


@lru_cache(maxsize=256)
def _day_name(day: int, locale: str) -> str:
    """Return the name of a day of the week, Monday being 0."""
    from generator.fields.formats import babel_locale

    return str(babel_locale(locale).days["format"]["wide"][day])
