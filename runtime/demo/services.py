"""Loads services in every state, with dates that tell one story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from runtime.demo import catalogue_data as data
from runtime.demo.catalogue import Catalogue
from runtime.demo.customers import Customer
from runtime.demo.loader import Loader

STATES = {
    "active": 64,
    "suspended": 5,
    "pending": 4,
    "terminated": 19,
    "cancelled": 5,
    "fraud": 1,
    "manual": 2,
}
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_DAYS = {"monthly": 30, "quarterly": 91, "annually": 365}
_CLIENT_LABELS = ("web", "mail", "shop", "test", "backup", "db", "files", "staging", "office")


@dataclass(frozen=True, slots=True)
class Order:
    customer: Customer
    product: data.Product
    period: str
    status: str
    ordered_at: datetime


def load_services(
    loader: Loader, random: Random, catalogue: Catalogue, customers: list[Customer], count: int
) -> list[int]:
    """Load `count` services and the options chosen for them; return the ids of the services."""
    orders = [
        order
        for order in _orders(random, customers, loader.now, count)
        if (order.product.key, order.customer.currency, order.period) in catalogue.prices
    ]
    for order in orders:
        order.customer.services += 1
    labels = _labels(random, len(orders))
    ids = loader.load(
        "service",
        (
            _service(random, catalogue, order, label, loader.now)
            for order, label in zip(orders, labels, strict=True)
        ),
    )
    loader.load(
        "service_option",
        (
            {"service": row_id, "product_option": random.choice(catalogue.options[group])}
            for order, row_id in zip(orders, ids, strict=False)
            for group in order.product.options
            if catalogue.options.get(group)
        ),
    )
    return ids


def _orders(
    random: Random, customers: list[Customer], now: datetime, count: int
) -> Iterator[Order]:
    buyers = [customer for customer in customers if customer.id and customer.status != "new"]
    if not buyers:
        return
    # A few clients have many services, most have one to three.
    weights = [random.paretovariate(1.2) for _ in buyers]
    products = list(data.PRODUCTS)
    popularity = [product.popularity for product in products]
    for customer in sorted(random.choices(buyers, weights, k=count), key=lambda one: one.since):
        product = random.choices(products, popularity)[0]
        age = now - customer.since
        ordered_at = customer.since + age * random.random()
        period = random.choices(list(_DAYS), [70, 10, 20])[0]
        yield Order(
            customer, product, period, _state(random, customer, now - ordered_at), ordered_at
        )


def _state(random: Random, customer: Customer, age: timedelta) -> str:
    if customer.status == "fraud":
        return "fraud"
    if customer.status in ("closed", "inactive"):
        return "terminated"
    state = random.choices(list(STATES), list(STATES.values()))[0]
    # An order that waits is at most two days old: then it is cancelled.
    return (
        "active"
        if state == "pending" and age > timedelta(days=2) and random.random() < 0.7
        else state
    )


def _labels(random: Random, count: int) -> list[str]:
    labels: dict[str, None] = {}
    while len(labels) < count:
        labels["".join(random.choices(_LETTERS, k=6))] = None
    return list(labels)


def _service(
    random: Random, catalogue: Catalogue, order: Order, label: str, now: datetime
) -> dict[str, Any]:
    currency, key = order.customer.currency, order.product.key
    row: dict[str, Any] = {
        "client": order.customer.id,
        "product": catalogue.products[key],
        "price": catalogue.prices[key, currency, order.period],
        "label": label,
        "client_label": random.choice(_CLIENT_LABELS) if random.random() < 0.4 else None,
        "status": order.status,
        "provision_status": "pending",
        "idle": False,
        "termination_requested": False,
        "created_at": order.ordered_at,
    }
    if order.status == "pending":
        waiting = now - timedelta(minutes=random.randint(5, 2_500))
        return {**row, "ordered_at": max(waiting, order.customer.since), "created_at": waiting}
    row["ordered_at"] = order.ordered_at
    if order.status == "cancelled":
        return {
            **row,
            "cancelled_at": _later(order.ordered_at, timedelta(hours=48), now),
            "cancelled_reason": "Insufficient funds",
            "provision_status": "cancelled",
        }
    row["activated_at"] = _later(order.ordered_at, timedelta(minutes=random.randint(1, 40)), now)
    return {**row, **_life(random, order, row["activated_at"], now)}


def _life(random: Random, order: Order, activated: datetime, now: datetime) -> dict[str, Any]:
    """Return what happened to a service after it became active."""
    lived = now - activated
    if order.status == "suspended":
        since = now - min(lived, timedelta(hours=random.randint(1, 47)))
        return {
            "suspended_at": since,
            "suspended_reason": "Insufficient funds",
            "paid_until": since,
            "provision_status": "suspended",
        }
    if order.status == "terminated":
        ended = activated + lived * random.uniform(0.1, 0.98)
        reason = random.choice(
            ("Termination request", "Insufficient funds", "Moved to another product")
        )
        return {
            "terminated_at": ended,
            "terminated_reason": reason,
            "paid_until": ended,
            "provision_status": "terminated",
        }
    paid_until = _paid_until(order, activated, now)
    leaving = order.status == "active" and random.random() < 0.03
    idle = order.product.hourly and order.status == "active" and random.random() < 0.02
    return {
        "paid_until": paid_until,
        "provision_status": "completed",
        "termination_requested": leaving,
        "idle": idle,
    }


def _paid_until(order: Order, activated: datetime, now: datetime) -> datetime:
    """Return the end of the period that is running: a whole number of periods after activation."""
    hourly = order.product.hourly and order.period == "monthly"
    length = timedelta(hours=1) if hourly else timedelta(days=_DAYS[order.period])
    return activated + length * ((now - activated) // length + 1)


def _later(moment: datetime, by: timedelta, now: datetime) -> datetime:
    return min(moment + by, now)
