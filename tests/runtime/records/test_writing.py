"""Creating and changing rows: what is checked, what is filled in, what is refused."""

import threading

import pytest
from sqlalchemy import update

from config.values.money import Money
from runtime.database import as_system
from runtime.records import (
    ChildEdit,
    Conflict,
    Forbidden,
    ListQuery,
    NotFound,
    ValidationFailed,
)


def problems(house, entity, values, by="system"):
    with house.records(by) as records, pytest.raises(ValidationFailed) as refused:
        records.create(entity, values)
    return refused.value.problems


def service(house, **values):
    return {"client": house.ids["acme"], "product": house.ids["hosting"], "label": "new", **values}


def test_a_new_row_gets_defaults_numbers_and_the_start_of_its_machine(house):
    with house.records("sam") as records:
        record = records.create("service", service(house))

    assert (record["status"], record["number"]) == ("pending", "S-0003")
    assert record["created_at"] == house.clock.now()
    assert record.version == 1


def test_all_problems_of_a_form_are_told_at_once(house):
    assert problems(house, "service", {"client": 999, "label": "x" * 41}) == {
        "client": ("Choose one that exists.",),
        "product": ("Enter a value.",),
        "label": ("Enter at most 40 characters.",),
    }


def test_a_link_outside_its_limits_is_refused(house):
    assert problems(house, "service", service(house, product=house.ids["legacy"])) == {
        "product": ("This one cannot be chosen here.",),
    }


def test_a_link_to_any_takes_the_entities_named_only(house):
    note = {"text": "x"}
    assert list(problems(house, "note", {**note, "about": ("client", house.ids["acme"])})) == [
        "about"]
    assert list(problems(house, "note", {**note, "about": ("service", 999)})) == ["about"]
    assert list(problems(house, "note", {**note, "about": ("nonsense", 1)})) == ["about"]


def test_a_field_that_is_not_shown_is_not_written(house):
    german = house.create("client", name="A", country="DE", vat_id="123")
    polish = house.create("client", name="B", country="PL", vat_id="123")

    assert house.get("client", german)["vat_id"] is None
    assert house.get("client", polish)["vat_id"] == "123"


def test_a_condition_makes_a_field_required_while_it_is_shown(house):
    assert problems(house, "client", {"name": "A", "country": "PL", "vip": True}) == {
        "vat_id": ("Enter a value.",)
    }
    house.create("client", name="A", country="DE", vip=True)
    with house.records() as records, pytest.raises(ValidationFailed) as refused:
        records.update("client", house.ids["acme"], {"vip": True})
    assert list(refused.value.problems) == ["vat_id"]


def test_a_rule_that_is_broken_undoes_the_whole_write(house):
    with house.records() as records:
        with pytest.raises(ValidationFailed) as refused:
            records.update("service", house.ids["web"], {"paid_until": None})
        assert records.get("service", house.ids["web"])["paid_until"] is not None

    assert refused.value.problems == {
        "paid_until": ("An active service is paid until some moment",)
    }


def test_what_may_exist_once_is_told_on_its_field(house):
    assert problems(house, "client", {"name": "x", "email": "office@acme.example"}) == {
        "email": ("Another client has this Email.",)
    }
    assert problems(house, "service", service(house, label="web")) == {
        "label": ("The client already has a service of this name",)
    }


def test_two_who_take_one_name_at_once_make_one_row(house):
    """Each has looked before either has written; on SQLite the second waits."""
    barrier, told = threading.Barrier(2, timeout=20), []

    def add():
        try:
            with house.panel.records(house.actor("sam")) as records:
                if house.panel.engine.dialect.name == "postgresql":
                    barrier.wait()
                records.create("client", {"name": "x", "email": "same@example.com"})
        except ValidationFailed as refused:
            told.append(refused.problems)

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert told == [{"email": ("Another client has this Email.",)}]
    assert [row["email"] for row in house.stored("client")].count("same@example.com") == 1


