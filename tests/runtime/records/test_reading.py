"""Lists and rows as different people see them."""

import re
from datetime import timedelta

import pytest

from config.values.money import Money
from generator.fields.secret import Sealed
from runtime.records import Filter, Forbidden, ListQuery, NotFound, ValidationFailed
from runtime.records.values import COUNT_CAP


def labels(page):
    return [row["label"] for row in page.rows]


def test_a_list_has_the_columns_of_its_view_and_titles_of_links(house):
    with house.records("sam") as records:
        page = records.list("service", ListQuery(sort=("label",)))

    assert page.columns == (
        "client", "product", "label", "number", "status", "price", "paid_until", "client.country",
    )
    assert labels(page) == ["bolt_web", "mail", "web"]
    assert [row.titles["client"].text for row in page.rows] == ["Bolt", "Acme", "Acme"]
    assert [row["client.country"] for row in page.rows] == ["DE", "PL", "PL"]
    assert [row.title for row in page.rows] == [
        "bolt_web Hosting", "mail Hosting", "web Hosting",
    ]
    assert page.count.number == 3
    assert (page.next, page.previous) == (None, None)


def test_a_client_sees_the_rows_of_their_own_company_only(house):
    with house.records("mia") as records:
        page = records.list("service", ListQuery(view="mine", sort=("label",)))
        with pytest.raises(NotFound):
            records.get("service", house.ids["bolt_web"])

    assert labels(page) == ["mail", "web"]


def test_fields_that_no_role_shows_are_absent_from_rows(house):
    with house.records("sam") as records:
        seen_by_support = records.get("service", house.ids["web"])
    with house.records("mia") as records:
        seen_by_client = records.get("client", house.ids["acme"])

    assert "cost" not in seen_by_support
    assert "password" not in seen_by_support
    assert seen_by_support["price"] == Money(9_900_000, "EUR")
    assert "credit" not in seen_by_client
    assert "admin_notes" not in seen_by_client


def test_a_column_that_may_not_be_seen_is_left_out_of_the_list(house):
    with house.records("sam") as records:
        page = records.list("service", ListQuery(columns=("label", "cost")))

    assert page.columns == ("label",)
    assert all("cost" not in row for row in page.rows)


def test_fields_follow_the_grant_that_covers_each_row(sqlite_house):
    """A role for all rows with few fields, beside one for some rows with many."""
    house = sqlite_house
    with house.records("sam") as records:
        support = records.actor
    from dataclasses import replace
    both = replace(support, roles=frozenset({"finance", "polish_desk"}))
    with house.panel.records(both) as records:
        rows = {row.id: row for row in records.list(
            "client", ListQuery(columns=("name", "country", "credit"))).rows}

    assert set(rows[house.ids["acme"]].values) == {"name", "country", "credit"}
    assert set(rows[house.ids["bolt"]].values) == {"name", "credit"}


def test_nobody_sorts_or_filters_by_a_field_seen_in_some_rows_only(sqlite_house):
    from dataclasses import replace
    house = sqlite_house
    both = replace(house.actor("sam"), roles=frozenset({"finance", "polish_desk"}))
    with house.panel.records(both) as records:
        with pytest.raises(ValidationFailed, match="cannot sort"):
            records.list("client", ListQuery(sort=("country",)))
        with pytest.raises(ValidationFailed, match="may not ask"):
            records.list("client", ListQuery(filters=(Filter("country", "eq", ("PL",)),)))


def test_an_entity_without_a_grant_is_forbidden_as_a_list_and_absent_as_a_row(house):
    with house.records("nil") as records:
        with pytest.raises(Forbidden) as refused:
            records.list("client")
        with pytest.raises(NotFound):
            records.get("client", house.ids["acme"])

    assert refused.value.decision.reason == "no role of yours knows Client"


def test_an_unknown_entity_looks_like_an_absent_row(house):
    with house.records("sam") as records, pytest.raises(NotFound):
        records.list("nonsense")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Filter("status", "eq", ("active",)), ["bolt_web", "mail", "web"]),
        (Filter("status", "ne", ("active",)), []),
        (Filter("client.country", "eq", ("PL",)), ["mail", "web"]),
        (Filter("client.country", "ne", ("PL",)), ["bolt_web"]),
    ],
)
def test_filters_follow_links(house, asked, found):
    with house.records("sam") as records:
        page = records.list("service", ListQuery(sort=("label",), filters=(asked,)))

    assert labels(page) == found


