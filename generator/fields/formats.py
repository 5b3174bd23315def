"""How numbers, amounts, days and moments are written in a locale, fast enough for list pages.

Babel is asked once per locale (or currency, or day) what the pieces are; putting the pieces
together for a value is plain string work. Babel is imported on first use, it costs 40 ms.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, Self
from zoneinfo import ZoneInfo

from config.texts.sentence import Sentence, Translator
from config.values.money import MICROS, Money, minor_digits

# ISO 4217: "no currency"; an amount whose currency stands in a row that was not read.
NO_CURRENCY = "XXX"


@lru_cache(maxsize=64)
def babel_locale(locale: str) -> Any:
    """Return Babel's locale for `pl`, `pt_BR` or `pt-BR`; English for one it does not know."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale, sep="-" if "-" in locale else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@lru_cache(maxsize=64)
def language_name(locale: str) -> str:
    """Return the name of a locale in its own language: `polski`."""
    known = babel_locale(locale)
    return known.get_display_name(known) or locale


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """The signs of a locale; `grouping` is the size of the last group and of those before it."""

    point: str
    group: str
    minus: str
    grouping: tuple[int, int]

    def write(self, whole: str, part: str, negative: bool) -> str:
        """Return the number whose digits are `whole` and, after the point, `part`."""
        if len(whole) > self.grouping[0]:
            whole = self._grouped(whole)
        digits = f"{whole}{self.point}{part}" if part else whole
        return self.minus + digits if negative else digits

    def _grouped(self, whole: str) -> str:
        last, others = self.grouping
        groups, rest = [whole[-last:]], whole[:-last]
        while rest:
            groups.append(rest[-others:])
            rest = rest[:-others]
        return self.group.join(reversed(groups))


@lru_cache(maxsize=64)
def number_style(locale: str) -> NumberStyle:
    known = babel_locale(locale)
    symbols = known.number_symbols.get("latn") or next(iter(known.number_symbols.values()))
    grouping = known.decimal_formats[None].grouping
    return NumberStyle(
        point=symbols["decimal"],
        group=symbols["group"],
        minus=symbols["minusSign"],
        grouping=(grouping[0], grouping[1]),
    )


def integer_text(value: int, locale: str) -> str:
    return number_style(locale).write(str(abs(value)), "", value < 0)


class Number(Sentence):
    """A whole number as a value of a sentence, written as the reader's language writes it."""

    __slots__ = ("number",)

    number: int

    def __new__(cls, number: int) -> Self:
        made = super().__new__(cls, f"{number:,}")
        made.number = number
        return made

    def said(self, translate: Translator) -> str:
        return integer_text(self.number, translate.locale)

    def __getnewargs__(self) -> Any:
        return (self.number,)


def scaled_text(value: int, scale: int, digits_min: int, locale: str) -> str:
    """Return `value` / 10^`scale` without trailing zeros beyond `digits_min` digits."""
    whole, part = divmod(abs(value), 10**scale)
    digits = f"{part:0{scale}}".rstrip("0").ljust(digits_min, "0") if scale else ""
    return number_style(locale).write(str(whole), digits, value < 0)


@lru_cache(maxsize=512)
def _money_affixes(currency: str, locale: str) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return what stands around an amount, (before, after), then around a negative one."""
    if currency == NO_CURRENCY:
        return ("", ""), (number_style(locale).minus, "")
    from babel.numbers import format_currency

    known = babel_locale(locale)
    around = []
    for sample in (1, -1):
        # A fixed pattern of digits, so that what is not a digit is the locale's own writing.
        written = format_currency(sample, currency, locale=known, currency_digits=False)
        match = re.search(r"\d[\d.,]*", written)
        assert match is not None
        around.append((_spaced(written[: match.start()]), written[match.end() :]))
    return around[0], around[1]


def _spaced(before: str) -> str:
    # CLDR keeps a space between letters and digits (`KWD 1.500`); Babel does not.
    return f"{before}\u00a0" if before[-1:].isalpha() else before


def money_text(value: Money, locale: str) -> str:
    """Return an amount with its currency: minor digits, and up to six where they say more."""
    before, after = _money_affixes(value.currency, locale)[value.micros < 0]
    whole, part = divmod(abs(value.micros), MICROS)
    digits = f"{part:06}".rstrip("0").ljust(minor_digits(value.currency), "0")
    return f"{before}{number_style(locale).write(str(whole), digits, False)}{after}"


@lru_cache(maxsize=4096)
def date_text(day: date, locale: str) -> str:
    from babel.dates import format_date

    return format_date(day, "medium", locale=babel_locale(locale))


@lru_cache(maxsize=3000)
def _time_text(hour: int, minute: int, locale: str) -> str:
    from babel.dates import format_time

    return format_time(time(hour, minute), "short", locale=babel_locale(locale))


@lru_cache(maxsize=64)
def _moment_pattern(locale: str) -> str:
    """Return how a locale joins a day, {1}, and a time of day, {0}."""
    return str(babel_locale(locale).datetime_formats["medium"]).replace("'", "")


@lru_cache(maxsize=256)
def zone(name: str) -> ZoneInfo:
    """Return the time zone, UTC for one that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local(moment: datetime, time_zone: str) -> datetime:
    """Return a moment on the clocks of `time_zone`; one without a zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(zone(time_zone))


def moment_text(moment: datetime, locale: str, time_zone: str) -> str:
    """Return day and time to the minute, in the reader's zone."""
    there = local(moment, time_zone)
    pattern = _moment_pattern(locale)
    day = date_text(there.date(), locale)
    return pattern.replace("{1}", day).replace("{0}", _time_text(there.hour, there.minute, locale))
