"""An import taken back: through the gate, and only what nobody touched since."""

from __future__ import annotations

from datetime import timedelta

from config.values.money import Money
from runtime.actors import SYSTEM
from runtime.exchange.transfers import Transfers, new_worker
from tests.runtime.exchange.files import begin_import, csv_text, found, lines_of, run
from tests.runtime.records.house import House

SERVICES = {"id": "id", "Label": "label", "Price": "price", "Password": "password"}


def undone(house: House, who: str, id_: int):
    Transfers(house.panel).change(id_, state="undoing")
    return run(house, who, id_)


def test_changed_rows_get_every_old_value_back_secrets_too(house: House):
    before = house.stored("service")[0]
    text = csv_text(tuple(SERVICES), [(str(before["id"]), "renamed", "1 EUR", "other secret")])
    id_ = begin_import(house, "boss", "service", text, SERVICES, key="id")
    run(house, "boss", id_)
    changed = house.stored("service")[0]

    done = undone(house, "boss", id_)

    after = house.stored("service")[0]
    kept = ("label", "price_micros", "client_id", "status", "paid_until")
    assert changed["label"] == "renamed"
    assert (done.state, done.taken_back, done.kept) == ("undone", 1, 0)
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    with house.records() as records:
        assert records.reveal("service", before["id"], "password") == "hunter web"
    assert "other secret" not in str(lines_of(house, id_))
    assert "hunter" not in str(lines_of(house, id_))


def test_rows_that_others_need_stay_with_the_reason(house: House):
    text = csv_text(("Name", "Mail"), [("Ada", "ada@x.example"), ("Bo", "bo@x.example")])
    id_ = begin_import(house, "boss", "client", text, {"Name": "name", "Mail": "email"})
    run(house, "boss", id_)
    ada = house.stored("client")[-2]["id"]
    house.create("service", client=ada, product=house.ids["hosting"], label="needs Ada")

    done = undone(house, "boss", id_)

    assert (done.taken_back, done.kept) == (1, 1)
    [why] = [row["kept_why"] for row in lines_of(house, id_).values() if row["undo"] == "kept"]
    assert why.startswith("Other rows need it:")
    alive = [row["name"] for row in house.stored("client") if row["deleted_at"] is None]
    assert alive == ["Acme", "Bolt", "Ada"]


def test_who_may_not_delete_takes_back_changes_only(house: House):
    text = csv_text(("Name", "Mail"), [("Acme 2", "office@acme.example"), ("Bo", "bo@x.example")])
    mapping = {"Name": "name", "Mail": "email"}
    id_ = begin_import(house, "boss", "client", text, mapping, key="email")
    run(house, "boss", id_)
    with house.panel.records(SYSTEM) as records:
        records.update(
            "staff_group", house.ids["group boss"], {"roles": frozenset({"support"})}
        )

    done = undone(house, "boss", id_)

    assert (done.taken_back, done.kept) == (1, 1)
    names = [(row["name"], row["deleted_at"]) for row in house.stored("client")]
    assert names == [("Acme", None), ("Bolt", None), ("Bo", None)]


def test_undo_stands_in_the_history_of_each_row(house: House):
    house.clock.advance(timedelta(minutes=1))
    text = csv_text(("Name", "Mail"), [("Acme 2", "office@acme.example")])
    mapping = {"Name": "name", "Mail": "email"}
    id_ = begin_import(house, "boss", "client", text, mapping, key="email")
    run(house, "boss", id_)
    undone(house, "boss", id_)

    with house.records("boss") as records:
        told = records.history("client", house.ids["acme"])

    assert [change.fields.get("name") for change in told][:2] == [
        ("Acme 2", "Acme"), ("Acme", "Acme 2"),
    ]
    assert {change.actor_id for change in told[:2]} == {house.ids["boss"]}
    assert house.stored("activity")[-1]["action"] == "undo import"


def test_of_two_processes_one_takes_an_import(house: House):
    text = csv_text(("Name",), [("Ada",)])
    id_ = begin_import(house, "boss", "client", text, {"Name": "name"})
    first, second = "one:1:a", "two:2:b"
    transfers = Transfers(house.panel)

    assert transfers.claim(first).id == id_
    assert transfers.claim(second) is None
    # A process that says nothing for so long is gone.
    house.clock.advance(timedelta(seconds=61))
    assert transfers.claim(second).id == id_
    assert transfers.claim(new_worker()) is None


def test_process_of_this_machine_that_is_gone_is_followed_at_once(sqlite_house: House):
    text = csv_text(("Name",), [("Ada",)])
    id_ = begin_import(sqlite_house, "boss", "client", text, {"Name": "name"})
    transfers = Transfers(sqlite_house.panel)
    here = new_worker()
    gone = here.replace(here.split(":")[1], "4194304")

    assert transfers.claim(gone).id == id_
    assert transfers.claim(here).id == id_
    assert found(sqlite_house, "boss", id_).state == "waiting"


MEMBERS = {"Name": "name", "Mail": "email"}


def kept_because(house: House, id_: int) -> list[str]:
    return [row["kept_why"] for row in lines_of(house, id_).values() if row["undo"] == "kept"]


def test_row_that_something_was_hung_on_since_stays_with_what_hangs_on_it(house: House):
    text = csv_text(("Name", "Mail"), [("Ada", "ada@x.example"), ("Bo", "bo@x.example")])
    id_ = begin_import(house, "boss", "client", text, MEMBERS)
    run(house, "boss", id_)
    house.clock.advance(timedelta(minutes=1))
    ada = house.stored("client")[-2]["id"]
    member = house.create("client_user", client=ada, user=house.ids["ben"])

    done = undone(house, "boss", id_)

    assert (done.taken_back, done.kept) == (1, 1)
    assert kept_because(house, id_) == ["Something was added to it since, or changed: Client user"]
    alive = [row["name"] for row in house.stored("client") if row["deleted_at"] is None]
    assert alive == ["Acme", "Bolt", "Ada"]
    assert member in [row["id"] for row in house.stored("client_user")]


def test_row_without_a_trash_keeps_what_was_added_below_it(house: House):
    text = csv_text(("Client", "Product", "Label"), [("office@acme.example", "hosting", "blog")])
    mapping = {"Client": "client.email", "Product": "product.key", "Label": "label"}
    id_ = begin_import(house, "boss", "service", text, mapping)
    run(house, "boss", id_)
    house.clock.advance(timedelta(minutes=1))
    blog = house.stored("service")[-1]["id"]
    line = house.create("service_line", service=blog, name="x", amount=Money(1, "EUR"))

    done = undone(house, "boss", id_)

    assert (done.taken_back, done.kept) == (0, 1)
    assert kept_because(house, id_) == ["Something was added to it since, or changed: Service line"]
    assert house.stored("service_line")[-1]["id"] == line


def test_link_that_somebody_set_to_an_imported_row_is_not_emptied(house: House):
    text = csv_text(("Mail", "Name"), [("new@x.example", "New")])
    id_ = begin_import(house, "boss", "user", text, {"Mail": "email", "Name": "firstname"})
    run(house, "boss", id_)
    house.clock.advance(timedelta(minutes=1))
    user = house.stored("user")[-1]["id"]
    with house.records() as records:
        records.update("note", house.ids["web_note"], {"author": user})

    done = undone(house, "boss", id_)

    assert (done.taken_back, done.kept) == (0, 1)
    [note] = [row for row in house.stored("note") if row["id"] == house.ids["web_note"]]
    assert note["author_id"] == user
