"""Whether a written text is a value of a field: defaults, first rows, settings.

`problem_of` answers in a sentence; turning the text into a value is the business of the field
types above this package, which accept the same forms.
"""

from __future__ import annotations

import ipaddress
import json
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from config.characters import control_problem
from config.expressions.limits import TYPED_STEPS_MAX
from config.patterns import fits, pattern_problem
from config.specs.base import quoted
from config.specs.fields import FieldSpec
from config.values.money import Money
from config.values.rate import Rate

_DURATION = re.compile(r"\d{1,9} (second|minute|hour|day|week)s?\Z")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+\Z")
_URL = re.compile(r"https?://[^\s/]+(/\S*)?\Z")
_DOMAIN = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?\.?\Z")
_WORDS = {"yes", "no", "true", "false", "on", "off"}


def problem_of(field: FieldSpec, text: Any) -> str | None:
    """Return what is wrong with `text` as a value of `field`, None when nothing is."""
    if isinstance(text, (list, tuple)) and field.type == "choices":
        return _first(problem_of(field, one) for one in text)
    if not isinstance(text, str):
        if field.type == "json":
            return None
        return f"expected a value, got {quoted(text)}"
    check = _CHECKS.get(field.type)
    return control_problem(text) or (check(field, text) if check else None)


def _first(problems: Any) -> str | None:
    return next((problem for problem in problems if problem), None)


def _expected(what: str, text: str, example: str) -> str:
    return f"expected {what} such as {example}, got {quoted(text)}"


def _text(field: Any, text: str) -> str | None:
    if len(text) > field.max:
        return f"the text has {len(text)} characters, at most {field.max} are allowed"
    pattern = getattr(field, "pattern", None)
    if pattern and pattern_problem(pattern, field.max) is None and not fits(pattern, text):
        return f"{quoted(text)} does not fit the pattern {pattern}"
    return None


def _boolean(_field: Any, text: str) -> str | None:
    return None if text.lower() in _WORDS else f"expected yes or no, got {quoted(text)}"


def _integer(field: Any, text: str) -> str | None:
    if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        return f"expected a whole number, got {quoted(text)}"
    return _limits(field, int(text), text)


def _decimal(field: Any, text: str) -> str | None:
    if not re.fullmatch(r"-?\d{1,18}(\.\d{1,12})?", text, re.ASCII):
        return _expected("a decimal number", text, "'12.50'")
    digits = len(text.partition(".")[2])
    if digits > field.scale:
        return f"{quoted(text)} has {digits} digits after the point, at most {field.scale} fit"
    if abs(Decimal(text)) > Decimal(TYPED_STEPS_MAX).scaleb(-field.scale):
        return f"{text} is too large for a number of {field.scale} digits after the point"
    return _limits(field, Decimal(text), text)


def _limits(field: Any, value: Any, text: str) -> str | None:
    low, high = getattr(field, "min", None), getattr(field, "max", None)
    if low is not None and value < low:
        return f"{text} is less than the least allowed, {low}"
    if high is not None and value > high:
        return f"{text} is more than the most allowed, {high}"
    return None


def _money(field: Any, text: str) -> str | None:
    home = getattr(field, "currency", None)
    if re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", text, re.ASCII):
        # With `currency:` a number alone says everything; otherwise nobody could tell of what.
        return None if home else (
            f"{text} of which currency? Write '{text} EUR', or give the field `currency: EUR`"
        )
    if home and not home.isupper():
        # The currency stands in another row: nobody can write it here.
        return f"expected a number in the currency of {home}, such as '12.50', got {quoted(text)}"
    try:
        money = Money.parse(text)
    except ValueError as error:
        return str(error)
    if money.currency not in currencies():
        return f"there is no currency {money.currency}"
    if home and money.currency != home:
        return f"the field is in {home}, not in {money.currency}"
    return None


