"""Rows of the sample are called as people call them, and found by the words that they show."""

import pytest

from runtime.actors import SYSTEM, Actor
from runtime.panel import Panel
from runtime.records import ListQuery, Records
from tests.sample.conftest import opened

STAFF = Actor("staff", 1, "Alex Admin", frozenset({"super_admin"}))
LOOKED_UP = ("price", "service", "client", "product", "product_option", "user", "option_price")


@pytest.mark.parametrize("entity", LOOKED_UP)
def test_every_option_is_found_by_all_that_it_shows(filled: Panel, entity: str):
    with filled.reading(STAFF) as records:
        rows = records.list(entity, ListQuery(size=8)).rows

        assert rows
        for row in rows:
            found = {choice.id: choice.title for choice in records.lookup(entity, row.title, 100)}
            assert found.get(row.id) == row.title


def test_a_price_is_found_by_parts_of_its_option(filled: Panel):
    with filled.reading(STAFF) as records:
        product = records.list("product", ListQuery(size=1)).rows[0].title
        begun = product.split()[0][:4].upper()
        offered = titles(records, "price", f"{begun} monthly eur")

        assert offered
        assert all("Monthly" in title and "€" in title for title in offered), offered
        assert titles(records, "price", "monthly nothing") == []


def test_countries_are_called_by_code_and_both_names(filled: Panel):
    with filled.reading(STAFF) as records:
        for text in ("poland", "POLSKA", "pl pol"):
            assert titles(records, "country", text) == ["PL - Poland (Polska)"], text


def test_regions_are_called_by_short_code_and_name(tmp_path):
    with opened(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path) as panel:
        with panel.records(SYSTEM) as records:
            poland = records.lookup("country", "poland")[0].id
            records.create("region", {
                "country": poland, "code": "PL-12", "short": "12", "name": "Małopolskie",
            })
            records.create("region", {"country": poland, "code": "PL-99", "name": "Elsewhere"})

            assert titles(records, "region", "malopol") == ["12 - Małopolskie"]
            assert titles(records, "region", "pl-12") == ["12 - Małopolskie"]
            assert titles(records, "region", "else") == ["PL-99 - Elsewhere"]


def test_clients_are_called_by_company_and_person(tmp_path):
    people = {"currency": "EUR", "status": "active"}
    with opened(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path) as panel:
        with panel.records(SYSTEM) as records:
            named = [
                records.load("client", {**people, **each}).title for each in (
                    {"company_name": "Acme Ltd", "firstname": "Jan", "lastname": "Kowalski"},
                    {"company_name": "Bolt AG", "firstname": "Olga"},
                    {"firstname": "Ołena", "lastname": "Їжак"},
                )
            ]

            assert named == ["Acme Ltd (Jan Kowalski)", "Bolt AG (Olga)", "Ołena Їжак"]
            assert titles(records, "client", "їжак олена") == []
            assert titles(records, "client", "ЇЖ ole") == ["Ołena Їжак"]


def titles(records: Records, entity: str, text: str) -> list[str]:
    return [choice.title for choice in records.lookup(entity, text)]
