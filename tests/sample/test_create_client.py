"""*Create client* is one form: person, link, client and billing address, all or nothing."""

from collections.abc import Iterator, Mapping

import pytest

from config.values.money import Money
from runtime.actors import SYSTEM, Actor, load_actor
from runtime.panel import Panel
from runtime.records import RecordError, StillReferenced, ValidationFailed
from runtime.records.values import ListQuery, Record
from tests.sample.conftest import opened

SUPPORT = Actor("staff", 1, "Sam Support", frozenset({"support"}))
ADMIN = Actor("staff", 1, "Alex Admin", frozenset({"super_admin"}))
ADDRESS = {"address_1": "86 Church Lane", "city": "Leeds", "country": "GB", "region": "GB-LDS"}


@pytest.fixture(scope="module")
def panel(
    module_database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Panel]:
    """One panel for all tests here; each makes clients of its own."""
    with opened(module_database_url, tmp_path_factory.mktemp("clients")) as panel:
        yield panel


def create(panel: Panel, company: str, email: str, **address: object) -> Record:
    client = {"company_name": company, "firstname": "Grace", "currency": "EUR"}
    parts = {"owner": {"email": email}, "billing_address": {**ADDRESS, **address}}
    with panel.records(SUPPORT) as records:
        return records.create("client", client, parts=parts)


def rows(panel: Panel, entity: str, wanted: Mapping[str, object], *columns: str) -> list[Record]:
    query = ListQuery(columns=(*wanted, *columns), size=100)
    with panel.reading(SUPPORT) as records:
        found = records.list(entity, query).rows
    return [row for row in found if wanted.items() <= row.values.items()]


def test_one_form_makes_everything_that_belongs_together(panel: Panel):
    client = create(panel, "Blue Harbour Ltd", "grace@one.example")

    of_client = {"client": client.id}
    [user] = rows(panel, "user", {"email": "grace@one.example"}, "firstname")
    [member] = rows(panel, "client_user", of_client, "user", "owner")
    [address] = rows(panel, "client_address", of_client, "kind", "city", "contact_email")
    assert user["firstname"] == "Grace"
    assert (member["user"], member["owner"]) == (user.id, True)
    assert (address["kind"], address["city"]) == ("billing", "Leeds")
    assert address["contact_email"] == "grace@one.example"


def test_a_bad_part_leaves_nothing_behind(panel: Panel):
    with pytest.raises(ValidationFailed):
        create(panel, "No City Ltd", "grace@two.example", city="")

    assert rows(panel, "user", {"email": "grace@two.example"}) == []
    assert rows(panel, "client", {"company_name": "No City Ltd"}) == []


def test_a_person_who_is_known_is_taken_as_they_are(panel: Panel):
    first = create(panel, "First Farms Ltd", "grace@three.example")
    second = create(panel, "Second Farms Ltd", "grace@three.example")

    [user] = rows(panel, "user", {"email": "grace@three.example"})
    members = rows(panel, "client_user", {"user": user.id}, "client")
    assert {row["client"] for row in members} == {first.id, second.id}


def test_billing_address_is_neither_deleted_nor_doubled(panel: Panel):
    client = create(panel, "Old Mill Ltd", "grace@four.example")
    [address] = rows(panel, "client_address", {"client": client.id})

    with pytest.raises(RecordError, match="edit it instead"), panel.records(SUPPORT) as records:
        records.delete("client_address", address.id)
    with pytest.raises(ValidationFailed) as refused, panel.records(SUPPORT) as records:
        second = {**ADDRESS, "client": client.id, "kind": "billing", "name": "Second"}
        records.create("client_address", second)

    assert refused.value.problems == {
        "client": ("The client already has its billing address",)
    }
    assert len(rows(panel, "client_address", {"client": client.id})) == 1


def test_a_billing_address_stays_one(panel: Panel):
    client = create(panel, "Kind Foods Ltd", "grace@five.example")
    [address] = rows(panel, "client_address", {"client": client.id})

    with pytest.raises(ValidationFailed) as refused, panel.records(SUPPORT) as records:
        records.update("client_address", address.id, {"kind": "shipping"})

    assert "kind" in refused.value.problems


def test_a_fresh_client_goes_to_the_trash_with_what_is_part_of_it_and_comes_back(panel: Panel):
    client = create(panel, "Short Lived Ltd", "grace@six.example")
    [user] = rows(panel, "user", {"email": "grace@six.example"})
    parts = ("client_address", "client_user")

    with panel.records(ADMIN) as records:
        assert records.can("delete", "client", client)
        records.delete("client", client.id)
    for entity in parts:
        assert rows(panel, entity, {"client": client.id}) == []
    assert rows(panel, "client", {"company_name": "Short Lived Ltd"}) == []
    assert load_actor(panel, "user", user.id).sets["clients"] == frozenset()

    with panel.records(ADMIN) as records:
        records.restore("client", client.id)
    for entity in parts:
        assert len(rows(panel, entity, {"client": client.id})) == 1
    assert load_actor(panel, "user", user.id).sets["clients"] == {client.id}


