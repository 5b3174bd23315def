"""Statements of tax presets about themselves, computed with their own rules and rates.

The first rule that holds decides. Each tax is a rate on the net amount, rounded half up to the
currency's minor digits on its own (EN 16931); `gives.tax` is their sum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from config.errors import suggest
from config.expressions import Env, Expression, compile_python
from config.specs import TaxPresetSpec
from config.specs.base import quoted
from config.values.money import Money
from config.values.rate import Rate
from config.written import countries, regions

if TYPE_CHECKING:
    from config.objects import Item, Objects
    from config.project import Project

T = TypeVar("T")

# The member states of the European Union (VAT area), ISO 3166-1.
EU = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)
ALWAYS = "always"
NOBODY: Mapping[str, Any] = {
    "country": None, "region": None, "tax_id": None, "tax_id_valid": False, "kind": "person",
    "tax_exempt": False,
}
_GIVES = ("tax", "net", "gross", "note", "rule")


class NoRate(ValueError):
    """A rule asks for the rate of a country that the preset does not know."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which rule applies, its note, and the rate of each tax by name."""

    rule: str
    note: str | None
    rates: Mapping[str, Rate]


def outcome(
    preset: TaxPresetSpec, conditions: Mapping[str, Expression | None],
    seller: Mapping[str, Any], buyer: Mapping[str, Any], day: date,
) -> Outcome:
    """Return what the preset says of one sale. `conditions`: rule → its `when`."""
    variables: dict[str, Any] = {"eu": EU}
    for side, given in (("seller", seller), ("buyer", buyer)):
        variables |= {f"{side}.{key}": value for key, value in {**NOBODY, **given}.items()}
    env = Env(now=datetime(day.year, day.month, day.day, 12, tzinfo=UTC), today=day,
              variables=variables)
    for name, rule in preset.rules.items():
        condition = conditions.get(name)
        if condition is None or compile_python(condition)({}, env):
            if rule.rate is not None:
                return Outcome(name, rule.note, {"tax": Rate.parse(rule.rate)})
            party = seller if rule.rate_of == "seller" else buyer
            return Outcome(name, rule.note, rates_of(preset, party, day))
    raise NoRate("no rule applies")


def rates_of(preset: TaxPresetSpec, party: Mapping[str, Any], day: date) -> dict[str, Rate]:
    """Return the rates of a party's region, else of its country, on a day."""
    place = party.get("region") if party.get("region") in preset.rates else party.get("country")
    if place not in preset.rates:
        raise NoRate(f"the preset has no rates for {place}")
    found = {}
    for name, rows in preset.rates[place].items():
        days = [each for each in rows if each == ALWAYS or each <= day.isoformat()]
        if not days:
            raise NoRate(f"{name} of {place} has no rate on {day}")
        last = max((each for each in days if each != ALWAYS), default=ALWAYS)
        found[name] = Rate.parse(rows[last])
    return found


def check_tax_examples(objects: Objects, project: Project) -> None:
    """Report every statement that does not hold."""
    for item in objects.checked("tax_preset"):
        conditions = {
            name: project.expressions.get(f"tax_preset/{item.name}/rules/{name}/when")
            for name in item.spec.rules
        }
        for name in item.spec.examples:
            _check(objects, item, ("examples", name), conditions)


def _check(
    objects: Objects, item: Item, path: tuple[str, ...],
    conditions: Mapping[str, Expression | None],
) -> None:
    example = item.spec.examples[path[-1]]
    seller = _party(objects, item, (*path, "seller"), {"country": example.seller})
    buyer = _party(objects, item, (*path, "buyer"), example.buyer)
    day = _read(objects, item, (*path, "on"), date.fromisoformat, "a day such as '2025-09-14'")
    net = _read(objects, item, (*path, "net"), Money.parse, "an amount such as '100.00 EUR'")
    if seller is None or buyer is None or day is None or net is None:
        return
    try:
        result = outcome(item.spec, conditions, seller, buyer, day)
    except NoRate as error:
        objects.report(item, path, str(error), "example-fails", on_key=True)
        return
    taxes = {name: rate.of(net).rounded() for name, rate in result.rates.items()}
    total = sum(taxes.values(), Money(0, net.currency))
    got = {"net": str(net), "gross": str(net + total), "note": result.note or "none",
           "rule": result.rule, **{name: str(tax) for name, tax in taxes.items()},
           "tax": str(total)}
    for key, wanted in example.gives.items():
        place = (*path, "gives", key)
        if key not in got:
            objects.report(item, place, f"there is no tax '{key}' in rule {result.rule}",
                           "example-fails", suggest(key, (*_GIVES, *taxes)), on_key=True)
        elif not _same(got[key], wanted):
            objects.report(item, place, f"expected {wanted}, got {got[key]}", "example-fails",
                           f"by rule {result.rule}")


def _read(
    objects: Objects, item: Item, path: tuple[str, ...], read: Callable[[str], T], what: str
) -> T | None:
    text = getattr(item.spec.examples[path[-2]], path[-1])
    try:
        return read(text)
    except ValueError:
        objects.report(item, path, f"expected {what}, got {quoted(text)}", "bad-example")
        return None


def _party(
    objects: Objects, item: Item, path: tuple[str, ...], given: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return a party; `CA-QC` in place of a country says country and region."""
    party = dict(given)
    for key, value in given.items():
        place = (*path, key) if path[-1] == "buyer" else path
        if key not in NOBODY:
            objects.unknown(item, place, "trait of a buyer", key, NOBODY, "bad-example",
                            on_key=True)
            return None
        if key in ("tax_id_valid", "tax_exempt"):
            party[key] = value in ("yes", "true")
    country = str(given.get("country", ""))
    if country in regions():
        party |= {"country": country.partition("-")[0], "region": country}
    elif country not in countries():
        place = (*path, "country") if path[-1] == "buyer" and "country" in given else path
        objects.report(item, place, f"there is no country or region '{country}'",
                       "unknown-country", "write ISO 3166: PL or CA-QC")
        return None
    return party


def _same(got: str, wanted: str) -> bool:
    try:
        return Money.parse(got) == Money.parse(wanted)
    except ValueError:
        return got == wanted
