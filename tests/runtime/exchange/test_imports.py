"""An import is written in batches, under its person's rights, and goes on where it ended."""

from __future__ import annotations

import pytest

from runtime.actors import SYSTEM
from runtime.exchange import importer
from runtime.exchange.transfers import Transfers, new_worker
from tests.runtime.exchange.files import begin_import, csv_text, found, lines_of, run
from tests.runtime.records.house import House

CLIENTS = {"Name": "name", "Mail": "email", "Country": "country"}
HEADER = tuple(CLIENTS)


def clients(count: int, start: int = 0) -> list[tuple[str, str, str]]:
    return [
        (f"Client {number}", f"c{number}@x.example", "PL")
        for number in range(start, start + count)
    ]


def names(house: House) -> list[str]:
    return [row["name"] for row in house.stored("client")]


def test_good_lines_are_in_and_bad_ones_are_listed_with_their_line(house: House, monkeypatch):
    monkeypatch.setattr(importer, "LINES_AT_ONCE", 10)
    rows = clients(35)
    rows[4] = ("", "c4@x.example", "PL")
    rows[20] = ("Client 20", "no address", "PL")
    rows[33] = ("Client 33", "c1@x.example", "PL")

    id_ = begin_import(house, "boss", "client", csv_text(HEADER, rows), CLIENTS)
    done = run(house, "boss", id_)

    assert (done.state, done.created, done.refused, done.lines_done) == ("done", 32, 3, 36)
    refused = {n: row["problems"] for n, row in lines_of(house, id_).items()
               if row["done"] == "refused"}
    assert refused == {
        6: {"name": ["Enter a value."]},
        22: {"email": ["Enter an e-mail address, such as name@example.com."]},
        35: {"email": ["Another client has this Email."]},
    }
    assert len(names(house)) == 2 + 32


def test_key_changes_the_rows_that_are_there_and_makes_the_others(house: House):
    rows = [("Acme New", "office@acme.example", "PL"), ("Third", "third@x.example", "DE"),
            ("Bolt", "office@bolt.example", "DE")]

    id_ = begin_import(house, "boss", "client", csv_text(HEADER, rows), CLIENTS, key="email")
    done = run(house, "boss", id_)

    assert (done.created, done.updated, done.same) == (1, 1, 1)
    assert names(house) == ["Acme New", "Bolt", "Third"]
    assert house.stored("client")[0]["version"] == 2
    [change] = house.get("client", house.ids["acme"]) and [
        row for row in house.stored("activity") if row["action"] == "edit"
    ][-1:]
    assert change["changes"] == {"name": ["Acme", "Acme New"]}
    assert (change["actor_kind"], change["actor_id"]) == ("staff", house.ids["boss"])


def test_two_lines_about_one_row_are_told_apart(house: House, monkeypatch):
    monkeypatch.setattr(importer, "LINES_AT_ONCE", 2)
    rows = [("A", "office@acme.example", ""), ("B", "office@acme.example", ""),
            ("C", "office@acme.example", "")]

    id_ = begin_import(house, "boss", "client", csv_text(HEADER, rows), CLIENTS, key="email")
    done = run(house, "boss", id_)

    assert (done.updated, done.refused) == (1, 2)
    assert names(house)[0] == "A"
    assert lines_of(house, id_)[3]["problems"] == {"email": ["Line 2 is about the same row."]}
    assert lines_of(house, id_)[4]["problems"] == {"email": ["Line 2 is about the same row."]}


def test_empty_cells_leave_a_field_or_empty_it_as_chosen(house: House):
    text = csv_text(HEADER, [("Acme", "office@acme.example", "")])

    run(house, "boss", begin_import(house, "boss", "client", text, CLIENTS, key="email"))
    left = house.stored("client")[0]["country"]
    run(house, "boss", begin_import(
        house, "boss", "client", text, CLIENTS, key="email", clear_empty=True
    ))

    assert (left, house.stored("client")[0]["country"]) == ("PL", None)


def test_links_are_named_by_words_that_one_row_has(house: House):
    text = csv_text(("Client", "Product", "Label"), [
        ("office@acme.example", "hosting", "blog"), ("nobody@x.example", "hosting", "shop"),
    ])
    mapping = {"Client": "client.email", "Product": "product.key", "Label": "label"}

    id_ = begin_import(house, "boss", "service", text, mapping)
    done = run(house, "boss", id_)

    assert (done.created, done.refused) == (1, 1)
    last = house.stored("service")[-1]
    assert (last["client_id"], last["number"]) == (house.ids["acme"], "S-0003")
    assert lines_of(house, id_)[3]["problems"] == {
        "client.email": ["There is no “nobody@x.example” to link to."]
    }


def test_rights_of_the_person_hold_for_every_line(house: House):
    with house.panel.records(SYSTEM) as records:
        records.update("staff_group", house.ids["group support"], {"name": "Support"})
    text = csv_text(("Name", "Credit"), [("X", "5 EUR")])

    refused = run(house, "sam", begin_import(house, "sam", "client", text, {"Name": "name"}))

    assert refused.state == "stopped"
    assert "import" in (refused.problem or "")
    assert len(names(house)) == 2


def test_field_out_of_reach_stops_the_import_before_anything_is_written(house: House):
    text = csv_text(("Name", "Spent"), [("X", "5 EUR")])

    id_ = begin_import(house, "boss", "client", text, {"Name": "name", "Spent": "spent"})
    done = run(house, "boss", id_)

    assert done.state == "stopped"
    assert "spent" in (done.problem or "")
    assert len(names(house)) == 2