def test_a_client_with_a_service_keeps_everything(panel: Panel):
    client = create(panel, "Keep Me Ltd", "grace@eight.example")
    with panel.records(SYSTEM) as records:
        product = records.create("product", {"name": "Kept VPS", "key": "kept-vps"}).id
        price = records.create("price", {
            "product": product, "currency": "EUR", "base": Money(10_000_000, "EUR"),
        })
        service = records.create("service", {
            "client": client.id, "product": product, "price": price.id,
        })

    with panel.reading(ADMIN) as records:
        decision = records.can("delete", "client", client)
    with pytest.raises(StillReferenced) as refused, panel.records(ADMIN) as records:
        records.delete("client", client.id)

    assert not decision
    assert "Service" in decision.reason
    assert [row.id for each in refused.value.by for row in each.rows] == [service.id]
    for entity in ("client_address", "client_user"):
        assert len(rows(panel, entity, {"client": client.id})) == 1


@pytest.mark.parametrize("entity", ["client_address", "client_user"])
def test_what_is_part_of_a_client_is_not_deleted_by_itself(panel: Panel, entity: str):
    client = create(panel, f"Whole {entity} Ltd", f"grace@{entity[7:]}.example")
    [part] = rows(panel, entity, {"client": client.id})

    with panel.reading(ADMIN) as records:
        assert not records.can("delete", entity, part)
    with pytest.raises(ValidationFailed), panel.records(ADMIN) as records:
        records.delete(entity, part.id)

    assert len(rows(panel, entity, {"client": client.id})) == 1


def test_an_owner_is_replaced_and_never_just_dropped(panel: Panel):
    client = create(panel, "Two Owners Ltd", "grace@seven.example")
    with panel.records(SUPPORT) as records:
        other = records.create("user", {"email": "emily@seven.example", "firstname": "Emily"})
    [first] = rows(panel, "client_user", {"client": client.id})

    with pytest.raises(ValidationFailed), panel.records(SUPPORT) as records:
        records.update("client_user", first.id, {"owner": False})
    with panel.records(SUPPORT) as records:
        values = {"client": client.id, "user": other.id, "owner": True}
        records.create("client_user", values)

    members = rows(panel, "client_user", {"client": client.id}, "user", "owner")
    assert {row["user"]: row["owner"] for row in members}[other.id] is True
    assert sum(row["owner"] for row in members) == 1


def test_whoever_manages_people_decides_about_others_and_never_about_themselves(panel: Panel):
    client = create(panel, "Two Hands Ltd", "grace@five.example")
    with panel.records(SYSTEM) as records:
        ids = [
            records.create("client_user", {
                "client": client.id,
                "user": records.create(
                    "user", {"email": f"{name}@five.example", "firstname": name}
                ).id,
                "permissions": frozenset({"manage_users"}),
            })
            for name in ("mia", "ben")
        ]
    own, other = ids
    mia = load_actor(panel, "user", own["user"])
    none = {"permissions": frozenset()}
    more = {"permissions": frozenset({"manage_users", "manage_invoices"})}

    with panel.records(mia) as records:
        records.update("client_user", other.id, none)
        records.update("client_user", other.id, {"permissions": frozenset({"manage_users"})})
    with pytest.raises(RecordError), panel.records(mia) as records:
        records.update("client_user", own.id, none)
    with pytest.raises(ValidationFailed, match="See invoices and transactions"):
        with panel.records(mia) as records:
            records.update("client_user", other.id, more)
    [owner] = [row for row in rows(panel, "client_user", {"client": client.id}, "owner", "user")
               if row["owner"]]
    with panel.records(load_actor(panel, "user", owner["user"])) as records:
        records.update("client_user", other.id, more)

    with panel.reading(SYSTEM) as records:
        assert records.get("client_user", own.id)["permissions"] == {"manage_users"}
        assert records.get("client_user", other.id)["permissions"] == more["permissions"]


FILE = {
    "Company": "company_name", "First": "firstname", "Money": "currency", "Login": "owner.email",
    "Street": "billing_address.address_1", "City": "billing_address.city",
    "Country": "billing_address.country",
}


def test_an_import_makes_everything_that_belongs_together(panel: Panel):
    good = ["Red Harbour Ltd", "Rosa", "EUR", "rosa@nine.example", "1 Mill Road", "York", "GB"]
    nowhere = ["Grey Harbour Ltd", "Gil", "EUR", "gil@nine.example", "", "York", "GB"]
    lines = [dict(zip(FILE, cells, strict=True)) for cells in (good, nowhere)]
    with panel.records(ADMIN) as records:
        result = records.import_rows("client", lines, FILE)

    assert result.created == 1
    assert dict(result.problems) == {2: {"billing_address.address_1": ("Enter a value.",)}}
    [client] = rows(panel, "client", {"company_name": "Red Harbour Ltd"})
    [user] = rows(panel, "user", {"email": "rosa@nine.example"}, "firstname")
    [member] = rows(panel, "client_user", {"client": client.id}, "user", "owner")
    [address] = rows(panel, "client_address", {"client": client.id}, "kind", "city")
    assert (member["user"], member["owner"], user["firstname"]) == (user.id, True, "Rosa")
    assert (address["kind"], address["city"]) == ("billing", "York")
    assert rows(panel, "user", {"email": "gil@nine.example"}) == []
    assert rows(panel, "client", {"company_name": "Grey Harbour Ltd"}) == []