def test_only_declared_sorts_and_true_fields_are_taken_from_people(house):
    with house.records("sam") as records:
        with pytest.raises(ValidationFailed, match="cannot be filtered"):
            deep = Filter("client.owner.user.email", "eq", ("x",))
            records.list("service", ListQuery(filters=(deep,)))
        with pytest.raises(ValidationFailed, match="cannot be sorted"):
            records.list("service", ListQuery(sort=("number",)))
        with pytest.raises(ValidationFailed):
            records.list("service", ListQuery(filters=(Filter("__class__", "eq", ("x",)),)))
        with pytest.raises(ValidationFailed):
            records.list("service", ListQuery(sort=("__class__",)))


def test_a_filter_through_a_link_does_not_tell_about_rows_out_of_sight(house):
    """Pola sees Polish clients only; a service of Bolt would answer for Bolt's country."""
    with house.records("pola") as records:
        found = records.list("service", ListQuery(
            filters=(Filter("client.country", "ne", ("PL",)),)))

    assert labels(found) == []


def test_search_finds_the_start_of_a_field_and_of_a_linked_one(house):
    with house.records("sam") as records:
        by_label = records.list("service", ListQuery(search="WE"))
        by_mail = records.list("service", ListQuery(search="office@bolt"))
        inside = records.list("service", ListQuery(search="eb"))
        wildcard = records.list("service", ListQuery(search="%"))

    assert labels(by_label) == ["web"]
    assert labels(by_mail) == ["bolt_web"]
    assert labels(inside) == []
    assert labels(wildcard) == []


def test_search_through_a_link_stays_within_what_may_be_seen(house):
    with house.records("mia") as records:
        page = records.list("service", ListQuery(view="staff", search="office@"))

    assert labels(page) == ["mail", "web"] or labels(page) == ["web", "mail"]


def test_words_are_found_inside_a_text(house):
    with house.records("sam") as records:
        page = records.list("note", ListQuery(search="bolt_web note"))
        none = records.list("note", ListQuery(search='"; DROP'))

    assert [row["text"] for row in page.rows] == ["note on bolt_web"]
    assert none.rows == []


def test_a_list_of_one_parent_holds_its_rows(house):
    with house.records("sam") as records:
        page = records.list("service", ListQuery(
            parent=("client", house.ids["acme"]), sort=("label",)))
        about = records.list("note", ListQuery(parent=("about", ("service", house.ids["web"]))))

    assert labels(page) == ["mail", "web"]
    assert [row["text"] for row in about.rows] == ["note on web"]


def test_a_view_narrows_by_its_condition(house):
    with house.records("sam") as records:
        records.move("service", house.ids["web"], "suspend", {"why": "unpaid"})
        active = records.list("service", ListQuery(view="active", sort=("label",)))

        assert records.count("service", "active").number == 2
    assert labels(active) == ["bolt_web", "mail"]


def test_a_count_stops_at_its_cap(sqlite_house):
    house = sqlite_house
    with house.records() as records:
        records.load_many("service_line", [
            {"service": house.ids["web"], "name": "x", "amount": Money(1, "EUR")}
        ] * (COUNT_CAP + 5))
        page = records.list("service_line")

    assert page.count.text("en") == "10,000+"
    assert page.count.text("pl") == "10\u00a0000+"
    assert page.count.capped


def test_computed_fields_are_there_for_each_row(house):
    with house.records() as records:
        client = records.get("client", house.ids["acme"])
        service = records.get("service", house.ids["web"])
        listed = records.list("client", ListQuery(columns=("service_count", "score", "spent")))

    assert client["service_count"] == 2
    assert client["spent"] == Money(19_800_000, "EUR")
    assert client["score"] == client.id * 10
    assert service["total"] == Money(1_000_000, "EUR")
    assert {row.id: row["service_count"] for row in listed.rows} == {
        house.ids["acme"]: 2, house.ids["bolt"]: 1,
    }


