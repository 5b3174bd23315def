"""Sample people and companies, the same for the same seed."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from runtime.demo.words import COMPANY_FIRST, COMPANY_SECOND, LANDS, Land, Place, ascii_of

# A reserved ending (RFC 2606): no mail to a sample person can reach anybody.
TOP_LEVEL = "example"


@dataclass(frozen=True, slots=True)
class Person:
    firstname: str
    lastname: str
    email: str
    phone: str
    land: Land


@dataclass(frozen=True, slots=True)
class Address:
    street: str
    postcode: str
    place: Place
    country: str


class Crowd:
    """Invents people; no two share an e-mail address and no two companies a name."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._emails: set[str] = set()
        self._companies: set[str] = set()

    def land(self) -> Land:
        return self._random.choices(LANDS, [land.weight for land in LANDS])[0]

    def person(self, land: Land, domain: str | None = None) -> Person:
        """Return somebody from `land`, with mail at `domain` or at a common provider."""
        random = self._random
        woman = random.random() < 0.5
        firstname = random.choice(land.women if woman else land.men)
        lastname = random.choice(land.lastnames)[woman]
        mailbox = f"{ascii_of(firstname)}.{ascii_of(lastname)}"
        email = self._free_email(mailbox, domain or f"mail.{TOP_LEVEL}")
        return Person(firstname, lastname, email, _filled(land.phone, random), land)

    def company(self, land: Land) -> str:
        """Return a company's name with a legal form of its country."""
        random = self._random
        form = random.choice(land.legal_forms)
        name = f"{random.choice(COMPANY_FIRST)} {random.choice(COMPANY_SECOND)}"
        while name in self._companies:
            first, second = random.choice(COMPANY_FIRST), random.choice(COMPANY_SECOND)
            name = f"{first} {name.rsplit(' ', 1)[0]} {second}"
        self._companies.add(name)
        return f"{form} «{name}»" if land.country == "UA" else f"{name} {form}"

    def address(self, land: Land) -> Address:
        random = self._random
        place = random.choice(land.places)
        number, street = random.randint(1, 180), random.choice(land.streets)
        first = land.country in ("FR", "GB", "US")
        written = f"{number} {street}" if first else f"{street} {number}"
        return Address(written, _filled(place.postcode, random), place, land.country)

    def _free_email(self, mailbox: str, domain: str) -> str:
        email, number = f"{mailbox}@{domain}", 1
        while email in self._emails:
            number += 1
            email = f"{mailbox}{number}@{domain}"
        self._emails.add(email)
        return email


def domain_of(company: str) -> str:
    """Return a domain that such a company could have: `Blue Harbour Ltd` → blueharbour.example."""
    words = company.replace("«", "").replace("»", "").split()
    known = [word for word in words if word in COMPANY_FIRST or word in COMPANY_SECOND]
    return f"{ascii_of(''.join(known))}.{TOP_LEVEL}"


def _filled(pattern: str, random: Random) -> str:
    return "".join(str(random.randint(0, 9)) if sign == "#" else sign for sign in pattern)
