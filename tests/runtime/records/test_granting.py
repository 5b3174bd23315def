"""Nobody grants what they do not hold."""

from dataclasses import replace

import pytest

from runtime.records import ValidationFailed

RIGHTS = frozenset({"manage_services"})


@pytest.fixture
def manager(house):
    """Return the gate for a member who also decides about the people of their company."""

    def opened(name):
        actor = replace(house.actor(name), roles=frozenset({"people_manager"}))
        return house.panel.records(actor)

    return opened


def membership(house, user):
    [row] = [row for row in house.stored("client_user") if row["user_id"] == house.ids[user]]
    return row


@pytest.mark.parametrize("who", ["anna", "mia"])
def test_a_right_is_given_by_who_holds_it_or_holds_everything(house, manager, who):
    ben = membership(house, "ben")["id"]
    with manager(who) as records:
        records.update("client_user", ben, {"permissions": RIGHTS})

    assert membership(house, "ben")["permissions"] == "|manage_services|"


def test_a_right_is_not_given_by_who_does_not_hold_it(house, manager):
    before = house.stored("client_user")
    theirs = [membership(house, name)["id"] for name in ("ben", "anna")]
    with manager("ben") as records:
        for row_id in theirs:
            with pytest.raises(ValidationFailed) as refused:
                records.update("client_user", row_id, {"permissions": RIGHTS})
            assert refused.value.problems == {"permissions": (
                "You can give only rights that you hold yourself, not: See and manage services.",
            )}
        with pytest.raises(ValidationFailed):
            records.create("client_user", {
                "client": house.ids["acme"], "user": house.ids["olga"], "permissions": RIGHTS,
            })

    assert house.stored("client_user") == before


def test_a_right_is_taken_away_and_kept_by_whoever_may_decide(house, manager):
    mia = membership(house, "mia")["id"]
    with manager("ben") as records:
        records.update("client_user", mia, {"permissions": RIGHTS})
        records.update("client_user", mia, {"permissions": frozenset()})
        with pytest.raises(ValidationFailed):
            records.update("client_user", mia, {"permissions": RIGHTS})

    assert membership(house, "mia")["permissions"] is None


def test_a_right_held_elsewhere_counts_for_nothing_here(house, manager):
    house.create("client_user", client=house.ids["bolt"], user=house.ids["ben"],
                 permissions=RIGHTS)
    carl = membership(house, "carl")["id"]
    with house.records() as records:
        records.update("client_user", carl, {"permissions": frozenset()})
    house._actors.clear()

    with manager("ben") as records, pytest.raises(ValidationFailed):
        records.update("client_user", carl, {"permissions": RIGHTS})


@pytest.mark.parametrize(("who", "may"), [("anna", True), ("mia", False), ("ben", False)])
def test_everything_is_given_only_by_who_holds_everything(house, manager, who, may):
    ben = membership(house, "ben")["id"]
    with manager(who) as records:
        if may:
            records.update("client_user", ben, {"owner": True})
        else:
            with pytest.raises(ValidationFailed) as refused:
                records.update("client_user", ben, {"owner": True})
            assert list(refused.value.problems) == ["owner"]

    assert membership(house, "ben")["owner"] is may


def test_staff_and_the_panel_give_any_right(house):
    ben = membership(house, "ben")["id"]
    for who in ("boss", "system"):
        with house.records(who) as records:
            records.update("client_user", ben, {"permissions": frozenset()})
            records.update("client_user", ben, {"permissions": RIGHTS})

    assert membership(house, "ben")["permissions"] == "|manage_services|"
