"""Where in the world: countries, regions, currencies, locales and time zones.

Codes are those of ISO 3166-1, ISO 3166-2, ISO 4217, Unicode locales and the IANA time zones;
names come from Babel in the reader's language. The lists are read on first use and kept.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from markupsafe import Markup
from sqlalchemy.types import String, TypeEngine

from config.texts.sentence import Sentence
from generator.fields import html
from generator.fields.base import BoundField, FieldType
from generator.fields.exchange import (
    NEUTRAL,
    Choice,
    ControlState,
    FieldProblem,
    FormatContext,
)
from generator.fields.formats import babel_locale, language_name
from generator.fields.token import LETTERS
from generator.folding import fold

_CODED = ("eq", "ne", "in", "null", "not_null")


class ListedType(FieldType):
    """A type whose values are codes of a public list; subclasses give the list and its names."""

    operators = _CODED
    length = 3
    wrong = Sentence("'{code}' is not in the list.")

    def column_type(self, field: BoundField) -> TypeEngine[Any]:
        return String(self.length)

    def known(self, field: BoundField, code: str) -> bool:
        raise NotImplementedError

    def folded(self, text: str) -> str:
        return text

    def choices(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> tuple[Choice, ...]:
        raise NotImplementedError

    def all_choices(self, field: BoundField, context: FormatContext) -> tuple[Choice, ...]:
        """Return every entry there is, whatever the rest of a form says."""
        return self.choices(field, ControlState(field.name), context)

    def keys_named(
        self, field: BoundField, word: str, context: FormatContext
    ) -> Sequence[str]:
        return [
            choice.value for choice in self.all_choices(field, context)
            if word in fold(f"{choice.label} {choice.words}")
        ]

    def parse_text(self, field: BoundField, text: str, context: FormatContext) -> str:
        code = self.folded(text)
        self.validate(field, code)
        return code

    def validate(self, field: BoundField, value: str) -> None:
        if not self.known(field, value):
            raise FieldProblem(self.wrong, code=value)

    def export_text(self, field: BoundField, value: str | None) -> str:
        return value or ""

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        listed = control.choices if control.choices is not None else (
            self.choices(field, control, context)
        )
        chosen = self.shown(field, control, context)
        empty = "" if not control.required else None
        return html.select(control, listed, chosen, empty)

    def filter_control(
        self, field: BoundField, operator: str, raw: Any, context: FormatContext,
        control: ControlState,
    ) -> Markup:
        if operator != "in":
            return super().filter_control(field, operator, raw, context, control)
        chosen = [text for text in raw if text.strip()]
        listed = control.choices if control.choices is not None else (
            self.choices(field, control, context)
        )
        pairs = html.control_attributes(control, "form-select") | {"multiple": True, "size": 8}
        inner = html.joined(
            html.option(choice.value, choice.label, choice.value in chosen) for choice in listed
        )
        return Markup("<select{}>{}</select>").format(html.attributes(pairs), inner)


class CountryType(ListedType):
    """A country, ISO 3166-1 alpha-2; written `PL - Poland (Polska)`."""

    name = "country"
    steady = True
    length = 2
    wrong = Sentence("'{code}' is not a country.")

    def folded(self, text: str) -> str:
        return text.upper()[:80] if len(text) == 2 else country_by_name(text)

    def known(self, field: BoundField, code: str) -> bool:
        return code in country_codes()

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return country_text(value, context.locale)

    def choices(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> tuple[Choice, ...]:
        return country_choices(context.locale)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Z]{2}$"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        return super().control(field, control, context).replace(
            "<select ", Markup('<select autocomplete="country" '), 1
        )


class RegionType(ListedType):
    """A subdivision, ISO 3166-2 (`PL-14`), of the country in the field `of`."""

    name = "region"
    length = 6
    wrong = Sentence("'{code}' is not a region.")

    def folded(self, text: str) -> str:
        return text.upper()[:80]

    def known(self, field: BoundField, code: str) -> bool:
        return code in regions_of(code.partition("-")[0])

    def settle(self, field: BoundField, value: Any, row: Mapping[str, Any], old: Any) -> Any:
        """Refuse a region of another country than the row's. Raises FieldProblem."""
        country = row.get(field.spec.of)
        if value and country and not value.startswith(f"{country}-"):
            raise FieldProblem("This region is not in {country}.", country=country)
        return value

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return regions_of(value.partition("-")[0]).get(value, value)

    def choices(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> tuple[Choice, ...]:
        country = control.values.get(field.spec.of) or (control.value or "").partition("-")[0]
        return region_choices(str(country))

    def all_choices(self, field: BoundField, context: FormatContext) -> tuple[Choice, ...]:
        return tuple(each for country in country_codes() for each in region_choices(country))

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$"}

    def control(self, field: BoundField, control: ControlState, context: FormatContext) -> Markup:
        inner = super().control(field, control, context)
        # The page asks again for the list when the country changes.
        return inner.replace(
            "<select ", Markup('<select data-region-of="{}" ').format(field.spec.of), 1
        )


class CurrencyType(ListedType):
    name = "currency"
    steady = True
    wrong = Sentence("'{code}' is not a currency.")

    def folded(self, text: str) -> str:
        return text.upper()[:80]

    def known(self, field: BoundField, code: str) -> bool:
        return code in currency_codes()

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return value

    def cell(self, field: BoundField, value: Any, context: FormatContext) -> Markup:
        if value is None:
            return html.EMPTY
        return html.element("span", value, title=currency_name(value, context.locale))

    def choices(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> tuple[Choice, ...]:
        return currency_choices(context.locale)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[A-Z]{3}$"}


class LocaleType(ListedType):
    """A language of the panel (`locales` of the site); written in its own language: `polski`."""

    name = "locale"
    length = 20
    wrong = Sentence("'{code}' is not a language of this panel.")

    def folded(self, text: str) -> str:
        return text.replace("-", "_")

    def known(self, field: BoundField, code: str) -> bool:
        return code in field.facts.locales

    def default(self, field: BoundField, context: FormatContext = NEUTRAL) -> Any:
        """Return the declared default; where the panel does not speak it, its first language."""
        declared = field.spec.default
        if declared is not None and not self.known(field, self.folded(str(declared))):
            return field.facts.locales[0]
        return super().default(field, context)

    def format(self, field: BoundField, value: str, context: FormatContext) -> str:
        return language_name(value)

    def choices(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> tuple[Choice, ...]:
        locales = field.facts.locales
        return tuple(Choice(code, self.format(field, code, context)) for code in locales)

    def json_schema(self, field: BoundField) -> dict[str, Any]:
        return {"type": "string", "enum": list(field.facts.locales)}


class TimeZoneType(ListedType):
    name = "time_zone"
    length = 40
    wrong = Sentence("'{code}' is not a time zone, such as Europe/Warsaw.")

    def known(self, field: BoundField, code: str) -> bool:
        return code in time_zones()

    def choices(
        self, field: BoundField, control: ControlState, context: FormatContext
    ) -> tuple[Choice, ...]:
        return _time_zone_choices()


@lru_cache(maxsize=1)
def time_zones() -> frozenset[str]:
    # `localtime` is that of whatever machine reads it, `Factory` of one nobody has set up.
    return frozenset(available_timezones() - {"localtime", "posixrules", "Factory"})


@lru_cache(maxsize=1)
def _time_zone_choices() -> tuple[Choice, ...]:
    # Old names (`Poland`, `US/Eastern`, `Etc/GMT+5`) are read but not offered.
    areas = {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia",
             "Europe", "Indian", "Pacific"}
    named = sorted(zone for zone in time_zones() if zone.partition("/")[0] in areas)
    listed = [Choice("UTC", "UTC")]
    return (*listed, *(Choice(zone, zone.replace("_", " "), zone.partition("/")[0])
                       for zone in named))


@lru_cache(maxsize=1)
def country_codes() -> frozenset[str]:
    import pycountry

    return frozenset(country.alpha_2 for country in pycountry.countries)


def country_by_name(text: str) -> str:
    """Return the code of a country given by its alpha-3 code or name, else the text itself."""
    import pycountry

    try:
        return str(pycountry.countries.lookup(text).alpha_2)
    except LookupError:
        return text[:80]


@lru_cache(maxsize=4096)
def country_name(code: str, locale: str) -> str:
    return str(babel_locale(locale).territories.get(code, code))


@lru_cache(maxsize=1024)
def _own_name(code: str) -> str:
    """Return what a country is called in its first official language, empty when not known."""
    from babel.languages import get_official_languages

    languages = get_official_languages(code, de_facto=True)
    if not languages:
        return ""
    return str(babel_locale(languages[0]).territories.get(code, ""))


@lru_cache(maxsize=4096)
def country_text(code: str, locale: str) -> str:
    """Return `PL - Poland (Polska)`; one name where both are the same."""
    name, own = country_name(code, locale), _own_name(code)
    return f"{code} - {name}" if own in ("", name) else f"{code} - {name} ({own})"


@lru_cache(maxsize=16)
def country_choices(locale: str) -> tuple[Choice, ...]:
    """Return every country as `PL - Poland (Polska)`, by name; found by its English name too."""
    codes = sorted(country_codes(), key=lambda code: sortable(country_name(code, locale)))
    return tuple(
        Choice(code, country_text(code, locale), words=country_name(code, "en")) for code in codes
    )


@lru_cache(maxsize=300)
def regions_of(country: str) -> dict[str, str]:
    """Return code → name of the subdivisions of a country, by name."""
    import pycountry

    if country not in country_codes():
        return {}
    found = pycountry.subdivisions.get(country_code=country) or []
    return dict(sorted(((each.code, each.name) for each in found), key=lambda p: sortable(p[1])))


@lru_cache(maxsize=300)
def region_choices(country: str) -> tuple[Choice, ...]:
    """Return the subdivisions of a country as `12 - Małopolskie`."""
    return tuple(
        Choice(code, f"{code.partition('-')[2]} - {name}", words=code)
        for code, name in regions_of(country).items()
    )


@lru_cache(maxsize=1)
def currency_codes() -> frozenset[str]:
    """Return the codes of money that can be paid with: no metals, no test codes, no funds."""
    import pycountry

    return frozenset(
        each.alpha_3 for each in pycountry.currencies if not each.alpha_3.startswith("X")
    ) | {"XAF", "XCD", "XOF", "XPF"}


@lru_cache(maxsize=2048)
def currency_name(code: str, locale: str) -> str:
    return str(babel_locale(locale).currencies.get(code, code))


@lru_cache(maxsize=16)
def currency_choices(locale: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(code, f"{code} - {currency_name(code, locale)}", words=_also_called(code, locale))
        for code in sorted(currency_codes())
    )


def _also_called(currency: str, locale: str) -> str:
    from babel.numbers import get_currency_symbol

    symbol = get_currency_symbol(currency, babel_locale(locale))
    return f"{currency_name(currency, 'en')} {symbol}"


def currencies_named(word: str, locale: str) -> list[str]:
    """Return the codes of the currencies whose code, names or sign hold a folded word."""
    return [
        choice.value for choice in currency_choices(locale)
        if word in fold(f"{choice.label} {choice.words}")
    ]


def sortable(name: str) -> str:
    """Return a key that sorts letters with marks beside those without."""
    plain = unicodedata.normalize("NFKD", name.translate(LETTERS))
    return plain.encode("ascii", "ignore").decode().casefold() or name
