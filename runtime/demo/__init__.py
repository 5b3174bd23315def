"""Fills a panel with believable data to look at: the same for the same panel and moment.

    fill(panel) → catalogue → clients → services → documents → DNS → messages → traces → logins

It is about the entities of sample-config; what a panel does not have is passed over. A panel
that has a client already is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from runtime.demo.catalogue import load_catalogue, retire_products
from runtime.demo.customers import load_customers
from runtime.demo.infrastructure import load_infrastructure
from runtime.demo.loader import ACTOR, Loader
from runtime.demo.logins import Login, client_logins, give_password, load_staff
from runtime.demo.messages import load_messages
from runtime.demo.office import load_office
from runtime.demo.services import load_services
from runtime.demo.traces import load_traces

if TYPE_CHECKING:
    from runtime.panel import Panel

SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class Size:
    clients: int
    services: int
    drafts: int
    zones: int
    notifications: int
    requests: int


SIZES: Mapping[str, Size] = {
    "small": Size(30, 60, 8, 6, 10, 40),
    "normal": Size(1_500, 4_000, 240, 300, 400, 1_500),
    "large": Size(20_000, 60_000, 3_000, 4_000, 5_000, 20_000),
}


FILLING = "Filling sample data…"


def may_fill(panel: Panel) -> bool:
    """Say whether the panel is empty, so that filling it takes a while."""
    with panel.reading(ACTOR) as records:
        return not _has_clients(Loader(panel, records))


def fill(panel: Panel, size: str = "normal") -> list[str]:
    """Fill an empty panel and return the lines to show: what was made, and the logins."""
    with panel.records(ACTOR) as records:
        return _fill(Loader(panel, records), SIZES[size])


def _fill(loader: Loader, amounts: Size) -> list[str]:
    if _has_clients(loader):
        return [
            "The panel has clients already: no sample data was added.",
            "A lost login: panelwright staff create E-MAIL FOLDER --role super_admin",
        ]
    random = Random(SEED)
    catalogue = load_catalogue(loader)
    customers = load_customers(loader, random, amounts.clients)
    load_services(loader, random, catalogue, customers, amounts.services)
    retire_products(loader, catalogue)
    load_office(loader, random, customers, amounts.drafts)
    load_infrastructure(loader, random, customers, amounts.zones)
    load_messages(loader, random, customers, amounts.notifications)
    staff = load_staff(loader)
    load_traces(loader, random, customers, [login.id for login in staff], amounts.requests)
    logins = [*staff, *client_logins(customers)]
    return [*_summary(loader.counts), *_told(logins, give_password(loader, logins))]


def _has_clients(loader: Loader) -> bool:
    return loader.has("client") and not loader.is_empty("client")


def _summary(counts: Mapping[str, int]) -> list[str]:
    shown = ("client", "user", "product", "service", "invoice", "dns_zone")
    parts = [f"{counts[name]:,} {name.replace('_', ' ')}s" for name in shown if counts.get(name)]
    return [f"Sample data: {', '.join(parts)}."]


def _told(logins: list[Login], password: str) -> list[str]:
    lines = [f"All sample logins have the password {password} (shown once)."]
    for login in logins:
        area = "/admin" if login.kind == "staff" else "/"
        lines.append(f"  {area:<7} {login.email:<40} {login.says}")
    return lines
