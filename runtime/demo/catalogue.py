"""Loads what the sample company sells: products, groups, options, attributes and prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from config.values.money import Money
from runtime.demo import catalogue_data as data
from runtime.demo.loader import Loader

_CENT = Decimal("0.01")


@dataclass
class Catalogue:
    """What the other parts need of it.

    `prices`: (product key, currency, period) → id. `options`: option group key → ids.
    """

    products: dict[str, int] = field(default_factory=dict)
    prices: dict[tuple[str, str, str], int] = field(default_factory=dict)
    options: dict[str, list[int]] = field(default_factory=dict)


def load_catalogue(loader: Loader) -> Catalogue:
    """Load the whole catalogue."""
    catalogue = Catalogue()
    groups = _load_groups(loader)
    attributes = _load_attributes(loader)
    option_groups = _load_options(loader, catalogue)
    catalogue.products = _by_key(
        loader, "product", [_product(product) for product in data.PRODUCTS]
    )
    _load_prices(loader, catalogue)
    _load_links(loader, catalogue, groups, attributes, option_groups)
    return catalogue


def retire_products(loader: Loader, catalogue: Catalogue) -> None:
    """Take the old products off sale, once their services are there: nobody can order them."""
    for product in data.PRODUCTS:
        if product.retired and loader.has("product", "retired"):
            loader.change("product", catalogue.products[product.key], retired=True)


def _by_key(loader: Loader, entity: str, rows: list[dict[str, Any]]) -> dict[str, int]:
    ids = loader.load_old(entity, rows)
    return {row["key"]: row_id for row, row_id in zip(rows, ids, strict=False)}


def _load_groups(loader: Loader) -> dict[str, int]:
    return _by_key(
        loader,
        "product_group",
        [
            {
                "key": group.key,
                "name": group.name,
                "icon": group.icon,
                "short_description": group.says,
                "hidden": group.hidden,
                "position": position,
            }
            for position, group in enumerate(data.GROUPS, 1)
        ],
    )


def _load_attributes(loader: Loader) -> dict[str, int]:
    groups = _by_key(
        loader,
        "attribute_group",
        [{"key": group.key, "name": group.name, "hidden": False} for group in data.ATTRIBUTES],
    )
    return _by_key(
        loader,
        "attribute",
        [
            {
                "attribute_group": groups.get(group.key),
                "key": key,
                "name": name,
                "hidden": False,
                "position": position,
            }
            for group in data.ATTRIBUTES
            for position, (key, name) in enumerate(group.rows, 1)
        ],
    )


def _load_options(loader: Loader, catalogue: Catalogue) -> dict[str, int]:
    groups = _by_key(
        loader,
        "option_group",
        [
            {
                "key": group.key,
                "name": group.name,
                "kind": group.kind,
                "hidden": False,
                "convert_price": True,
            }
            for group in data.OPTIONS
        ],
    )
    for group in data.OPTIONS:
        options = _by_key(
            loader,
            "product_option",
            [
                {
                    "option_group": groups.get(group.key),
                    "key": key,
                    "name": name,
                    "value": value,
                    "hidden": False,
                    "position": position,
                }
                for position, (key, name, value, _) in enumerate(group.rows, 1)
            ],
        )
        catalogue.options[group.key] = list(options.values())
        loader.load_old(
            "option_price",
            (
                {"product_option": options[key], **price}
                for key, _, _, monthly in group.rows
                if monthly and key in options
                for price in _prices(monthly)
            ),
        )
    return groups


def _product(product: data.Product) -> dict[str, Any]:
    return {
        "key": product.key,
        "name": product.name,
        "short_description": product.says,
        "hidden": product.hidden,
        "retired": False,
        "stock_control": product.stock is not None,
        "quantity": product.stock,
        "hourly_billing": product.hourly,
        "allow_idle": product.hourly,
        "convert_price": True,
        "termination_delay": timedelta(hours=48),
        "cancellation_delay": timedelta(hours=48),
    }


def _load_prices(loader: Loader, catalogue: Catalogue) -> None:
    rows = [
        (product.key, {"product": catalogue.products.get(product.key), **price})
        for product in data.PRODUCTS
        for price in _prices(product.monthly, product.setup)
    ]
    ids = loader.load_old("price", [row for _, row in rows])
    for (key, row), row_id in zip(rows, ids, strict=False):
        catalogue.prices[key, row["currency"], row["period"]] = row_id


def _prices(monthly: str, setup: str = "") -> Iterator[dict[str, Any]]:
    for currency, rate in data.CURRENCIES.items():
        for period, months in data.PERIODS.items():
            row: dict[str, Any] = {
                "currency": currency,
                "period": period,
                "base": _amount(Decimal(monthly) * months, rate, currency),
                # Half price while it rests, and nothing for growing.
                "idle": _amount(Decimal(monthly) * months / 2, rate, currency),
                "switch_up": Money(0, currency),
            }
            if setup:
                row["setup"] = _amount(Decimal(setup), rate, currency)
            yield row


def _amount(euros: Decimal, rate: str, currency: str) -> Money:
    rounded = (euros * Decimal(rate)).quantize(_CENT, ROUND_HALF_UP)
    return Money.of(rounded, currency)


def _load_links(
    loader: Loader,
    catalogue: Catalogue,
    groups: Mapping[str, int],
    attributes: Mapping[str, int],
    option_groups: Mapping[str, int],
) -> None:
    ids = catalogue.products
    products = [product for product in data.PRODUCTS if product.key in ids]
    places: dict[str, int] = {}
    items = []
    for product in products:
        places[product.group] = places.get(product.group, 0) + 1
        items.append(
            {
                "product": ids[product.key],
                "product_group": groups.get(product.group),
                "position": places[product.group],
            }
        )
    loader.load_old("product_group_item", items)
    loader.load_old(
        "product_attribute",
        (
            {"product": ids[product.key], "attribute": attributes[key]}
            for product in products
            for key in product.attributes
            if key in attributes
        ),
    )
    loader.load_old(
        "product_option_group",
        (
            {"product": ids[product.key], "option_group": option_groups[key], "position": position}
            for product in products
            for position, key in enumerate(product.options, 1)
            if key in option_groups
        ),
    )
