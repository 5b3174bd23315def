"""The shop of tests/fixtures with people in it, open on one database: what tests of the gate use.

Acme (PL) and Bolt (DE) must not learn of each other. Anna owns Acme, Mia may manage its services,
Ben is a member without rights, Carl is switched off; Olga owns Bolt. Of the staff Sam supports,
Fin does the money, Rea reads, Pola knows Polish clients only, Imre brings those in from files, the
boss may everything, Nil holds no role and Gus is switched off.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.values.money import Money
from runtime.actors import ANONYMOUS, SYSTEM, Actor, load_actor
from runtime.clock import MovableClock
from runtime.panel import Panel, open_panel
from runtime.records import ListQuery, Records
from runtime.settings import Settings
from tests.servers.postgres import PostgresCluster

FOLDER = Path(__file__).parents[2] / "fixtures" / "shop"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET_KEYS = ("k" * 40,)

STAFF = {
    "sam": ["support"], "fin": ["finance"], "rea": ["reader"], "pola": ["polish_desk"],
    "boss": ["boss"], "nil": [], "gus": ["boss"], "imre": ["polish_importer"],
}
USERS = ("anna", "mia", "ben", "carl", "olga")


@dataclass
class House:
    panel: Panel
    clock: MovableClock
    ids: dict[str, int]
    changes: list[int] = field(default_factory=list)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Return a person by first name; those switched off act as nobody."""
        if name == "system":
            return SYSTEM
        if name == "anonymous":
            return ANONYMOUS
        if name not in self._actors:
            kind = "staff" if name in STAFF else "user"
            self._actors[name] = load_actor(self.panel, kind, self.ids[name]) or ANONYMOUS
        return self._actors[name]

    @contextlib.contextmanager
    def records(self, name: str = "system") -> Iterator[Records]:
        with self.panel.records(self.actor(name)) as records:
            yield records

    def create(self, entity: str, by: str = "system", **values: Any) -> int:
        with self.records(by) as records:
            return records.create(entity, values).id

    def get(self, entity: str, row_id: int, by: str = "system", **options: Any) -> Any:
        with self.records(by) as records:
            return records.get(entity, row_id, **options)

    def stored(self, entity: str) -> list[Mapping[str, Any]]:
        """Return all rows of a table as they rest, to see that nothing changed."""
        table = self.panel.generated.entities[entity].table
        from runtime.database import as_system

        with as_system(self.panel.engine) as connection:
            return [dict(row) for row in connection.execute(
                table.select().order_by(table.c.id)).mappings()]


@contextlib.contextmanager
def opened(url: str, var: Path, ids: dict[str, int] | None = None) -> Iterator[House]:
    clock = MovableClock(NOON)
    settings = Settings(url, var, SECRET_KEYS)
    panel = open_panel([FOLDER], settings, create=True, clock=clock)
    try:
        yield House(panel, clock, ids or fill(panel))
    finally:
        panel.close()


def fill(panel: Panel) -> dict[str, int]:
    """Make the people, clients and services; return their ids by name."""
    ids: dict[str, int] = {}
    with panel.records(SYSTEM) as records:
        for name, roles in STAFF.items():
            _staff(records, ids, name, roles)
        for name in USERS:
            ids[name] = records.create("user", {
                "email": f"{name}@example.com", "firstname": name.title(),
                "enabled": name != "carl",
            }).id
        _clients(records, ids)
        _services(records, ids)
    return ids


def _staff(records: Records, ids: dict[str, int], name: str, roles: list[str]) -> None:
    ids[name] = records.create("staff", {
        "email": f"{name}@shop.example", "firstname": name.title(), "enabled": name != "gus",
    }).id
    for role in roles:
        group = f"group {role}"
        if group not in ids:
            ids[group] = records.create("staff_group", {
                "name": role.title(), "roles": frozenset([role]),
            }).id
        records.create("staff_membership", {"staff": ids[name], "staff_group": ids[group]})


def _clients(records: Records, ids: dict[str, int]) -> None:
    for name, country in (("acme", "PL"), ("bolt", "DE")):
        ids[name] = records.create("client", {
            "name": name.title(), "email": f"office@{name}.example", "country": country,
            "credit": Money(5_000_000, "EUR"), "admin_notes": f"secret of {name}",
        }).id
    for user, client, owner, rights in (
        ("anna", "acme", True, ()), ("mia", "acme", False, ("manage_services",)),
        ("ben", "acme", False, ()), ("carl", "acme", False, ("manage_services",)),
        ("olga", "bolt", True, ()),
    ):
        records.create("client_user", {
            "client": ids[client], "user": ids[user], "owner": owner,
            "permissions": frozenset(rights),
        })


def _services(records: Records, ids: dict[str, int]) -> None:
    for product in records.list("product", ListQuery()).rows:
        ids[product["key"]] = product.id
    for name, client in (("web", "acme"), ("mail", "acme"), ("bolt_web", "bolt")):
        ids[name] = records.create("service", {
            "client": ids[client], "product": ids["hosting"], "label": name,
            "price": Money(9_900_000, "EUR"), "cost": Money(4_000_000, "EUR"),
            "password": f"hunter {name}",
        }).id
        ids[f"{name}_line"] = records.create("service_line", {
            "service": ids[name], "name": f"line of {name}", "amount": Money(1_000_000, "EUR"),
        }).id
        ids[f"{name}_note"] = records.create("note", {
            "text": f"note on {name}", "client": ids[client], "about": ("service", ids[name]),
        }).id
        records.move("service", ids[name], "activate", {"paid_until": NOON + timedelta(days=30)})


class Houses:
    """A filled shop per kind of database, made once and copied for each test."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ids: dict[str, dict[str, int]] = {}
        self._template: tuple[PostgresCluster, str] | None = None

    @contextlib.contextmanager
    def sqlite(self, var: Path) -> Iterator[House]:
        template = self._folder / "template.sqlite3"
        if "sqlite" not in self._ids:
            with opened(f"sqlite:///{template}", self._folder) as house:
                self._ids["sqlite"] = house.ids
        shutil.copy(template, var / "panel.sqlite3")
        with opened(f"sqlite:///{var}/panel.sqlite3", var, self._ids["sqlite"]) as house:
            yield house

    @contextlib.contextmanager
    def postgres(self, cluster: PostgresCluster, var: Path) -> Iterator[House]:
        if self._template is None or self._template[0] is not cluster:
            name = cluster.create()
            with opened(cluster.url(name), var) as house:
                self._ids["postgres"] = house.ids
            self._template = (cluster, name)
        with cluster.database(self._template[1]) as url, opened(
            url, var, self._ids["postgres"]
        ) as house:
            yield house