def test_the_database_is_asked_again_when_it_refuses(house, monkeypatch):
    """As if the other row had come between the question and the write."""
    from runtime.records import unique

    asked = []
    real = unique.check

    def check(work, draft):
        asked.append(draft)
        if len(asked) > 1:
            real(work, draft)

    monkeypatch.setattr(unique, "check", check)
    assert problems(house, "client", {"name": "x", "email": "office@acme.example"}) == {
        "email": ("Another client has this Email.",)
    }
    assert house.get("client", house.ids["acme"]).title == "Acme"


def test_a_slug_is_made_of_the_name_and_is_free(house):
    with house.records() as records:
        first = records.create("product", {"name": {"en": "Żółty serwer"}})
        second = records.create("product", {"name": {"en": "Żółty serwer"}})

    assert (first["key"], second["key"]) == ("zolty-serwer", "zolty-serwer-2")


def test_a_text_in_several_languages_needs_the_first(house):
    assert list(problems(house, "product", {"name": {"pl": "Strona"}})) == ["name"]
    with house.records() as records:
        product = records.create("product", {"name": {"en": "Site", "pl": "Strona"}})
    assert dict(product["name"]) == {"en": "Site", "pl": "Strona"}


def test_positions_stay_without_gaps_whatever_happens(house):
    def order(records, parent):
        rows = records.list("service_line").rows
        mine = [records.get("service_line", row.id) for row in rows]
        return [row["name"] for row in sorted(
            (row for row in mine if row["service"] == parent), key=lambda row: row["position"])]

    web, mail = house.ids["web"], house.ids["mail"]
    with house.records() as records:
        ids = {
            name: records.create("service_line", {
                "service": web, "name": name, "amount": Money(1, "EUR")}).id
            for name in ("a", "b", "c")
        }
        records.reorder("service_line", ids["c"], "position", "up")
        assert order(records, web) == ["line of web", "a", "c", "b"]
        records.update("service_line", ids["b"], {"position": 1})
        assert order(records, web) == ["b", "line of web", "a", "c"]
        records.update("service_line", ids["a"], {"service": mail})
        assert order(records, web) == ["b", "line of web", "c"]
        assert order(records, mail) == ["line of mail", "a"]
        records.delete("service_line", ids["b"])
        first = records.create("service_line", {
            "service": web, "name": "first", "amount": Money(1, "EUR"), "position": 1})
        assert order(records, web) == ["first", "line of web", "c"]
        assert first["position"] == 1

    places = sorted(row["position"] for row in house.stored("service_line")
                    if row["service_id"] == web)
    assert places == [1, 2, 3]


def test_one_owner_at_most_and_the_former_one_is_in_the_history(house):
    rows = {row["user_id"]: row for row in house.stored("client_user")
            if row["client_id"] == house.ids["acme"]}
    anna, mia = rows[house.ids["anna"]]["id"], rows[house.ids["mia"]]["id"]
    with house.records("boss") as records:
        records.update("client_user", mia, {"owner": True})
        history = records.history("client_user", anna)

    owners = {row["id"] for row in house.stored("client_user") if row["owner"]}
    assert mia in owners
    assert anna not in owners
    assert history[0].fields == {"owner": (True, False)}


def test_numbers_have_no_gap_after_a_failure(house):
    with house.records() as records:
        with pytest.raises(ValidationFailed):
            records.create("service", service(house, label="web"))
        with pytest.raises(ValidationFailed):
            records.create("service", service(house, product=None))
        made = records.create("service", service(house))

    assert made["number"] == "S-0003"


def test_numbers_are_without_gaps_when_many_take_them_at_once(house):
    def add(number):
        with house.panel.records(house.actor("sam")) as records:
            records.create("service", service(house, label=f"at-once-{number}"))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    numbers = sorted(row["number"] for row in house.stored("service")
                     if row["client_id"] == house.ids["acme"])
    assert numbers == [f"S-{number:04}" for number in range(1, 9)]


def test_an_old_version_is_refused_with_what_each_changed(house):
    with house.records("sam") as records:
        read = records.get("client", house.ids["acme"])
        records.update("client", read.id, {"country": "FR"}, version=read.version)
    with house.records("boss") as records, pytest.raises(Conflict) as conflict:
        both = {"name": "Acme Ltd", "country": "PL"}
        records.update("client", read.id, both, version=read.version)

    assert conflict.value.current["country"] == "FR"
    assert conflict.value.current.version == 2
    assert conflict.value.submitted == {"name": "Acme Ltd", "country": "PL"}
    assert conflict.value.theirs == {"country"}
    assert conflict.value.mine == {"name"}
    assert house.get("client", read.id).title == "Acme"


