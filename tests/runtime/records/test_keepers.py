"""Somebody must stay who may manage staff, whatever takes the last one away."""

import threading

import pytest

from runtime.records import ListQuery, ValidationFailed

SAID = "Somebody must stay who may manage staff."


def switch_off(house, records):
    records.update("staff", house.ids["boss"], {"enabled": False})


def delete(house, records):
    records.delete("staff", house.ids["boss"])


def take_the_roles_of_the_group(house, records):
    records.update("staff_group", house.ids["group boss"], {"roles": frozenset(["support"])})


def leave_the_group(house, records):
    query = ListQuery(parent=("staff", house.ids["boss"]))
    for row in records.list("staff_membership", query).rows:
        records.delete("staff_membership", row.id)


def delete_the_group(house, records):
    records.delete("staff_group", house.ids["group boss"])


WAYS = [switch_off, delete, take_the_roles_of_the_group, leave_the_group, delete_the_group]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_last_who_may_manage_staff_stays(house, way):
    before = [house.stored(each) for each in ("staff", "staff_group", "staff_membership")]

    with pytest.raises(ValidationFailed) as refused, house.records("boss") as records:
        way(house, records)

    assert str(refused.value) == SAID
    assert before == [house.stored(each) for each in ("staff", "staff_group", "staff_membership")]


@pytest.mark.parametrize("way", [switch_off, delete, leave_the_group], ids=lambda way: way.__name__)
def test_one_of_two_who_may_manage_staff_may_go(house, way):
    with house.records() as records:
        records.update("staff", house.ids["gus"], {"enabled": True})

    with house.records("boss") as records:
        way(house, records)


def test_roles_may_move_from_the_group_to_the_person_in_one_go(house):
    with house.records("boss") as records:
        records.update("staff", house.ids["boss"], {"roles": frozenset(["boss"])})
        take_the_roles_of_the_group(house, records)


def test_a_group_within_another_makes_a_keeper_too(house):
    with house.records() as records:
        outer = records.create("staff_group", {"name": "Outer"}).id
        records.create("staff_group_part", {"whole": outer, "part": house.ids["group boss"]})
        records.create("staff_membership", {"staff": house.ids["sam"], "staff_group": outer})

    with house.records("boss") as records:
        switch_off(house, records)


def test_the_panel_itself_may_take_the_last_one_away(house):
    with house.records() as records:
        switch_off(house, records)


def test_two_who_switch_each_other_off_at_once_do_not_both_go(house):
    with house.records() as records:
        records.update("staff", house.ids["gus"], {"enabled": True})
    started, refused = threading.Barrier(2), []

    def switch(by, whom):
        actor = house.actor(by)
        started.wait()
        try:
            with house.panel.records(actor) as records:
                records.update("staff", house.ids[whom], {"enabled": False})
        except ValidationFailed as problem:
            refused.append(str(problem))

    threads = [threading.Thread(target=switch, args=pair) for pair in
               (("boss", "gus"), ("gus", "boss"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert refused == [SAID]
