"""A list of clients says who owns each and where it is, and finds it by its owner."""

from runtime.actors import Actor
from runtime.panel import Panel
from runtime.records import Filter, ListQuery

ADMIN = Actor("staff", 1, "Alex Admin", frozenset({"super_admin"}))
SEES_SERVICES = Actor("staff", 2, "Sky Service", frozenset({"see_services"}))


def test_clients_are_shown_with_owner_and_country_and_found_by_the_owner(filled: Panel):
    with filled.reading(ADMIN) as records:
        page = records.list("client", ListQuery())
        client = page.rows[0]
        owner = records.get("user", client["owner.user"])
        country = client["billing_address.country"]
        by_mail = records.list("client", ListQuery(search=owner["email"])).rows
        by_name = records.list("client", ListQuery(search=owner["firstname"], size=200)).rows
        there = records.list("client", ListQuery(
            filters=(Filter("billing_address.country", "eq", (country,)),), size=200
        )).rows

    assert client.titles["owner.user"].text == owner.title
    assert all(row["owner.user"] and row["billing_address.country"] for row in page.rows)
    assert client.id in {row.id for row in by_mail}
    assert client.id in {row.id for row in by_name}
    assert client.id in {row.id for row in there}
    assert {row["billing_address.country"] for row in there} == {country}


def test_services_show_the_group_of_their_product_and_are_found_by_the_owner(filled: Panel):
    path = "product.main_group.product_group"
    with filled.reading(ADMIN) as records:
        service = records.list("service", ListQuery()).rows[0]
        client = records.get("client", service["client"])
        owner = records.get("client_user", client["owner"])
        email = records.get("user", owner["user"])["email"]
        found = records.list("service", ListQuery(search=email, size=200)).rows
    assert service.titles[path].entity == "product_group"
    assert service.id in {row.id for row in found}


def test_who_sees_services_alone_learns_no_owner(filled: Panel):
    with filled.reading(ADMIN) as records:
        service = records.list("service", ListQuery()).rows[0]
        client = records.get("client", service["client"])
        owner = records.get("client_user", client["owner"])
        email = records.get("user", owner["user"])["email"]
    with filled.reading(SEES_SERVICES) as records:
        page = records.list("service", ListQuery())
        assert records.list("service", ListQuery(search=email)).rows == []
    assert page.rows
    assert "product.main_group.product_group" in page.view.with_beneath(page.columns)