def test_a_conflict_does_not_tell_about_hidden_fields(house):
    with house.records() as records:
        records.update("client", house.ids["acme"], {"credit": Money(1, "EUR")})
    with house.records("sam") as records, pytest.raises(Conflict) as conflict:
        records.update("client", house.ids["acme"], {"name": "x"}, version=1)

    assert conflict.value.theirs == frozenset()
    assert "credit" not in conflict.value.current


def test_moves_do_not_count_as_edits(house):
    with house.records("sam") as records:
        before = records.get("service", house.ids["web"])
        records.move("service", house.ids["web"], "suspend", {"why": "x"})
        after = records.update("service", house.ids["web"], {"label": "y"}, version=before.version)

    assert after.version == before.version + 1


def test_an_edit_that_changes_nothing_leaves_no_trace(house):
    with house.records("sam") as records:
        before = records.get("client", house.ids["acme"])
        records.update("client", before.id, {"name": "Acme"}, version=before.version)
        after = records.get("client", before.id)

        assert len(records.history("client", before.id)) == 1
    assert after.version == before.version


def test_inline_rows_are_made_changed_and_removed_with_their_parent(house):
    with house.records("boss") as records:
        record = records.create("service", service(house), children={"lines": [
            ChildEdit(None, {"name": "one", "amount": Money(1_000_000, "EUR")}),
            ChildEdit(None, {"name": "two", "amount": Money(2_000_000, "EUR")}),
        ]})
        lines = {row["name"]: row["id"] for row in house_lines(records, record.id)}
        changed = records.update("service", record.id, {}, version=1, children={"lines": [
            ChildEdit(lines["one"], {"amount": Money(5_000_000, "EUR")}),
            ChildEdit(lines["two"], remove=True),
        ]})

    assert record["total"] == Money(3_000_000, "EUR")
    assert changed["total"] == Money(5_000_000, "EUR")
    assert changed.version == 2


def house_lines(records, parent):
    return records.list("service_line", ListQuery(
        parent=("service", parent), columns=("id", "name"))).rows


def test_problems_of_inline_rows_name_the_row_and_undo_everything(house):
    before = len(house.stored("service"))
    with house.records("boss") as records, pytest.raises(ValidationFailed) as refused:
        records.create("service", service(house), children={"lines": [
            ChildEdit(None, {"name": "fine", "amount": Money(1, "EUR")}),
            ChildEdit(None, {"name": "n" * 41}),
        ]})

    assert refused.value.children == {"lines": {1: {
        "name": ("Enter at most 40 characters.",), "amount": ("Enter a value.",),
    }}}
    assert len(house.stored("service")) == before


def test_parts_are_made_in_the_same_transaction(house):
    with house.records("boss") as records:
        made = records.create("client", {"name": "New"}, parts={
            "owner": {"email": "new@example.com"}, "ownership": {}})
        again = records.create("client", {"name": "Second"}, parts={
            "owner": {"email": "new@example.com"}, "ownership": {}})

    users = [row for row in house.stored("user") if row["email"] == "new@example.com"]
    links = [row for row in house.stored("client_user") if row["user_id"] == users[0]["id"]]
    assert len(users) == 1
    assert [(row["client_id"], row["owner"]) for row in links] == [
        (made.id, True), (again.id, True)]


def test_a_problem_of_a_part_undoes_the_row(house):
    with house.records("boss") as records, pytest.raises(ValidationFailed) as refused:
        records.create("client", {"name": "New"}, parts={"owner": {}, "ownership": {}})

    assert refused.value.parts == {"owner": {"email": ("Enter a value.",)}}
    assert "New" not in [row["name"] for row in house.stored("client")]


