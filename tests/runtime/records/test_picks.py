"""One row out of a collection: shown, searched and filtered by whoever may see that row."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from runtime.panel import open_panel
from runtime.records import Filter, Forbidden, ListQuery, ValidationFailed
from tests.runtime.records.house import FOLDER

PEOPLE = ("owner", "owner.user", "owner.user.email", "latest", "latest.label")


def people(house, by, **asked):
    with house.records(by) as records:
        return records.list("client", ListQuery(view="people", sort=("name",), **asked))


def names(page):
    return [row["name"] for row in page.rows]


def asked_by(house, name, path, op, *values):
    return names(people(house, name, filters=(Filter(path, op, values),)))


def test_a_list_shows_the_picked_row_and_what_lies_behind_it(house):
    page = people(house, "boss")

    assert names(page) == ["Acme", "Bolt"]
    assert [row["owner.user.email"] for row in page.rows] == [
        "anna@example.com", "olga@example.com",
    ]
    assert [row.titles["owner"].text for row in page.rows] == [
        "Acme anna@example.com", "Bolt olga@example.com",
    ]
    assert [row.titles["owner.user"].id for row in page.rows] == [
        house.ids["anna"], house.ids["olga"],
    ]
    assert [row["latest"] for row in page.rows] == [house.ids["mail"], house.ids["bolt_web"]]
    assert [str(row["latest.product.name"]) for row in page.rows] == ["Hosting", "Hosting"]


def test_a_row_shows_what_is_picked_as_it_is_now(house):
    with house.records("boss") as records:
        records.update("client_user", owner_link(records, house, "mia"), {"owner": True})
        acme = records.get("client", house.ids["acme"])
        assert acme.titles["owner"].text == "Acme mia@example.com"

        records.move("service", house.ids["mail"], "end")
        assert records.get("client", house.ids["acme"])["latest"] == house.ids["web"]
        records.move("service", house.ids["web"], "end")
        acme = records.get("client", house.ids["acme"])
    assert acme["latest"] is None
    assert "latest" not in acme.titles


def owner_link(records, house, user):
    found = records.list("client_user", ListQuery(parent=("user", house.ids[user])))
    return found.rows[0].id


def test_a_page_of_picked_rows_takes_as_many_statements_as_one_row(house):
    statements = []
    engine = house.panel.engine

    def count(size):
        statements.clear()
        people(house, "boss", size=size, count=False)
        return len(statements)

    people(house, "boss")
    event.listen(engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert count(1) == count(2)


def test_search_finds_rows_by_what_lies_behind_a_picked_row(house):
    assert names(people(house, "boss", search="anna@")) == ["Acme"]
    assert names(people(house, "boss", search="MAIL")) == ["Acme"]
    # Carl belongs to Acme and does not own it; web is not its newest service.
    assert names(people(house, "boss", search="carl@")) == []
    assert names(people(house, "boss", search="web")) == []


def test_filters_compare_the_picked_row_and_its_fields(house):
    link = people(house, "boss").rows[0]["owner"]

    assert asked_by(house, "boss", "owner.user.email", "eq", "olga@example.com") == ["Bolt"]
    assert asked_by(house, "boss", "owner.user.email", "ne", "olga@example.com") == ["Acme"]
    assert asked_by(house, "boss", "owner.user", "eq", str(house.ids["anna"])) == ["Acme"]
    assert asked_by(house, "boss", "owner", "eq", str(link)) == ["Acme"]
    assert asked_by(house, "boss", "owner", "ne", str(link)) == ["Bolt"]
    assert asked_by(house, "boss", "owner", "null") == []
    assert asked_by(house, "boss", "owner", "not_null") == ["Acme", "Bolt"]
    # Web is a service of Acme, and not the one that is picked.
    assert asked_by(house, "boss", "latest.label", "eq", "web") == []


def test_rows_without_a_picked_one_are_null_and_different(house):
    with house.records("boss") as records:
        records.move("service", house.ids["bolt_web"], "end")

    assert asked_by(house, "boss", "latest", "null") == ["Bolt"]
    assert asked_by(house, "boss", "latest", "ne", str(house.ids["mail"])) == ["Bolt"]
    assert asked_by(house, "boss", "latest.label", "ne", "mail") == ["Bolt"]
    assert asked_by(house, "boss", "latest", "not_null") == ["Acme"]


# Sam sees clients, services and no memberships; Ben has no right to see services.
def test_a_picked_row_out_of_sight_is_none(house):
    page = people(house, "sam")
    ben = house.get("client", house.ids["acme"], by="ben")

    # Whoever sees no membership sees nothing behind one.
    assert page.columns == ("name", "owner", "latest", "latest.label", "latest.product.name")
    assert [row["owner"] for row in page.rows] == [None, None]
    assert [row.titles for row in page.rows if "owner" in row.titles] == []
    assert ben["owner"] is not None
    assert ben["latest"] is None
    assert "latest" not in ben.titles
    assert house.get("client", house.ids["acme"], by="mia")["latest"] == house.ids["mail"]


def test_a_picked_row_out_of_sight_is_not_searched_filtered_or_counted(house):
    link = people(house, "boss").rows[0]["owner"]

    assert names(people(house, "sam", search="anna@")) == []
    for op, values in (("eq", (str(link),)), ("not_null", ())):
        page = people(house, "sam", filters=(Filter("owner", op, values),))
        assert (page.rows, page.count.number) == ([], 0)
    for path, op in (("owner.user.email", "eq"), ("owner.user.email", "ne"), ("owner.user", "eq")):
        with pytest.raises(ValidationFailed):
            asked_by(house, "sam", path, op, str(house.ids["anna"]))
    with house.records("sam") as records:
        assert records.count("client", "people", (Filter("owner", "not_null"),)).number == 0
        exported = list(records.export("client", ListQuery(view="people", sort=("name",))))
    assert [row[2] for row in exported[1:]] == ["", ""]
    assert "anna" not in str(exported)


WEB_DESK = """role: web_desk
area: staff
scope: {service: "label != 'mail'"}
allow: {client: {see: all}, service: {see: scope}}
"""


def test_who_may_not_see_the_picked_row_sees_no_other_in_its_place(house, tmp_path):
    """Mail is the newest service of Acme: that is so for everybody."""
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "web_desk.yaml").write_text(WEB_DESK)
    sam = replace(house.actor("sam"), roles=frozenset({"web_desk"}))
    layered = open_panel([FOLDER, tmp_path / "layer"], house.panel.settings, clock=house.clock)

    with layered as panel, panel.records(sam) as records:
        page = records.list("client", ListQuery(view="people", sort=("name",)))
        found = {
            op: records.list("client", ListQuery(
                view="people", sort=("name",), filters=(Filter("latest.label", op, values),)
            ))
            for op, values in (("eq", ("mail",)), ("ne", ("mail",)), ("null", ()))
        }
        searched = records.list("client", ListQuery(view="people", search="mail"))

    assert [row["latest"] for row in page.rows] == [None, house.ids["bolt_web"]]
    assert [row["latest.label"] for row in page.rows] == [None, "bolt_web"]
    assert names(found["eq"]) == names(searched) == []
    assert names(found["ne"]) == ["Acme", "Bolt"]
    assert names(found["null"]) == ["Acme"]


def test_nobody_writes_what_is_picked(house):
    link = people(house, "boss").rows[0]["owner"]

    with house.records("boss") as records:
        assert "owner" not in records.editable_fields("client")
        with pytest.raises(Forbidden):
            records.update("client", house.ids["acme"], {"owner": link})
        with pytest.raises(Forbidden):
            records.create("client", {"name": "New", "owner": link})


def test_an_export_names_picked_rows_like_links(house):
    with house.records("boss") as records:
        rows = list(records.export("client", ListQuery(view="people", sort=("name",))))

    assert rows[0] == ["id", "name", "owner", "owner.user", "owner.user.email", "latest",
                       "latest.label", "latest.product.name"]
    assert rows[1][3:] == [str(house.ids["anna"]), "anna@example.com", str(house.ids["mail"]),
                           "mail", "Hosting"]


def test_a_list_is_not_sorted_by_a_picked_row(house):
    for key in ("owner", "owner.user.email"):
        with pytest.raises(ValidationFailed):
            with house.records("boss") as records:
                records.list("client", ListQuery(view="people", sort=(key,)))
