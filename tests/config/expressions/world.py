"""A small business that expressions are tried on: three entities, every type, many nulls."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from config.expressions import (
    ANY_RECORD,
    BOOLEAN,
    CHOICE,
    CHOICES,
    COLLECTION,
    DATE,
    DECIMAL,
    DURATION,
    INTEGER,
    MOMENT,
    MONEY,
    RATE,
    RECORD,
    SET,
    TEXT,
    Env,
    Pick,
    Scope,
    Type,
)
from config.values.money import Money
from config.values.rate import Rate

COUNTRIES = ("de", "fr", "pl")
STATES = ("draft", "issued", "voided")
RIGHTS = ("read", "write", "Write", "re")
TEXTS = ("", "a", "A", "żółw", "50%", "a_b", "x|y", "it's", "🙂")
CURRENCIES = ("EUR", "USD")

FIELDS: Mapping[str, Mapping[str, Type]] = {
    "client": {
        "id": INTEGER, "created_at": MOMENT, "name": TEXT, "currency": TEXT,
        "country": CHOICE(COUNTRIES), "active": BOOLEAN, "credit": DECIMAL(2), "born": DATE,
        "joined": MOMENT, "grace": DURATION, "rights": CHOICES(RIGHTS),
        "balance": MONEY("currency"), "parent": RECORD("client"), "rank": INTEGER,
        "invoices": COLLECTION("invoice", "client"),
    },
    "invoice": {
        "id": INTEGER, "created_at": MOMENT, "client": RECORD("client"), "number": TEXT,
        "status": CHOICE(STATES), "total": MONEY("client.currency"),
        "paid": MONEY("client.currency"), "fee": MONEY(), "cap": MONEY("EUR"),
        "weight": DECIMAL(3), "qty": INTEGER, "discount": RATE, "due": DATE, "paid_at": MOMENT,
        "wait": DURATION, "urgent": BOOLEAN, "about": ANY_RECORD, "flags": CHOICES(RIGHTS),
        "next": RECORD("invoice"), "lines": COLLECTION("line", "invoice"),
    },
    "line": {
        "id": INTEGER, "created_at": MOMENT, "invoice": RECORD("invoice"), "label": TEXT,
        "amount": MONEY("invoice.client.currency"), "extra": MONEY(), "count": INTEGER,
        "size": DECIMAL(1), "done": BOOLEAN, "day": DATE, "took": DURATION, "rate": RATE,
        "about": ANY_RECORD,
    },
}
SETS: Mapping[str, Mapping[str, str]] = {"client": {"issued": "invoice"}}
PICKS: Mapping[str, Mapping[str, Pick]] = {
    "client": {
        "oldest": Pick("invoices"),
        "latest": Pick("invoices", "status == 'issued'", "-due"),
        "lightest": Pick("invoices", "biggest.size > 0 or due < today", "weight"),
    },
    "invoice": {"biggest": Pick("lines", "done or count > 1", "-size")},
}
# A condition that asks for what it picks: wherever it is named, it is refused.
CIRCLES = {"invoice": {"circle": Pick("lines", "invoice.circle == id")}}
ME: Mapping[str, Type] = {
    "id": RECORD("client"), "clients": SET(RECORD("client")), "name": TEXT,
    "nobody": RECORD("client"),
    "none": SET(RECORD("client")), "admin": BOOLEAN, "record": ANY_RECORD, "since": MOMENT,
}
SETTINGS: Mapping[str, Mapping[str, Type]] = {
    "finance": {
        "due": DURATION, "least": MONEY(), "share": RATE, "unset": DECIMAL(2), "step": INTEGER,
    }
}
VARIABLES: Mapping[str, Type] = {"buyer.country": TEXT, "eu": SET(TEXT)}


class WorldSchema:
    def fields(self, entity: str) -> Mapping[str, Type]:
        return FIELDS.get(entity, {})

    def sets(self, entity: str) -> Mapping[str, str]:
        return SETS.get(entity, {})

    def picks(self, entity: str) -> Mapping[str, Pick]:
        return {**PICKS.get(entity, {}), **CIRCLES.get(entity, {})}


def scope(entity: str | None = "invoice", *, allow_old: bool = False) -> Scope:
    return Scope(WorldSchema(), entity, ME, SETTINGS, VARIABLES, allow_old)


NOW = datetime(2026, 3, 31, 10, 30, 0, 250_000, UTC)
TODAY = date(2026, 3, 31)


@dataclass
class World:
    """Rows of every entity by id, and the Env that knows them."""

    rows: dict[str, dict[int, dict[str, object]]] = field(default_factory=dict, repr=False)

    def env(self, **changes: object) -> Env:
        given = {
            "now": NOW, "today": TODAY, "related": self.related, "children": self.children,
            "me": {
                "id": 1, "clients": frozenset({1, 3}), "name": "a", "nobody": None,
                "none": frozenset(), "admin": True, "record": ("client", 2),
                "since": NOW - timedelta(days=3),
            },
            "settings": {
                "finance": {
                    "due": timedelta(days=7), "least": Money(2_000_000, "EUR"),
                    "share": Rate(230_000), "unset": None, "step": 2,
                }
            },
            "variables": {"buyer.country": "pl", "eu": frozenset({"pl", "de", "a"})},
        }
        return Env(**{**given, **changes})

    def related(self, entity: str, key: int) -> Mapping[str, object] | None:
        return self.rows[entity].get(key)

    def children(self, entity: str, name: str, key: int) -> Sequence[Mapping[str, object]]:
        if name == "issued":
            invoices = self.rows["invoice"].values()
            return [r for r in invoices if r["client"] == key and r["status"] == "issued"]
        type_ = FIELDS[entity][name]
        return [r for r in self.rows[type_.entity].values() if r[type_.by] == key]


def random_world(seed: int, clients: int = 6, invoices: int = 24, lines: int = 40) -> World:
    """Return rows over small domains, so that equal values, nulls and cycles are common."""
    world, luck = World(), random.Random(seed)
    sizes = {"client": clients, "invoice": invoices, "line": lines}
    for entity, size in sizes.items():
        world.rows[entity] = {
            key: _row(luck, entity, key, sizes) for key in range(1, size + 1)
        }
    _settle_currencies(world, luck)
    return world


def _row(
    luck: random.Random, entity: str, key: int, sizes: Mapping[str, int]
) -> dict[str, object]:
    row: dict[str, object] = {"id": key}
    for name, type_ in FIELDS[entity].items():
        if name != "id" and type_.kind != "collection":
            row[name] = _value(luck, type_, sizes)
    return row


def _value(  # noqa: C901 - one line per type
    luck: random.Random, type_: Type, sizes: Mapping[str, int]
) -> object:
    if type_.kind == "choices":
        return frozenset(luck.sample(RIGHTS, luck.randint(0, 2)))
    if luck.random() < 0.25:
        return None
    match type_.kind:
        case "text":
            return luck.choice(CURRENCIES + TEXTS)
        case "choice":
            return luck.choice(type_.keys)
        case "boolean":
            return luck.random() < 0.5
        case "integer":
            return luck.choice((-3, -1, 0, 1, 2, 7))
        case "decimal":
            return Decimal(luck.choice((-1500, -1, 0, 5, 10, 1000, 1500))).scaleb(-type_.scale)
        case "rate":
            return Rate(luck.choice((0, 50_000, 230_000, 1_000_000, 99_750)))
        case "date":
            return TODAY + timedelta(days=luck.choice((-400, -31, -1, 0, 1, 30)))
        case "moment":
            return NOW + luck.choice((-1, 0, 1)) * luck.choice(_STEPS)
        case "duration":
            return timedelta(seconds=luck.choice((0, 60, 3600, 86_400, 3 * 86_400)))
        case "record":
            return luck.randint(1, sizes[type_.entity])
        case "any_record":
            entity = luck.choice(tuple(sizes))
            return (entity, luck.randint(1, 3))
        case "money":
            return Money(luck.choice((-2, 0, 1, 2, 3)) * 1_000_000, luck.choice(CURRENCIES))
    raise AssertionError(type_)


_STEPS = (timedelta(microseconds=1), timedelta(hours=1), timedelta(days=3))


def _settle_currencies(world: World, luck: random.Random) -> None:
    """Give each amount the currency of its place; an amount without a currency is null."""
    for row in world.rows["client"].values():
        row["currency"] = luck.choice((None, *CURRENCIES))
    for entity, rows in world.rows.items():
        for name, type_ in FIELDS[entity].items():
            if type_.kind == "money" and type_.currency:
                for row in rows.values():
                    row[name] = _in_currency(world, row, row[name], type_.currency)


def _in_currency(
    world: World, row: Mapping[str, object], amount: Money | None, path: str
) -> Money | None:
    code: object = path if path.isupper() else row
    for part in () if path.isupper() else path.split("."):
        if isinstance(code, int):
            code = world.rows[part_owner(path, part)][code]
        code = code[part] if code is not None else None
    return None if amount is None or code is None else Money(amount.micros, str(code))


def part_owner(path: str, part: str) -> str:
    """Return the entity whose field `part` is in `path`: relations are named like entities."""
    parts = path.split(".")
    return parts[parts.index(part) - 1]
