"""The sample data: believable, whole, and never added twice."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from stdnum import iban
from stdnum.de import vat as german
from stdnum.fr import tva as french
from stdnum.gb import vat as british
from stdnum.pl import nip as polish
from stdnum.ua import edrpou as ukrainian

from runtime.actors import SYSTEM
from runtime.clock import MovableClock
from runtime.demo import fill
from runtime.demo.numbers import iban as made_iban
from runtime.demo.numbers import tax_id
from runtime.panel import Panel
from runtime.records.values import Filter, ListQuery
from tests.sample.conftest import opened

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

# Lists of the staff menu that sample data leaves empty, and why.
EMPTY = {
    "transaction": "money moves by its own functions alone",
    "client_balance": "a projection of transactions",
    "vies_validation": "an answer of the register is evidence: nobody makes one up",
    "schedule": "made from jobs, which come with their functions",
    "file": "there as soon as somebody uploads one",
}
REGISTERS = {
    "PL": polish, "FR": french, "DE": german, "GB": british, "UA": ukrainian,
}


def rows(panel: Panel, entity: str, *filters: Filter, **more: object) -> list:
    with panel.reading(SYSTEM) as records:
        return list(records.list(entity, ListQuery(filters=filters, size=100, **more)).rows)


def count(panel: Panel, entity: str) -> int:
    with panel.reading(SYSTEM) as records:
        return records.count(entity).number


def entities_of_menu(panel: Panel) -> list[str]:
    found: dict[str, None] = {}

    def walk(items: dict) -> None:
        for item in items.values():
            if item.entity:
                found[item.entity] = None
            walk(item.items)

    walk(panel.project.menus["staff"].items)
    return list(found)


def test_every_list_of_the_menu_shows_rows(filled: Panel):
    empty = {name for name in entities_of_menu(filled) if not count(filled, name)}

    # These tests leave out the regions, which are first rows of the configuration.
    assert empty == {*EMPTY, "region"}


def test_amounts_are_those_asked_for(filled: Panel):
    assert count(filled, "client") == 30
    assert count(filled, "service") == 60
    assert count(filled, "product") == 25


def test_sample_is_not_added_twice(filled: Panel):
    before = count(filled, "client")

    lines = fill(filled, "small")

    assert lines[0] == "The panel has clients already: no sample data was added."
    assert "panelwright staff create" in lines[1]
    assert count(filled, "client") == before


def test_every_client_has_one_owner_and_one_billing_address(filled: Panel):
    clients = {row.id for row in rows(filled, "client")}
    owners = [row["client"] for row in rows(filled, "client_user", Filter("owner", "eq", ("yes",)))]
    billing = [
        row["client"] for row in rows(filled, "client_address", Filter("kind", "eq", ("billing",)))
    ]

    assert sorted(owners) == sorted(billing) == sorted(clients)


def test_services_tell_one_story(filled: Panel):
    moments = ("ordered_at", "activated_at", "suspended_at", "terminated_at", "paid_until")
    for service in rows(filled, "service", columns=("status", *moments)):
        state = service["status"]
        assert service["ordered_at"] is not None
        assert (service["activated_at"] is not None) == (state not in ("pending", "cancelled"))
        assert (service["suspended_at"] is not None) == (state == "suspended")
        assert (service["terminated_at"] is not None) == (state == "terminated")
        if state == "active":
            assert service["paid_until"] > filled.clock.now()
        if service["activated_at"]:
            assert service["activated_at"] >= service["ordered_at"]


def test_documents_are_drafts_without_a_number(filled: Panel):
    documents = rows(filled, "invoice")

    assert len(documents) == 8
    assert {(row["status"], row["number"]) for row in documents} == {("draft", None)}


def test_no_money_has_moved(filled: Panel):
    assert count(filled, "transaction") == count(filled, "client_balance") == 0


def test_history_says_where_rows_came_from(filled: Panel):
    client = rows(filled, "client")[0]

    with filled.reading(SYSTEM) as records:
        history = records.history("client", client.id)

    assert [change.action for change in history] == ["load"]
    assert history[0].reason == "loaded from sample data"


def test_mail_to_sample_people_reaches_nobody(filled: Panel):
    emails = [row["email"] for row in rows(filled, "user")]

    assert emails
    assert all(email.endswith(".example") for email in emails)


def test_one_login_for_each_group_is_told_once(tmp_path: Path):
    with opened(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path) as panel:
        lines = fill(panel, "small")
        emails = {row["email"] for row in rows(panel, "staff")}

    told = {line.split()[1] for line in lines[2:] if line.split()[0] == "/admin"}
    assert told == emails
    assert len(emails) == 8
    assert sum("password" in line for line in lines) == 1


def test_same_moment_gives_the_same_data(tmp_path: Path):
    first, second = (list(_names(tmp_path / name)) for name in ("one", "two"))

    assert first == second
    assert len(first) == 30


def _names(folder: Path) -> Iterator[tuple[str, str, datetime]]:
    folder.mkdir()
    with opened(f"sqlite:///{folder}/panel.sqlite3", folder, MovableClock(NOON)) as panel:
        fill(panel, "small")
        for row in rows(panel, "client", columns=("company_name", "lastname", "created_at")):
            yield row["company_name"], row["lastname"], row["created_at"]


@pytest.mark.parametrize("country", REGISTERS)
def test_tax_numbers_have_right_check_digits(country: str):
    random = Random(7)
    numbers = [tax_id(country, random) for _ in range(200)]

    assert all(REGISTERS[country].is_valid(number) for number in numbers)


def test_country_without_a_rule_has_no_tax_number():
    assert tax_id("US", Random(7)) is None


@pytest.mark.parametrize("country", ["PL", "DE", "UA"])
def test_account_numbers_have_right_check_digits(country: str):
    random = Random(7)

    assert all(iban.is_valid(made_iban(country, random)) for _ in range(200))


def test_a_fill_that_was_stopped_leaves_nothing_and_is_done_by_the_next(tmp_path, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with opened(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path) as panel:
        with monkeypatch.context() as patch:
            patch.setattr("runtime.demo.load_messages", stop)
            with pytest.raises(KeyboardInterrupt):
                fill(panel, "small")
        left = {entity: count(panel, entity) for entity in ("client", "product", "service")}
        told = fill(panel, "small")

    assert set(left.values()) == {0}
    assert any("password" in line for line in told)
