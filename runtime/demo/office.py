"""Loads sellers, tax rules and drafts of documents.

Nothing here moves money: documents are drafts without a number, and there are no transactions.
Those come from the functions that also keep the books.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from config.specs import TaxPresetSpec
from config.values.money import Money
from config.values.rate import Rate
from runtime.demo.customers import Customer
from runtime.demo.loader import Loader
from runtime.demo.numbers import iban, tax_id

HOME_COUNTRY = "PL"
_SUBJECTS = (
    "Cloud servers",
    "Web hosting",
    "Dedicated server",
    "Setup of a server",
    "Consulting",
    "Migration of a site",
    "Backup storage",
)
_AMOUNTS = ("10.00", "25.00", "49.00", "50.00", "100.00", "120.00", "250.00", "500.00")
_COMPANIES: tuple[dict[str, Any], ...] = (
    {
        "name": "Hosting Polska",
        "company_name": "Panelwright Hosting Polska Sp. z o.o.",
        "address_1": "ul. Długa 12",
        "city": "Warszawa",
        "postcode": "00-238",
        "country": "PL",
        "region": "PL-14",
        "tax_1_name": "VAT",
        "tax_1_rate": "23 %",
    },
    {
        "name": "Hosting France",
        "company_name": "Panelwright Hébergement SAS",
        "address_1": "8 rue de la République",
        "city": "Lyon",
        "postcode": "69001",
        "country": "FR",
        "region": "FR-ARA",
        "tax_1_name": "TVA",
        "tax_1_rate": "20 %",
    },
    {
        "name": "Hosting Canada",
        "company_name": "Panelwright Hosting Inc.",
        "address_1": "200 Lake Road",
        "city": "Winnipeg",
        "postcode": "R3C 1A5",
        "country": "CA",
        "region": "CA-MB",
        "tax_1_name": "GST",
        "tax_1_rate": "5 %",
        "tax_2_name": "RST",
        "tax_2_rate": "7 %",
    },
)


def load_office(loader: Loader, random: Random, customers: list[Customer], drafts: int) -> None:
    """Load sellers, the tax rules of the first, and `drafts` proformas."""
    companies = loader.load("home_company", (_company(random, row) for row in _COMPANIES))
    if not companies:
        return
    _load_gateways(loader, random, companies)
    loader.load("tax_rule", _tax_rules(loader, companies[0]))
    _load_drafts(loader, random, companies[0], customers, drafts)


def _company(random: Random, row: dict[str, Any]) -> dict[str, Any]:
    number = tax_id(row["country"], random)
    values = {
        **row,
        "default": False,
        "tax_local_id": number[2:] if number else None,
        "eu_vat_id": number,
        "proforma_next": 1,
        "invoice_next": 1,
        "credit_note_next": 1,
        "footer": f"{row['company_name']}, {row['address_1']}, {row['city']}",
    }
    for key in ("tax_1_rate", "tax_2_rate"):
        if key in values:
            values[key] = Rate.parse(values[key])
    if row["country"] == HOME_COUNTRY:
        values["pay_to"] = f"IBAN {iban(HOME_COUNTRY, random)}"
    return values


def _load_gateways(loader: Loader, random: Random, companies: list[int]) -> None:
    drivers = loader.panel.extensions.drivers.get("payment_gateway", {})
    text = f"Please transfer {{AMOUNT}} {{CURRENCY}} to {iban(HOME_COUNTRY, random)}."
    gateways = loader.load(
        "payment_gateway",
        (
            {
                "home_company": company,
                "key": "transfer",
                "name": "Bank transfer",
                "enabled": True,
                "position": 1,
                **(
                    {"driver": "bank_transfer", "driver_settings": {"instructions": text}}
                    if "bank_transfer" in drivers
                    else {}
                ),
            }
            for company in companies
        ),
    )
    currencies = loader.ids_by("currency", "code")
    loader.load(
        "payment_gateway_currency",
        (
            {"payment_gateway": gateway, "currency": currencies[code]}
            for gateway in gateways
            for code in ("EUR", "USD", "GBP")
            if code in currencies
        ),
    )


def _tax_rules(loader: Loader, company: int) -> Iterator[dict[str, Any]]:
    """Yield one rule for each country of the preset `eu`, and one for the rest of the world."""
    preset = loader.panel.project.tax_presets.get("eu")
    today = loader.now.date()
    position = 0
    for place, name, rate in _rates(preset, today) if preset else ():
        position += 1
        yield {
            "position": position,
            "home_company": company,
            "country": place,
            "private_client": True,
            "company_without_tax_id": True,
            "company_with_tax_id": True,
            "individual_tax_rate": True,
            "reverse_charge": place != HOME_COUNTRY,
            "tax_1_name": name,
            "tax_1_rate": rate,
        }
    yield {
        "position": position + 1,
        "home_company": company,
        "private_client": True,
        "company_without_tax_id": True,
        "company_with_tax_id": True,
        "individual_tax_rate": True,
        "reverse_charge": False,
    }


def _rates(preset: TaxPresetSpec, today: date) -> Iterator[tuple[str, str, Rate]]:
    """Yield country, name of the tax and its rate of today; regions are left out."""
    for place, taxes in preset.rates.items():
        if len(place) != 2:
            continue
        name, by_day = next(iter(taxes.items()))
        begun = [day for day in by_day if day == "always" or date.fromisoformat(day) <= today]
        if begun:
            newest = max(begun, key=lambda day: "" if day == "always" else day)
            yield place, name, Rate.parse(by_day[newest])


def _load_drafts(
    loader: Loader, random: Random, company: int, customers: list[Customer], count: int
) -> None:
    buyers = [random.choice(customers) for _ in range(count)] if customers else []
    drafts = [customer for customer in buyers if customer.id]
    ids = loader.load("invoice", (_draft(loader, random, company, one) for one in drafts))
    loader.load(
        "invoice_line",
        (
            {
                "invoice": row_id,
                "position": position,
                "description": random.choice(_SUBJECTS),
                "taxed": True,
                "amount": Money.parse(f"{random.choice(_AMOUNTS)} {customer.currency}"),
            }
            for customer, row_id in zip(drafts, ids, strict=False)
            for position in range(1, random.choice((2, 2, 2, 3, 4)))
        ),
    )


def _draft(loader: Loader, random: Random, company: int, customer: Customer) -> dict[str, Any]:
    days = random.randint(0, 40)
    return {
        "client": customer.id,
        "home_company": company,
        "kind": "proforma",
        "status": "draft",
        "payment_status": "unpaid",
        "currency": customer.currency,
        "due_date": loader.now.date() + timedelta(days=random.randint(7, 30)),
        "tax_1_name": "VAT",
        "tax_1_rate": Rate.parse("23 %"),
        "created_at": loader.now - timedelta(days=days),
    }
