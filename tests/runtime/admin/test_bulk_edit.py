"""One value written into many rows: asked in two steps, refused row by row."""

import pytest

from tests.runtime.admin.staff_browser import words


def ids(house, *names):
    rows = {row["name"]: row["id"] for row in house.stored("client")}
    return [str(rows[name]) for name in names]


def send(person, ids, dialog=False, **values):
    return person.post(
        "/admin/client/bulk", dialog=dialog, action="edit", id=ids, back="/admin/client/", **values
    )


def test_first_the_fields_are_chosen_then_their_values(staff, house):
    both = ids(house, "Acme", "Bolt")
    boss = staff("boss")

    asked = send(boss, both)
    assert 'name="change" value="country"' in asked.text
    assert 'value="email"' not in asked.text, "each row has its own address"
    values = send(boss, both, which="1", change=["country", "vip"])
    assert 'name="country"' in values.text
    assert 'name="vip"' in values.text
    answer = send(boss, both, change=["country"], confirmed="1", country="FR")

    assert answer.status_code == 303
    assert {row["country"] for row in house.stored("client")} == {"FR"}
    with house.records() as records:
        change = records.history("client", int(both[0]))[0]
    assert change.fields["country"] == ("PL", "FR")


def test_no_field_chosen_is_told(desk, sqlite_house):
    answer = send(desk("boss"), ids(sqlite_house, "Acme"), which="1")

    assert answer.status_code == 422
    assert "Choose at least one field." in words(answer.text)


def test_rows_that_refuse_are_listed_with_their_reason(desk, sqlite_house):
    chosen = ids(sqlite_house, "Acme", "Bolt")
    answer = send(desk("boss"), chosen, change=["vip"], confirmed="1", vip="yes")

    # A VIP in Poland needs a VAT number, which Acme has not.
    assert answer.status_code == 200
    assert "1 row stays as it is" in words(answer.text)
    assert "Acme" in words(answer.text).partition("stays as it is")[2]
    assert [row["vip"] for row in sqlite_house.stored("client")] == [False, True]


def test_a_value_of_the_wrong_kind_is_told_and_changes_nothing(desk, sqlite_house):
    answer = send(
        desk("boss"), ids(sqlite_house, "Acme"), change=["country"], confirmed="1", country="XX"
    )

    assert answer.status_code == 422
    assert sqlite_house.stored("client")[0]["country"] == "PL"


@pytest.mark.parametrize(("person", "field"), [
    ("sam", "credit"), ("boss", "services"), ("boss", "created_at"),
    ("boss", "__class__"),
])
def test_a_field_that_may_not_be_edited_is_not_taken(desk, sqlite_house, person, field):
    answer = send(
        desk(person), ids(sqlite_house, "Acme"), which="1", confirmed="1", change=[field],
        **{field: "1"},
    )

    assert answer.status_code == 422


def test_who_may_edit_nothing_is_refused(desk, sqlite_house):
    assert send(desk("rea"), ids(sqlite_house, "Acme")).status_code == 403
    assert 'value="edit"' not in desk("rea").page("/admin/client/")
    assert 'name="action" value="edit"' in desk("boss").page("/admin/client/")
