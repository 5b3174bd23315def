"""Every route × entity × person: no page shows, and no form changes, what is not theirs.

The routes come from `routes --json`, the entities from the configuration, and what a person may
find from tests/runtime/isolation.py, which follows links and reads roles without asking the gate.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from runtime.accounts.sessions import COOKIE_NAMES, Sessions
from runtime.accounts.staff import create_staff
from runtime.actors import SYSTEM, Actor
from runtime.app import classified_routes, create_app
from runtime.clock import MovableClock
from runtime.demo import fill
from runtime.exchange import store
from runtime.exchange.exporter import ExportOptions
from runtime.exchange.importer import ImportOptions
from runtime.exchange.transfers import Transfers
from runtime.panel import Panel, open_panel
from runtime.records import ListQuery
from runtime.settings import Settings
from tests.runtime.isolation import Ask, Oracle, Ownership, mark, requests_for
from tests.runtime.shop_panel import BASE, CHEAP, NOON, Shop, shop, shops

__all__ = ["shop", "shops"]

SAMPLE = Path(__file__).parents[2] / "sample-config"
# Rows about the visit itself, written by whoever comes.
OF_THE_VISIT = {"session", "login_attempt", "activity", "file"}


@dataclass
class Person:
    """Somebody who tries. `may_change`: companies whose rows may change; None: any row may."""

    name: str
    area: str
    oracle: Oracle
    browser: TestClient
    token: str = ""

    def enters(self, route: Mapping[str, Any]) -> bool:
        """Say whether the route's area is open to this person at all."""
        return self.name not in ("nobody", "disabled") and route["area"] == self.area

    def ask(self, request: Ask) -> Any:
        if request.method == "GET":
            return self.browser.get(request.path)
        data: dict[str, list[str]] = {}
        for key, value in request.data:
            data.setdefault(key, []).append(value)
        return self.browser.post(request.path, data={"csrf_token": self.token, **data})


