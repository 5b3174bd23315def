"""Only moves change a state, one at a time, by those who may, for a reason that is kept."""

import threading
from datetime import timedelta

import pytest

from runtime.records import Forbidden, MoveRefused, NotFound, ValidationFailed


def status(house, name="web"):
    return house.get("service", house.ids[name])["status"]


def test_a_move_sets_fields_and_stands_in_the_history_with_its_reason(house):
    with house.records("sam") as records:
        record = records.move("service", house.ids["web"], "suspend", {"why": "unpaid"})
        entry = records.history("service", house.ids["web"])[0]

    assert (record["status"], record["reason"]) == ("suspended", "unpaid")
    assert (entry.action, entry.move, entry.reason) == ("move", "suspend", "unpaid")
    assert (entry.from_state, entry.to_state, entry.actor_name) == ("active", "suspended", "Sam")


def test_a_move_from_another_state_is_refused_in_words(house):
    with house.records("sam") as records, pytest.raises(MoveRefused) as refused:
        records.move("service", house.ids["web"], "unsuspend")

    assert str(refused.value) == "Unsuspend is not possible while it is Active."
    assert status(house) == "active"


def test_a_move_expects_the_state_that_was_seen(house):
    with house.records("sam") as records:
        records.move("service", house.ids["web"], "suspend", {"why": "x"}, expected="active")
        with pytest.raises(MoveRefused, match="It is Suspended meanwhile"):
            records.move("service", house.ids["web"], "unsuspend", expected="active")


def test_a_move_is_a_right_of_its_own(house):
    """Pola may suspend but not activate; Rea may see; Mia may end, which staff roles may not."""
    web = house.ids["web"]
    with house.records("rea") as records, pytest.raises(Forbidden):
        records.move("service", web, "suspend", {"why": "x"})
    with house.records("mia") as records, pytest.raises(Forbidden) as refused:
        records.move("service", web, "suspend", {"why": "x"})
    with house.records("sam") as records, pytest.raises(Forbidden):
        records.move("service", web, "end")
    with house.records("mia") as records:
        records.move("service", web, "end")

    assert "suspend is made by system or staff only" in refused.value.decision.detail
    assert str(refused.value) == "Your account does not allow it."
    assert status(house) == "ended"


def test_a_condition_refuses_with_its_own_sentence(house):
    with house.records() as records:
        records.update("service", house.ids["web"], {"label": "keep"})
    with house.records("mia") as records:
        record = records.get("service", house.ids["web"])
        offered = {move.name: move.refused for move in records.moves("service", record)}
        with pytest.raises(MoveRefused, match="This one is kept"):
            records.move("service", house.ids["web"], "end")

    assert offered == {"end": "This one is kept"}


def test_a_guard_of_an_extension_refuses_inside_the_transaction(house):
    with house.records("sam") as records:
        records.move("service", house.ids["web"], "suspend", {"why": "x"})
    house.clock.advance(timedelta(days=60))
    with house.records("sam") as records, pytest.raises(MoveRefused, match="paid time is over"):
        records.move("service", house.ids["web"], "unsuspend")

    assert status(house) == "suspended"


def test_answers_are_checked_like_a_form(house):
    with house.records("sam") as records:
        for answers, field in (({}, "why"), ({"why": "x" * 81}, "why"),
                               ({"why": "x", "more": 1}, "more")):
            with pytest.raises(ValidationFailed) as refused:
                records.move("service", house.ids["web"], "suspend", answers)
            assert list(refused.value.problems) == [field]


def test_force_goes_to_the_state_that_is_chosen(house):
    with house.records("boss") as records:
        asked = records.questions("service", "force")
        with pytest.raises(ValidationFailed) as refused:
            records.move("service", house.ids["web"], "force", {"to": "nonsense", "why": "x"})
        record = records.move("service", house.ids["web"], "force", {"to": "fraud", "why": "x"})

    assert list(asked) == ["to", "why"]
    assert list(refused.value.problems) == ["to"]
    assert record["status"] == "fraud"


def test_available_moves_are_those_of_state_kind_and_role(house):
    def offered(actor):
        with house.records(actor) as records:
            record = records.get("service", house.ids["web"])
            return [move.name for move in records.moves("service", record)]

    assert offered("sam") == ["suspend"]
    assert offered("mia") == ["end"]
    assert offered("rea") == []
    assert offered("boss") == ["suspend", "end", "force"]


def test_of_two_moves_at_once_one_wins(house):
    outcomes = []
    barrier = threading.Barrier(2, timeout=20)

    def end():
        barrier.wait()
        try:
            with house.panel.records(house.actor("boss")) as records:
                records.move("service", house.ids["web"], "suspend", {"why": "x"})
            outcomes.append("moved")
        except MoveRefused:
            outcomes.append("refused")

    house.actor("boss")
    threads = [threading.Thread(target=end) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(outcomes) == ["moved", "refused"]
    entries = [row for row in house.stored("activity")
               if row["move"] == "suspend" and row["record_id"] == house.ids["web"]]
    assert len(entries) == 1


def test_a_job_leads_on_from_the_state_in_between(house):
    def deploy(label):
        made = house.create("service", client=house.ids["acme"], product=house.ids["hosting"],
                            label=label)
        with house.records() as records:
            between = records.move("service", made, "deploy")
        return between["status"], house.get("service", made)["status"]

    assert deploy("fine") == ("deploying", "active")
    assert deploy("impossible") == ("deploying", "pending")


def test_no_person_ends_a_move_that_waits(house):
    with house.records("boss") as records, pytest.raises(Forbidden):
        records.finish_move("service", house.ids["web"], "deploy", succeeded=True)


def test_extensions_are_told_after_the_commit_only(house):
    from panelwright_extension_shop_rules import MOVED

    MOVED.clear()
    with pytest.raises(RuntimeError), house.records("sam") as records:
        records.move("service", house.ids["web"], "suspend", {"why": "x"})
        raise RuntimeError
    assert MOVED == []
    with house.records("sam") as records:
        records.move("service", house.ids["web"], "suspend", {"why": "x"})
        assert MOVED == []

    assert [("service", house.ids["web"], "suspend", "active", "suspended")] == MOVED


def test_bulk_moves_answer_for_each_row(house):
    with house.records("sam") as records:
        result = records.bulk("service", [house.ids["web"], house.ids["mail"], 999], "suspend",
                              answers={"why": "x"})
        again = records.bulk("service", [house.ids["web"]], "suspend", answers={"why": "x"})

    assert result.done == (house.ids["web"], house.ids["mail"])
    assert list(result.refused) == [999]
    assert again.refused == {house.ids["web"]: "Suspend is not possible while it is Suspended."}


def test_an_unknown_move_is_not_found(house):
    with house.records("boss") as records, pytest.raises(NotFound):
        records.move("service", house.ids["web"], "nonsense")
