"""Computed values that are taken in at a glance: how long until then, the flag of a country."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from markupsafe import Markup

from generator.fields import html
from generator.fields.base import BoundField
from generator.fields.exchange import FormatContext
from generator.fields.formats import babel_locale
from generator.fields.moment import MomentType
from generator.fields.places import CountryType, country_name


class CountdownType(MomentType):
    """A moment, shown as the time until then; its own writing stands in the tip."""

    name = "countdown"
    # The same moment is written anew each time it is looked at.
    steady = False

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        left = time_left(value, context.now or value, context.locale)
        return html.element(
            "time", left, datetime=self.export_text(field, value),
            title=self.format(field, value, context),
        )


class FlagType(CountryType):
    """A country, shown as its flag; its name is for those who do not see it."""

    name = "flag"
    steady = False

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        return html.element(
            "span", flag_of(value), class_="pw-flag", role="img",
            title=country_name(value, context.locale),
            aria_label=country_name(value, context.locale),
        )


def time_left(moment: datetime, now: datetime, locale: str) -> str:
    """Return `in 5 hours`, or `5 hours ago`, in the largest unit that says it well enough."""
    from babel.dates import format_timedelta

    return str(format_timedelta(
        moment - now, add_direction=True, threshold=2, locale=babel_locale(locale)
    ))


def flag_of(code: str) -> str:
    """Return the flag of a country: its code in the regional letters of Unicode (UTS 51)."""
    return "".join(chr(ord(letter) - ord("A") + 0x1F1E6) for letter in code)