class Cast:
    """The people who try, in a panel whose every text is marked; `stack` closes their browsers."""

    def __init__(
        self,
        stack: contextlib.ExitStack,
        panel: Panel,
        *,
        owner: int,
        member: int,
        stranger: int,
        clerk: int,
    ) -> None:
        self.stack, self.panel = stack, panel
        self.sessions = Sessions(panel)
        begin_transfers(panel)
        self.app = create_app(panel, passwords=CHEAP)
        self.routes = classified_routes(panel.project)
        self.ownership = Ownership(panel)
        self.owner, self.member, self.stranger, self.clerk = owner, member, stranger, clerk

    def people(self, names: frozenset[str] = frozenset()) -> Iterator[Person]:
        """Yield those called `names`, everybody when it is empty."""
        for person in self._everybody():
            if not names or person.name in names:
                yield person

    def _everybody(self) -> Iterator[Person]:
        site = self.panel.project.site
        clients = frozenset(site.default_roles)
        everything = frozenset(site.rights)
        yield self._person("owner", "client", "user", self.owner, clients, everything)
        yield self._person("stranger", "client", "user", self.stranger, clients, everything)
        yield self._person("member without rights", "client", "user", self.member, clients)
        yield self._person("staff without roles", "staff", "staff", self.clerk, frozenset())
        yield self._nobody()
        disabled = self._person("disabled", "client", "user", self.member, frozenset())
        with self.panel.records(SYSTEM) as records:
            records.update("user", self.member, {"enabled": False})
        yield disabled
        with self.panel.records(SYSTEM) as records:
            records.update("user", self.member, {"enabled": True})

    def _person(
        self,
        name: str,
        area: str,
        kind: Any,
        account: int,
        roles: frozenset[str],
        rights: frozenset[str] = frozenset(),
    ) -> Person:
        user = account if kind == "user" else None
        oracle = Oracle(self.ownership, roles, area, user, rights, (kind, account))
        browser = self._browser()
        cookie = self.sessions.start(kind, account, ip="192.0.2.1", user_agent="zq")
        browser.cookies.set(f"__Host-{COOKIE_NAMES[kind]}", cookie)
        return Person(name, area, oracle, browser, self._token(browser, area))

    def _nobody(self) -> Person:
        browser = self._browser()
        oracle = Oracle(self.ownership, frozenset(), "client")
        return Person("nobody", "client", oracle, browser, self._token(browser, "client", "/login"))

    def _browser(self) -> TestClient:
        # Entered, it keeps one event loop for all its requests.
        return self.stack.enter_context(TestClient(self.app, base_url=BASE, follow_redirects=False))

    def _token(self, browser: TestClient, area: str, path: str = "") -> str:
        page = browser.get(path or ("/admin/" if area == "staff" else "/")).text
        token = page.partition('name="csrf-token" content="')[2].partition('"')[0]
        assert token
        return token

    def aims(self, person: Person) -> dict[str, list[int]]:
        """Return entity → one row that belongs to others, and one of the person's own."""
        own = self.ownership.companies_of(person.oracle.user) if person.oracle.user else set()
        found: dict[str, list[int]] = {}
        for entity, rows in self.ownership.rows.items():
            foreign = [i for i in rows if (o := self.ownership.owners(entity, i)) and not o & own]
            mine = [i for i in rows if self.ownership.owners(entity, i) & own]
            public = [i for i in rows if not self.ownership.owners(entity, i)]
            found[entity] = [*foreign[:1], *mine[:1]] or public[:1]
        found["file_transfer"] = list(self.ownership.rows["file_transfer"])
        return found

    def foreign_rows(self, person: Person) -> dict[str, list[tuple]]:
        """Return every row that the person must not be able to change."""
        own = self.ownership.companies_of(person.oracle.user) if person.oracle.user else set()
        with self.panel.engine.connect() as connection:
            return {
                name: [
                    tuple(row)
                    for row in connection.execute(select(model.table).order_by(model.table.c.id))
                    if self._is_foreign(name, row.id, person, own)
                ]
                for name, model in self.panel.generated.entities.items()
                if name not in OF_THE_VISIT
            }

    def _is_foreign(self, entity: str, id_: int, person: Person, own: set[int]) -> bool:
        if id_ not in self.ownership.rows[entity]:
            # A row made meanwhile: it may only belong to what is the person's own.
            return not own
        if (entity, id_) == ("user", person.oracle.user):
            return False
        return not self.ownership.owners(entity, id_) & own


def begin_transfers(panel: Panel) -> None:
    """Begin imports and exports of others, whose names and files hold what only they may see."""
    transfers = Transfers(panel)
    for actor in (Actor("staff", 1), Actor("user", 987_654)):
        for kind, state in (("import", "draft"), ("import", "done"), ("export", "done")):
            place = store.new_place(transfers.folder, "csv")
            store.path_of(transfers.folder, place).write_text("name\nzq-staff-notes-1-qz\n")
            options = (
                ExportOptions(ListQuery()).as_json() if kind == "export"
                else ImportOptions(mapping={"name": "name"}).as_json()
            )
            transfers.begin(
                actor, kind, "user", "zq-staff-notes-1-qz.csv", state=state, place=place,
                options=options, total=1, created=1, finished_at=panel.clock.now(),
            )


def check_reading(cast: Cast, person: Person) -> int:
    """Ask every page; return how many requests that were."""
    asked, aims = 0, cast.aims(person)
    for route in cast.routes:
        if route["changes"]:
            continue
        for request in requests_for(route, cast.panel, aims, variants=person.enters(route)):
            answer = person.ask(request)
            asked += 1
            assert answer.status_code < 500, (person.name, request)
            assert not person.oracle.leaks(answer.text), (person.name, request)
            assert not person.oracle.leaks(str(answer.headers)), (person.name, request)
    return asked


def check_writing(cast: Cast, person: Person) -> int:
    """Send every form; return how many that were."""
    asked, aims = 0, cast.aims(person)
    before = cast.foreign_rows(person)
    for route in cast.routes:
        if not route["changes"] or route["action"] == "logout":
            continue
        for request in requests_for(route, cast.panel, aims, variants=person.enters(route)):
            answer = person.ask(request)
            asked += 1
            assert answer.status_code < 500, (person.name, request)
            assert not person.oracle.leaks(answer.text), (person.name, request)
    after = cast.foreign_rows(person)
    for entity, rows in before.items():
        assert after[entity] == rows, (person.name, entity)
    return asked


