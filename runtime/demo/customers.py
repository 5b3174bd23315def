"""Loads clients with their people, addresses and memberships."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Select, insert, select

from config.values.money import Money
from runtime.accounts.factors import totp
from runtime.demo.loader import YEARS, Loader
from runtime.demo.numbers import tax_id
from runtime.demo.people import Address, Crowd, Person, domain_of
from runtime.demo.words import Land

RIGHTS = (
    "modify_master_profile",
    "manage_users",
    "manage_services",
    "manage_orders",
    "manage_invoices",
)
# How well known a client is, in a hundred.
CLIENT_STATES = {"active": 78, "new": 10, "inactive": 7, "closed": 4, "fraud": 1}
_CREDIT = ("0", "0", "0", "0", "0", "50", "100", "500")


@dataclass
class Customer:
    """One client as the other parts need it; ids are there once it is loaded."""

    land: Land
    company: str | None
    domain: str | None
    people: list[Person]
    since: datetime
    status: str
    tax_id: str | None = None
    address: Address | None = None
    id: int = 0
    users: list[int] = field(default_factory=list)
    services: int = 0

    @property
    def currency(self) -> str:
        return self.land.currency


def load_customers(loader: Loader, random: Random, count: int) -> list[Customer]:
    """Load `count` clients and return them, the oldest first."""
    crowd = Crowd(random)
    customers = sorted(
        _customers(crowd, random, loader.now, count), key=lambda customer: customer.since
    )
    _load_clients(loader, random, customers)
    _load_people(loader, random, customers)
    _load_addresses(loader, random, crowd, customers)
    return customers


def _customers(crowd: Crowd, random: Random, now: datetime, count: int) -> Iterator[Customer]:
    taken: set[str] = set()
    for _ in range(count):
        land = crowd.land()
        is_company = random.random() < 0.72
        company = crowd.company(land) if is_company else None
        domain = domain_of(company) if company else None
        people = [crowd.person(land, domain)]
        while is_company and random.random() < 0.35:
            people.append(crowd.person(land, domain))
        number = tax_id(land.country, random) if is_company and random.random() < 0.85 else None
        # The more recent, the more of them: business is growing.
        days = YEARS * 365 * (1 - random.random() ** 0.6)
        customer = Customer(
            land,
            company,
            domain,
            people,
            now - timedelta(days=days, hours=random.randint(0, 23)),
            random.choices(list(CLIENT_STATES), list(CLIENT_STATES.values()))[0],
            number if number not in taken else None,
            crowd.address(land),
        )
        taken.add(customer.tax_id or "")
        yield customer


def _load_clients(loader: Loader, random: Random, customers: list[Customer]) -> None:
    ids = loader.load(
        "client",
        (
            {
                "company_name": customer.company,
                "firstname": customer.people[0].firstname,
                "lastname": customer.people[0].lastname,
                "tax_id": customer.tax_id,
                "status": customer.status,
                "language": customer.land.language,
                "currency": customer.currency,
                "credit_limit": Money.parse(f"{random.choice(_CREDIT)} {customer.currency}"),
                "admin_notes": random.choice(_NOTES),
                "created_at": customer.since,
            }
            for customer in customers
        ),
    )
    for customer, row_id in zip(customers, ids, strict=False):
        customer.id = row_id


_NOTES = (
    None,
    None,
    None,
    None,
    None,
    "Prefers to be called in the morning.",
    "Moved from another provider.",
    "Pays by bank transfer, always on time.",
    "Asked for an offer of dedicated servers.",
)


def _load_people(loader: Loader, random: Random, customers: list[Customer]) -> None:
    everybody = [(customer, person) for customer in customers for person in customer.people]
    ids = loader.load("user", (_user(customer, person, random) for customer, person in everybody))
    for (customer, _), row_id in zip(everybody, ids, strict=False):
        customer.users.append(row_id)
    _load_apps(loader, random, ids)
    loader.load("client_user", _memberships(random, customers))


def _load_apps(loader: Loader, random: Random, users: list[int]) -> None:
    """Give everybody with two-factor the app that their codes come from."""
    model = loader.panel.generated.entities["factor"]
    protected = {
        row.id for row in loader.records.work.run(_with_two_factor(loader)).all()
    }
    secret = model.fields["secret"]
    rows = [
        {
            "kind": "user", "account_id": user, "type": "totp", "default": True, "failures": 0,
            "name": random.choice(("Phone", "iPhone", "Pixel", "Tablet")),
            "verified_at": loader.opening, "created_at": loader.opening,
            "updated_at": loader.opening, **secret.type.to_columns(secret, totp.new_secret()),
        }
        for user in users if user in protected
    ]
    if rows:
        loader.records.work.run(insert(model.table), rows)


def _with_two_factor(loader: Loader) -> Select[Any]:
    table = loader.panel.generated.entities["user"].table
    return select(table.c.id).where(table.c.two_factor.is_(True))


def _user(customer: Customer, person: Person, random: Random) -> dict[str, Any]:
    known = customer.status != "new"
    return {
        "email": person.email,
        "firstname": person.firstname,
        "lastname": person.lastname,
        "phone": person.phone,
        "language": person.land.language,
        "enabled": customer.status != "fraud",
        "email_verified": known,
        "phone_verified": known and random.random() < 0.4,
        "two_factor": known and random.random() < 0.3,
        "status": customer.status,
        "created_at": customer.since,
    }


def _memberships(random: Random, customers: list[Customer]) -> Iterator[dict[str, Any]]:
    owners = [customer.users[0] for customer in customers if customer.users]
    for customer in customers:
        for user in customer.users:
            owner = user == customer.users[0]
            rights = () if owner else random.sample(RIGHTS, random.randint(1, len(RIGHTS)))
            yield _membership(customer, user, owner, rights)
        # An accountant or agency that looks after several clients.
        if customer.users and random.random() < 0.06:
            helper = random.choice(owners)
            if helper not in customer.users:
                yield _membership(customer, helper, False, ("manage_invoices", "manage_services"))


def _membership(customer: Customer, user: int, owner: bool, rights: Any) -> dict[str, Any]:
    return {
        "client": customer.id,
        "user": user,
        "owner": owner,
        "permissions": frozenset(rights),
        "created_at": customer.since,
    }


def _load_addresses(
    loader: Loader, random: Random, crowd: Crowd, customers: list[Customer]
) -> None:
    rows = []
    for customer in customers:
        assert customer.address is not None
        rows.append(_address(customer, customer.address, "billing", "Billing"))
        if customer.company and random.random() < 0.25:
            rows.append(
                _address(customer, crowd.address(customer.land), "service", "Branch office")
            )
        if customer.company and random.random() < 0.10:
            rows.append(_address(customer, crowd.address(customer.land), "shipping", "Warehouse"))
    loader.load("client_address", rows)


def _address(customer: Customer, address: Address, kind: str, name: str) -> dict[str, Any]:
    person = customer.people[0]
    return {
        "client": customer.id,
        "kind": kind,
        "name": name,
        "address_1": address.street,
        "city": address.place.city,
        "postcode": address.postcode,
        "country": address.country,
        "region": address.place.region,
        "contact_name": f"{person.firstname} {person.lastname}",
        "contact_email": person.email,
        "contact_phone": person.phone,
        "created_at": customer.since,
    }
