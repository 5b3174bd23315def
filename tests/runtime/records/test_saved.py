"""Saved views: everybody's own, and what they share."""

import pytest

from runtime.records import Filter, Forbidden, ListQuery, NotFound, ValidationFailed

PAIRS = [("f.country", "PL"), ("col", "name"), ("col", "email")]


def keep(house, by, name="Polish", pairs=PAIRS, **values):
    with house.records(by) as records:
        return records.keep_view("client", {"name": name, **values}, pairs)


def views(house, by):
    with house.records(by) as records:
        return records.saved_views("client")


def test_a_saved_view_is_its_makers_own(house):
    keep(house, "sam")

    (view,) = views(house, "sam")
    assert (view.name, view.pairs, view.own) == ("Polish", tuple(PAIRS), True)
    assert views(house, "rea") == ()


def test_a_shared_view_is_found_by_all_staff_and_changed_by_its_maker_alone(house):
    id_ = keep(house, "sam", shared=True)

    (view,) = views(house, "rea")
    assert (view.shared, view.own) == (True, False)
    with pytest.raises(NotFound), house.records("rea") as records:
        records.change_view("client", id_, {"name": "Mine now"})
    with pytest.raises(NotFound), house.records("boss") as records:
        records.drop_view("client", id_)
    with house.records("sam") as records:
        records.drop_view("client", id_)
    assert views(house, "rea") == ()


@pytest.mark.parametrize("person", ["anna", "ben", "nil", "anonymous"])
def test_clients_and_strangers_find_and_keep_none(house, person):
    keep(house, "sam", shared=True)

    assert views(house, person) == ()
    with pytest.raises((NotFound, Forbidden)):
        keep(house, person)


def test_a_list_opens_with_one_view(house):
    first = keep(house, "sam", "One", opens=True)
    keep(house, "sam", "Two", opens=True)
    keep(house, "rea", "Three", opens=True, shared=True)

    assert {view.name: view.opens for view in views(house, "sam")} == {
        "One": False, "Two": True, "Three": False,
    }
    with house.records("sam") as records:
        records.change_view("client", first, {"name": "One", "opens": True})
    assert [view.name for view in views(house, "sam") if view.opens] == ["One"]


def test_two_views_of_one_person_have_two_names(house):
    keep(house, "sam")
    keep(house, "rea")

    with pytest.raises(ValidationFailed, match="already have a view"):
        keep(house, "sam")


def test_staff_narrow_lists_by_every_field_they_see_clients_by_those_offered(house):
    asked = ListQuery(filters=(Filter("email", "contains", ("acme",)),))
    linked = ListQuery(filters=(Filter("client.email", "eq", ("office@acme.example",)),))
    hidden = ListQuery(filters=(Filter("credit", "not_null"),))
    own = ListQuery(view="mine", filters=(Filter("vat_id", "eq", ("PL1",)),))

    with house.records("rea") as records:
        assert [row["name"] for row in records.list("client", asked).rows] == ["Acme"]
        found = records.list("service", linked).rows
        assert {row.titles["client"].text for row in found} == {"Acme"}
        with pytest.raises(ValidationFailed, match="may not ask"):
            records.list("client", hidden)
    with house.records("anna") as records:
        with pytest.raises(ValidationFailed, match="cannot be filtered"):
            records.list("client", own)