def test_parts_need_the_right_to_make_them(house):
    with house.records("sam") as records, pytest.raises(Forbidden):
        records.create("client", {"name": "New"}, parts={
            "owner": {"email": "new@example.com"}, "ownership": {}})

    assert "New" not in [row["name"] for row in house.stored("client")]


def test_a_refused_call_inside_a_transaction_leaves_the_rest_of_it(house):
    with house.records() as records:
        records.create("client", {"name": "kept"})
        with pytest.raises(ValidationFailed):
            records.create("service", service(house, label="web"))

    assert "kept" in [row["name"] for row in house.stored("client")]


def test_a_row_that_vanished_is_not_found(house):
    with as_system(house.panel.engine) as connection:
        table = house.panel.generated.entities["note"].table
        connection.execute(update(table).values(deleted_at=house.clock.now()))
    with house.records("sam") as records:
        for call in (
            lambda: records.update("note", house.ids["web_note"], {"text": "x"}),
            lambda: records.delete("note", house.ids["web_note"]),
            lambda: records.get("note", house.ids["web_note"]),
        ):
            with pytest.raises(NotFound):
                call()


def test_an_amount_has_the_currency_that_its_client_has(house):
    with house.records() as records:
        polish = records.create("client", {"name": "P", "currency": "PLN"}).id
        made = records.create("service", service(house, client=polish, cost=Money(5, "XXX")))
        with pytest.raises(ValidationFailed) as refused:
            records.create("service", service(
                house, client=polish, label="other", cost=Money(5, "EUR")))
        listed = records.list("service", ListQuery(
            parent=("client", polish), columns=("label", "cost")))

    assert made["cost"] == Money(5, "PLN")
    assert refused.value.problems == {"cost": ("Enter an amount in PLN.",)}
    assert [row["cost"] for row in listed.rows] == [Money(5, "PLN")]
    with house.records("fin") as records:
        seen = records.get("service", made.id)
    assert seen["cost"] == Money(5, "PLN")


def test_an_empty_form_tells_the_problems_of_its_parts_in_the_first_round(house):
    with house.records("boss") as records, pytest.raises(ValidationFailed) as refused:
        records.create("client", {"currency": None}, parts={"owner": {}})

    # The currency was left empty: it becomes the default.
    assert refused.value.problems == {"name": ("Enter a value.",)}
    assert refused.value.parts == {"owner": {"email": ("Enter a value.",)}}
    assert [row["name"] for row in house.stored("client") if row["name"] is None] == []


def test_a_part_that_is_taken_as_it_is_has_no_problems(house):
    with house.records("boss") as records, pytest.raises(ValidationFailed) as refused:
        known = records.get("user", house.ids["anna"])["email"]
        records.create("client", {}, parts={"owner": {"email": known}})

    assert list(refused.value.problems) == ["name"]
    assert refused.value.parts == {}


def test_an_empty_form_tells_the_problems_of_its_inline_rows_in_the_first_round(house):
    lines = {"lines": [ChildEdit(None, {"name": "good", "amount": Money(1, "EUR")}),
                       ChildEdit(None, {"name": ""})]}
    told = {"lines": {1: {"name": ("Enter a value.",), "amount": ("Enter a value.",)}}}
    with house.records() as records:
        with pytest.raises(ValidationFailed) as refused:
            records.create("service", {"label": "x" * 41}, children=lines)
        assert set(refused.value.problems) == {"client", "product", "label"}
        assert refused.value.children == told

        with pytest.raises(ValidationFailed) as refused:
            records.update("service", house.ids["web"], {"label": ""}, children=lines)
        assert set(refused.value.problems) == {"label"}
        assert refused.value.children == told
    assert len(house.stored("service_line")) == len(house.stored("service"))


def test_what_is_wrong_with_a_form_is_told_without_writing_it(house):
    before = house.stored("client")
    with house.records("boss") as records:
        fine = records.problems("client", None, {"name": "new"}, parts={"owner": {
            "email": "new@example.com"}})
        wrong = records.problems("client", house.ids["acme"], {"name": ""})

    assert (fine.problems, fine.children, fine.parts) == ({}, {}, {})
    assert wrong.problems == {"name": ("Enter a value.",)}
    assert house.stored("client") == before
