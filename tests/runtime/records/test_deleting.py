"""Trash, restore, purge, and what keeps a row from going."""

from dataclasses import replace

import pytest

from runtime.records import Forbidden, ListQuery, NotFound, StillReferenced, ValidationFailed


def test_a_row_goes_to_the_trash_and_comes_back(house):
    note = house.ids["web_note"]
    with house.records("sam") as records:
        records.delete("note", note)
        with pytest.raises(NotFound):
            records.get("note", note)
        trashed = records.list("note", ListQuery(trash=True)).rows
        living = records.list("note").rows
        records.restore("note", note)

        assert [row.id for row in trashed] == [note]
        assert note not in [row.id for row in living]
        assert records.get("note", note).deleted_at is None


def test_purging_needs_its_own_right_and_the_trash_first(house):
    note = house.ids["web_note"]
    with house.records("boss") as records, pytest.raises(NotFound):
        records.purge("note", note)
    with house.records("sam") as records:
        records.delete("note", note)
        with pytest.raises(Forbidden):
            records.purge("note", note)
    with house.records("boss") as records:
        records.purge("note", note)
        with pytest.raises(NotFound):
            records.get("note", note, trash=True)

    assert note not in [row["id"] for row in house.stored("note")]


def test_rows_that_are_needed_stay_and_their_users_are_named(house):
    with house.records("boss") as records, pytest.raises(StillReferenced) as refused:
        records.delete("client", house.ids["acme"])

    assert str(refused.value) == "still used by Service (2: web Hosting, mail Hosting)"
    assert house.get("client", house.ids["acme"]).title == "Acme"


def test_a_hindrance_out_of_sight_is_counted_and_not_named(house):
    with house.records() as records:
        records.update("service", house.ids["mail"], {"client": house.ids["bolt"]})
    only_clients = replace(house.actor("pola"), roles=frozenset({"remover"}))
    with house.panel.records(only_clients) as records, pytest.raises(StillReferenced) as refused:
        records.delete("client", house.ids["acme"])

    assert str(refused.value) == "still used by Service (1)"


def test_whether_a_row_may_go_is_known_before_it_is_tried(house):
    fresh = house.create("client", name="Fresh")
    kept = house.create("client", name="Kept", vip=True)
    with house.records("boss") as records:
        said = {
            name: records.can("delete", "client", records.get("client", row_id))
            for name, row_id in (("acme", house.ids["acme"]), ("fresh", fresh), ("kept", kept))
        }
        acme = records.get("client", house.ids["acme"])

        assert [name for name, decision in said.items() if decision] == ["fresh"]
        assert "2: web Hosting, mail Hosting" in said["acme"].reason
        assert said["kept"].reason == "A VIP is never deleted"
        assert records.may("delete", "client", acme)
        found = records.removal("client", acme.id)

    assert [(each.entity, each.count) for each in found.references] == [("service", 2)]
    assert [row.id for row in found.references[0].rows] == [house.ids["web"], house.ids["mail"]]


def test_foreseeing_a_deletion_changes_nothing(house):
    before = house.stored("client"), house.stored("client_user"), house.stored("activity")
    client = house.ids["acme"]
    with house.panel.reading(house.actor("boss")) as records:
        found = records.removal("client", client, purge=True)

    assert {model.name for model, _ in found.leaving} == {"client", "client_user"}
    after = house.stored("client"), house.stored("client_user"), house.stored("activity")
    assert after == before


def test_what_is_out_of_sight_is_not_foreseen_for_anybody(house):
    with house.records("pola") as records, pytest.raises(NotFound):
        records.removal("client", house.ids["bolt"])


def test_rules_keep_a_row(house):
    with house.records() as records:
        client = records.create("client", {"name": "V", "country": "DE", "vip": True})
        with pytest.raises(ValidationFailed) as refused:
            records.delete("client", client.id)

    assert refused.value.problems == {"": ("A VIP is never deleted",)}


def test_links_are_cleared_and_rows_taken_along_when_a_row_is_gone_for_good(house):
    with house.records() as records:
        client = records.create("client", {"name": "Gone"})
        link = records.create("client_user", {"client": client.id, "user": house.ids["ben"]})
        note = records.create("note", {"text": "of gone", "client": client.id})
        records.delete("client", client.id)
        assert records.get("client_user", link.id)["client"] == client.id
        records.purge("client", client.id)
        with pytest.raises(NotFound):
            records.get("client_user", link.id)

        assert records.get("note", note.id)["client"] is None
    entries = [row for row in house.stored("activity")
               if row["record_entity"] == "client_user" and row["record_id"] == link.id]
    assert [row["action"] for row in entries] == ["create", "delete"]


def test_a_value_may_be_taken_while_its_row_is_in_the_trash_and_then_a_restore_is_told(house):
    with house.records() as records:
        first = records.create("client", {"name": "One", "email": "one@example.com"})
        records.delete("client", first.id)
        records.create("client", {"name": "Two", "email": "one@example.com"})
        with pytest.raises(ValidationFailed) as refused:
            records.restore("client", first.id)

    assert list(refused.value.problems) == ["email"]


def test_deleting_what_one_may_only_see_is_forbidden(house):
    with house.records("rea") as records, pytest.raises(Forbidden) as refused:
        records.delete("client", house.ids["acme"])

    assert refused.value.decision.reason == "no role of yours allows to delete Client"


def test_the_log_cannot_be_changed_through_the_gate(house):
    with house.records() as records:
        entry = records.list("activity").rows[0]
        for call in (
            lambda: records.update("activity", entry.id, {"reason": "x"}),
            lambda: records.delete("activity", entry.id),
        ):
            with pytest.raises(Forbidden):
                call()


def test_the_trash_of_an_entity_without_one_is_a_mistake(house):
    with house.records() as records, pytest.raises(ValidationFailed):
        records.list("service", ListQuery(trash=True))


def test_who_may_not_delete_does_not_look_into_the_trash(house):
    with house.records("sam") as records:
        records.delete("note", house.ids["web_note"])
    with house.records("mia") as records:
        with pytest.raises(NotFound):
            records.get("note", house.ids["web_note"], trash=True)
        assert records.list("note", ListQuery(trash=True)).rows == []
