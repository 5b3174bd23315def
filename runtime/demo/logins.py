"""Makes logins to try the sample panel with, one for each kind of person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from runtime.accounts.credentials import write_hash
from runtime.accounts.passwords import Passwords, one_time_password
from runtime.demo.customers import Customer
from runtime.demo.loader import Loader
from runtime.demo.people import TOP_LEVEL

if TYPE_CHECKING:
    from runtime.accounts.sessions import AccountKind

# Group of the sample → who is in it.
_STAFF = (
    ("Super admin", "admin", "Alex", "Admin"),
    ("Support", "support", "Sam", "Support"),
    ("Finance", "finance", "Fiona", "Finance"),
    ("Ops", "ops", "Otto", "Ops"),
    ("Developers", "developer", "Dana", "Developer"),
    ("Testers", "tester", "Tim", "Tester"),
    ("Catalogue", "catalogue", "Cora", "Catalogue"),
    ("Read only", "reader", "Rita", "Reader"),
)


@dataclass(frozen=True, slots=True)
class Login:
    kind: AccountKind
    id: int
    email: str
    says: str


def load_staff(loader: Loader) -> list[Login]:
    """Load one staff member for each group of the sample; without groups, one with every role."""
    groups = loader.ids_by("staff_group", "name")
    wanted = [row for row in _STAFF if row[0] in groups] or [_STAFF[0]]
    everything = frozenset() if groups else _first_role(loader)
    ids = loader.load(
        "staff",
        (
            {
                "email": f"{name}@panel.{TOP_LEVEL}",
                "firstname": first,
                "lastname": last,
                "enabled": True,
                "language": "en",
                "roles": everything,
            }
            for _, name, first, last in wanted
        ),
    )
    loader.load(
        "staff_membership",
        (
            {"staff": row_id, "staff_group": groups[group]}
            for (group, *_), row_id in zip(wanted, ids, strict=True)
            if group in groups
        ),
    )
    return [
        Login("staff", row_id, f"{name}@panel.{TOP_LEVEL}", group)
        for (group, name, *_), row_id in zip(wanted, ids, strict=True)
    ]


def _first_role(loader: Loader) -> frozenset[str]:
    """Return the role that may everything, else all staff roles."""
    roles = [name for name, role in loader.panel.project.roles.items() if role.area == "staff"]
    return frozenset(["super_admin"] if "super_admin" in roles else roles)


def client_logins(customers: list[Customer]) -> Iterator[Login]:
    """Yield the owner and a member of the company with most services."""
    companies = [
        customer
        for customer in customers
        if customer.status == "active" and len(customer.users) > 1
    ]
    if not companies:
        return
    customer = max(companies, key=lambda one: one.services)
    for index, says in ((0, "owner"), (1, "member")):
        email = customer.people[index].email
        yield Login("user", customer.users[index], email, f"{says} of {customer.company}")


def give_password(loader: Loader, logins: list[Login]) -> str:
    """Give all `logins` one new random password and return it; it is stored nowhere.

    It is all that is asked for: nobody has the phones of sample people.
    """
    password = one_time_password()
    work, entities = loader.records.work, loader.panel.generated.entities
    factor = entities["factor"].table
    for login in logins:
        person = entities[login.kind].table
        work.run(update(person).where(person.c.id == login.id).values(two_factor=False))
        work.run(delete(factor).where(
            factor.c.kind == login.kind, factor.c.account_id == login.id
        ))
    stored = Passwords().hash(password)
    for login in logins:
        write_hash(loader.panel, loader.records.work.connection, login.kind, login.id, stored)
    return password
