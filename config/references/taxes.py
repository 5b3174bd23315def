"""Tax presets: countries, rates, the order of the rules, and the statements they make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from config.expressions import BOOLEAN, CHOICE, SET, TEXT, Type
from config.objects import Item, Objects
from config.values.rate import Rate
from config.written import countries, regions

TAXES_MAX = 3
OTHERWISE = "otherwise"
ALWAYS = "always"

# What a tax rule may ask.
TAX_VARIABLES: Mapping[str, Type] = {
    "seller.country": TEXT, "seller.region": TEXT, "seller.tax_id": TEXT,
    "buyer.country": TEXT, "buyer.region": TEXT, "buyer.tax_id": TEXT,
    "buyer.tax_id_valid": BOOLEAN, "buyer.kind": CHOICE(("person", "company")),
    "buyer.tax_exempt": BOOLEAN,
    "eu": SET(TEXT),
}


def check_taxes(objects: Objects) -> None:
    for item in objects.checked("tax_preset"):
        _check_rates(objects, item)
        _check_rules(objects, item)


def _check_rates(objects: Objects, item: Item) -> None:
    for place, taxes in item.spec.rates.items():
        if place not in countries() and place not in regions():
            objects.report(item, ("rates", place), f"there is no country or region '{place}'",
                           "unknown-country", "write ISO 3166: PL or CA-QC", on_key=True)
        if len(taxes) > TAXES_MAX:
            objects.report(item, ("rates", place),
                           f"there are {len(taxes)} taxes, at most {TAXES_MAX} can apply",
                           "too-many-taxes", on_key=True)
        for name, rows in taxes.items():
            for day, rate in rows.items():
                _check_rate(objects, item, place, name, day, rate)


def _check_rate(
    objects: Objects, item: Item, place: str, name: str, day: str, rate: str
) -> None:
    path = ("rates", place, name, day)
    if day != ALWAYS and not _is_day(day):
        objects.report(item, path, f"expected always or a day, got '{day}'", "bad-day",
                       "write it like 2025-07-01", on_key=True)
    _parse_rate(objects, item, path, rate)


def _parse_rate(objects: Objects, item: Item, path: tuple[str, ...], rate: str) -> None:
    try:
        parsed = Rate.parse(rate)
    except ValueError as error:
        objects.report(item, path, str(error), "bad-rate", "write the unit: 23 %")
        return
    if parsed.millionths < 0:
        objects.report(item, path, f"a tax rate is not negative, got '{rate}'", "bad-rate")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_rules(objects: Objects, item: Item) -> None:
    names = list(item.spec.rules)
    if not names or names[-1] != OTHERWISE:
        objects.report(item, ("rules",), "the last rule must be otherwise", "no-otherwise",
                       "end with: otherwise: {rate: 0 %, note: outside_scope}", on_key=True)
    for name, rule in item.spec.rules.items():
        path = ("rules", name)
        if name == OTHERWISE and rule.when is not None:
            objects.report(item, (*path, "when"), "otherwise holds whenever no other rule does",
                           "bad-tax-rule", "leave out when", on_key=True)
        if name != OTHERWISE and rule.when is None:
            objects.report(item, path, "only otherwise has no condition", "bad-tax-rule",
                           "write when", on_key=True)
        if (rule.rate is None) == (rule.rate_of is None):
            objects.report(item, path, "expected rate or rate_of, one of them", "bad-tax-rule",
                           "write rate: 0 %, or rate_of: buyer", on_key=True)
        if rule.rate is not None:
            _parse_rate(objects, item, (*path, "rate"), rule.rate)