def test_person_switched_off_half_way_stops_it(house: House, monkeypatch):
    monkeypatch.setattr(importer, "LINES_AT_ONCE", 5)
    id_ = begin_import(house, "boss", "client", csv_text(HEADER, clients(20)), CLIENTS)
    _after_batches(monkeypatch, 2, lambda: _switch_off(house, "boss"))

    done = run(house, "boss", id_)

    assert (done.state, done.created) == ("stopped", 10)
    assert done.problem == "The account that began this was switched off."
    assert len(names(house)) == 12


def test_stopped_import_goes_on_behind_its_last_line(house: House, monkeypatch):
    monkeypatch.setattr(importer, "LINES_AT_ONCE", 5)
    id_ = begin_import(house, "boss", "client", csv_text(HEADER, clients(20)), CLIENTS)
    transfers = Transfers(house.panel)
    _after_batches(monkeypatch, 2, lambda: transfers.change(id_, cancel=True))

    stopped = run(house, "boss", id_)
    transfers.change(id_, state="waiting")
    done = run(house, "boss", id_)

    assert (stopped.state, stopped.created, stopped.problem) == ("stopped", 10, None)
    assert (done.state, done.created) == ("done", 20)
    assert names(house)[2:] == [f"Client {number}" for number in range(20)]


def test_batch_that_was_cut_off_is_written_once(house: House, monkeypatch):
    monkeypatch.setattr(importer, "LINES_AT_ONCE", 5)
    id_ = begin_import(house, "boss", "client", csv_text(HEADER, clients(20)), CLIENTS)
    monkeypatch.setattr(importer, "_note", _cut_off_at(3, importer._note))

    with pytest.raises(KeyboardInterrupt):
        house.panel.background.run_waiting()
    left = found(house, "boss", id_)
    # The process that worked on it is gone: its name is that of no other.
    Transfers(house.panel).change(id_, worker=new_worker())
    done = run(house, "boss", id_)

    assert (left.state, left.created, left.lines_done) == ("running", 10, 11)
    assert (done.state, done.created) == ("done", 20)
    assert names(house)[2:] == [f"Client {number}" for number in range(20)]


def test_transfer_of_somebody_else_is_not_there(sqlite_house: House):
    from runtime.records.errors import NotFound

    text = csv_text(HEADER, clients(1))
    id_ = begin_import(sqlite_house, "boss", "client", text, CLIENTS)

    with pytest.raises(NotFound):
        found(sqlite_house, "sam", id_)
    assert Transfers(sqlite_house.panel).of(sqlite_house.actor("sam")) == []


OWNED = {"Name": "name", "Mail": "email", "Owner": "owner.email"}


def test_rows_that_a_form_makes_with_a_new_one_are_made_from_a_file_too(house: House):
    rows = [("Third", "third@x.example", "tess@x.example"),
            ("Fourth", "fourth@x.example", "anna@example.com"),
            ("Fifth", "fifth@x.example", ""), ("Sixth", "sixth@x.example", "no address")]

    id_ = begin_import(house, "boss", "client", csv_text(tuple(OWNED), rows), OWNED)
    done = run(house, "boss", id_)

    assert (done.created, done.refused) == (2, 2)
    assert names(house) == ["Acme", "Bolt", "Third", "Fourth"]
    assert {n: row["problems"] for n, row in lines_of(house, id_).items() if row["problems"]} == {
        4: {"owner.email": ["Enter a value."]},
        5: {"owner.email": ["Enter an e-mail address, such as name@example.com."]},
    }
    users = {row["id"]: row["email"] for row in house.stored("user")}
    assert len(users) == 5 + 1
    owned = [(users[row["user_id"]], row["owner"]) for row in house.stored("client_user")[-2:]]
    assert owned == [("tess@x.example", True), ("anna@example.com", True)]


def test_rows_that_are_there_get_nothing_made_with_them(house: House):
    text = csv_text(tuple(OWNED), [("Acme 2", "office@acme.example", "tess@x.example")])
    before = house.stored("client_user"), house.stored("user")

    done = run(house, "boss", begin_import(house, "boss", "client", text, OWNED, key="email"))

    assert (done.updated, names(house)[0]) == (1, "Acme 2")
    assert (house.stored("client_user"), house.stored("user")) == before


def test_import_with_owners_is_taken_back_with_the_links_to_them(house: House):
    text = csv_text(tuple(OWNED), [("Third", "third@x.example", "tess@x.example")])
    id_ = begin_import(house, "boss", "client", text, OWNED)
    run(house, "boss", id_)
    Transfers(house.panel).change(id_, state="undoing")

    done = run(house, "boss", id_)

    assert (done.state, done.taken_back, done.kept) == ("undone", 1, 0)


def test_who_may_not_make_a_row_that_comes_along_is_not_offered_its_fields(house: House):
    from runtime.records.import_values import targets

    offered = {}
    for who in ("boss", "imre"):
        with house.records(who) as records:
            offered[who] = {each.path for each in targets(records.work, "client")}

    assert "owner.email" in offered["boss"]
    assert "owner.email" not in offered["imre"]


def _switch_off(house: House, name: str) -> None:
    with house.panel.records(SYSTEM) as records:
        records.update("staff", house.ids[name], {"enabled": False})


def _after_batches(monkeypatch, count, act):
    """Let `act` happen between two batches."""
    seen = []
    write = importer._write

    def counted(*args):
        if len(seen) == count:
            act()
        seen.append(1)
        write(*args)

    monkeypatch.setattr(importer, "_write", counted)


def _cut_off_at(count, note):
    """Return a `_note` that once ends the process, with the batch's rows already written."""
    seen = []

    def noted(*args):
        seen.append(1)
        if len(seen) == count:
            raise KeyboardInterrupt
        note(*args)

    return noted