def check_everybody(cast: Cast, names: frozenset[str] = frozenset()) -> None:
    counts = {}
    for person in cast.people(names):
        counts[person.name] = (check_reading(cast, person), check_writing(cast, person))
    print(counts)
    assert all(reading > 100 and writing > 20 for reading, writing in counts.values())


# The stranger does at acme what the owner does at other; the rest is about the area, not the rows.
ON_EACH_DATABASE = frozenset({"owner", "member without rights"})
ON_ONE = ON_EACH_DATABASE | {"staff without roles", "nobody", "disabled"}


def test_nobody_finds_or_changes_what_is_not_theirs(shop: Shop):
    mark(shop.panel)
    clerk = create_staff(shop.panel, email="nobody@example.com", password="x", passwords=CHEAP)
    assert clerk
    staff = account_of(shop.panel, "staff", "nobody@example.com")
    embedded = shop.panel.settings.embedded

    with contextlib.ExitStack() as stack:
        ids = shop.ids
        cast = Cast(
            stack,
            shop.panel,
            owner=ids["anna"],
            member=ids["ben"],
            stranger=ids["olga"],
            clerk=staff,
        )
        check_everybody(cast, ON_ONE if embedded else ON_EACH_DATABASE)


def test_the_oracle_sees_a_leak(shop: Shop):
    mark(shop.panel)
    ownership = Ownership(shop.panel)
    oracle = Oracle(ownership, frozenset({"buyer"}), "client", shop.ids["anna"])
    own, other = shop.ids["ticket_acme"], shop.ids["ticket_other"]

    assert not oracle.leaks(f"zq-ticket-subject-{own}-qz")
    assert oracle.leaks(f"zq-ticket-subject-{other}-qz")
    assert oracle.leaks(f"ZQ-TICKET_LINE-TEXT-{shop.ids['line_other']}-QZ")
    assert oracle.leaks(f"zq-ticket-notes-{own}-qz")
    assert oracle.leaks("zq-staff-firstname-1-qz")
    assert oracle.leaks(f"zq-user-firstname-{shop.ids['olga']}-qz")


def account_of(panel: Panel, kind: str, email: str) -> int:
    table = panel.generated.entities[kind].table
    with panel.engine.connect() as connection:
        return connection.scalar(select(table.c.id).where(table.c.email == email))


@contextlib.contextmanager
def sample(database_url: str, var: Path) -> Iterator[Cast]:
    settings = Settings(database_url, var, ("k" * 40,), base_url=BASE)
    with open_panel([SAMPLE], settings, create=True, clock=MovableClock(NOON)) as panel:
        fill(panel, "small")
        owner, stranger, client = _owners(Ownership(panel))
        with panel.records(SYSTEM) as records:
            member = records.create("user", {"email": "member@example.com"}).id
            records.create("client_user", {"client": client, "user": member})
        create_staff(panel, email="nobody@example.com", password="x", passwords=CHEAP)
        staff = account_of(panel, "staff", "nobody@example.com")
        mark(panel)
        with contextlib.ExitStack() as stack:
            yield Cast(stack, panel, owner=owner, member=member, stranger=stranger, clerk=staff)


def _owners(ownership: Ownership) -> tuple[int, int, int]:
    """Return two people of one company each, the one with most services first, and that company."""
    spec = ownership.membership
    owners: dict[int, int] = {}
    with ownership.panel.reading(SYSTEM) as records:
        for id_ in ownership.rows[spec.through]:
            row = records.get(spec.through, id_)
            if row["owner"] and len(ownership.companies_of(row["user"])) == 1:
                owners[row["client"]] = row["user"]
    services = Counter(links["client"][1] for links in ownership.rows["service"].values())
    first, second, *_ = sorted(owners, key=lambda client: -services[client])
    return owners[first], owners[second], first


@pytest.mark.long
def test_nobody_finds_or_changes_what_is_not_theirs_in_the_sample(database_url, tmp_path):
    with sample(database_url, tmp_path) as cast:
        check_everybody(cast)