def _by(read: Callable[[str], object], what: str, example: str) -> Callable[..., str | None]:
    """Return a check by a function that raises ValueError for what it cannot read."""

    def problem(_field: Any, text: str) -> str | None:
        try:
            read(text)
        except ValueError:
            return _expected(what, text, example)
        return None

    return problem


def _like(pattern: re.Pattern[str], what: str, example: str) -> Callable[..., str | None]:
    return lambda _field, text: None if pattern.match(text) else _expected(what, text, example)


def _among(names: Callable[[], frozenset[str]], what: str) -> Callable[..., str | None]:
    return lambda _field, text: None if text in names() else f"there is no {what} {quoted(text)}"


def _choice(field: Any, text: str) -> str | None:
    if not field.of or text in field.of:
        return None
    return f"expected one of {', '.join(field.of)}, got {quoted(text)}"


def _moment(text: str) -> object:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


def cron_problem(text: str) -> str | None:
    """Return what is wrong with a cron expression of five fields."""
    from cronsim import CronSim, CronSimError

    try:
        if len(text.split()) != 5:
            raise CronSimError(text)
        # Some expressions (30 February) are well formed and never come: that shows in the first.
        next(CronSim(text, datetime(2024, 1, 1)))  # noqa: DTZ001 - only the form matters
    except StopIteration:
        return f"the cron expression {quoted(text)} never comes"
    except CronSimError:
        return f"{quoted(text)} is no cron expression"
    return None


def zone_problem(text: str) -> str | None:
    """Return what is wrong with the name of a time zone."""
    return None if text in zones() else f"there is no time zone {quoted(text)}"


@cache
def zones() -> frozenset[str]:
    """Return the names of the time zones of the IANA database."""
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())


@cache
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes."""
    import pycountry

    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


@cache
def countries() -> frozenset[str]:
    """Return the ISO 3166-1 codes."""
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries)


@cache
def regions() -> frozenset[str]:
    """Return the ISO 3166-2 codes."""
    import pycountry

    return frozenset(region.code for region in pycountry.subdivisions)


def locale_problem(text: str) -> str | None:
    """Return what is wrong with a locale such as `en` or `pt_BR`."""
    return None if text in locales() else f"there is no locale {quoted(text)}"


@cache
def locales() -> frozenset[str]:
    from babel.localedata import locale_identifiers

    return frozenset(locale_identifiers())


_CHECKS: Mapping[str, Callable[..., str | None]] = {
    **dict.fromkeys(("text", "long_text", "markdown", "code"), _text),
    "boolean": _boolean, "integer": _integer, "position": _integer, "decimal": _decimal,
    "rate": _by(Rate.parse, "a rate", "'23 %'"), "money": _money,
    "choice": _choice, "choices": _choice,
    "date": _by(date.fromisoformat, "a day", "'2026-01-31'"),
    "moment": _by(_moment, "a moment with its offset", "'2026-01-31T12:00:00Z'"),
    "duration": _like(_DURATION, "a duration", "'7 days'"),
    "cron": lambda _field, text: cron_problem(text),
    "time_zone": lambda _field, text: zone_problem(text),
    "locale": lambda _field, text: locale_problem(text),
    "currency": _among(currencies, "currency"), "country": _among(countries, "country"),
    "region": _among(regions, "region"),
    "email": _like(_EMAIL, "an e-mail address", "'a@example.com'"),
    "url": _like(_URL, "an address", "'https://example.com'"),
    "domain": _like(_DOMAIN, "a domain", "'example.com'"),
    "uuid": _by(uuid.UUID, "a UUID", "'123e4567-e89b-12d3-a456-426614174000'"),
    "ip": _by(ipaddress.ip_address, "an IP address", "'192.0.2.1'"),
    "ip_network": _by(ipaddress.ip_network, "a network", "'192.0.2.0/24'"),
    "json": _by(json.loads, "JSON", "'{}'"),
    "colour": _like(re.compile(r"#[0-9a-fA-F]{6}\Z"), "a colour", "'#206bc4'"),
    "slug": _like(re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z"), "a slug", "'web-hosting'"),
}