def test_the_title_of_a_link_out_of_sight_is_withheld(house):
    """Fin sees services but no product."""
    with house.records("fin") as records:
        service = records.get("service", house.ids["web"])

    assert service.titles["product"] is None
    assert service.titles["client"].text == "Acme"
    assert service.title == "web"


def test_a_secret_is_shown_as_sealed_and_opened_on_demand_with_a_trace(house):
    with house.records("fin") as records:
        service = records.get("service", house.ids["web"])
        opened = records.reveal("service", house.ids["web"], "password")
        history = records.history("service", house.ids["web"])
    with house.records("sam") as records, pytest.raises(Forbidden):
        records.reveal("service", house.ids["web"], "password")

    assert isinstance(service["password"], Sealed)
    assert "hunter" not in str(house.stored("service"))
    assert opened == "hunter web"
    assert history[0].action == "reveal"
    assert "hunter" not in str(house.stored("activity"))


def test_a_lookup_offers_what_the_field_allows_and_the_actor_sees(house):
    with house.records("sam") as records:
        every = records.lookup("product")
        fitting = records.lookup("product", via=("service", "product", {}))
        named = records.lookup("client", "off")
        numbered = records.lookup("client", f"#{house.ids['bolt']}")
    with house.records("anna") as records:
        own = records.lookup("client", "")

    assert [choice.title for choice in every] == ["Domain", "Hosting", "Legacy"]
    assert [choice.title for choice in fitting] == ["Domain", "Hosting"]
    assert [choice.title for choice in named] == ["Acme", "Bolt"]
    assert [choice.title for choice in numbered] == ["Bolt"]
    assert [choice.title for choice in own] == ["Acme"]


def test_time_in_rules_is_the_panels_own(house):
    house.clock.advance(timedelta(days=31))
    with house.records("sam") as records:
        records.move("service", house.ids["web"], "suspend", {"why": "x"})
        record = records.get("service", house.ids["web"])

    assert record["updated_at"] == house.clock.now()


def test_a_search_reads_its_index_and_not_the_table(sqlite_house):
    """SQLite reads to the end of the table when the range of a prefix is not fully said."""
    from sqlalchemy import event

    house, seen = sqlite_house, []
    listen = event.listens_for(house.panel.engine, "after_cursor_execute")
    listen(lambda c, cursor, sql, parameters, *rest: seen.append((sql, parameters)))
    with house.records("sam") as records:
        records.list("service", ListQuery(search="web"))
    asked = [one for one in seen if "panel_fold" in one[0]]
    with house.panel.engine.connect() as connection:
        plans = [
            " ".join(row[3] for row in connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {sql}", parameters))
            for sql, parameters in asked
        ]

    assert "ix_service_label_start (<expr>>? AND <expr><?)" in plans[0]
    # What each field found is read through, the tables are not.
    assert not any(re.search(r"SCAN (?!anon_|\(subquery)", plan) for plan in plans), plans


def test_a_common_word_is_found_like_a_rare_one(sqlite_house):
    """Of few matches the ids are asked for first, of many not: both find the same rows."""
    from runtime.records import searching

    house = sqlite_house
    with house.records() as records:
        records.load_many("service", [
            {"client": house.ids["acme"], "product": house.ids["hosting"], "label": f"many{n:03}"}
            for n in range(searching.FEW_MAX + 20)
        ])
        page = records.list("service", ListQuery(search="many", size=200))
        narrower = records.list("service", ListQuery(search="many00"))

    assert page.count.number == searching.FEW_MAX + 20
    assert narrower.count.number == 10


@pytest.mark.parametrize(("asked", "found"), [
    ("acme office", ["Acme"]), ("office acme", ["Acme"]), ("ac of", ["Acme"]),
    ("acme nobody", []), ("bolt acme", []),
])
def test_words_of_a_search_may_stand_in_several_fields(house, asked, found):
    with house.records("sam") as records:
        rows = records.list("client", ListQuery(search=asked)).rows

    assert [row["name"] for row in rows] == found
