"""Exports of the client area: the rows of the list, for whose role allows it, and no imports."""

from __future__ import annotations

import pytest

from runtime.pages.serving import exports
from tests.runtime.shop_panel import Shop, form, sign_in, token_of


@pytest.fixture
def anna(shop: Shop):
    browser = shop.browser()
    sign_in(browser, "anna@example.com")
    return browser


def test_own_rows_and_no_others_are_exported(anna):
    page = anna.get("/ticket/export")

    answer = anna.post("/ticket/export", data=form(
        anna, "/ticket/export", kind="csv", shown="no", column="subject"
    ))

    assert "1 row, as the list is filtered now" in page.text
    assert "Help for acme" in answer.text
    assert "other" not in answer.text
    assert 'value="notes"' not in page.text


def test_list_without_the_right_is_not_exported(anna):
    assert anna.get("/product/export").status_code == 403
    sent = {"csrf_token": token_of(anna, "/"), "column": "name"}
    assert anna.post("/product/export", data=sent).status_code == 403


def test_long_export_is_fetched_from_its_page(anna, shop, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE_MAX", 0)

    answer = anna.post("/ticket/export", data=form(
        anna, "/ticket/export", kind="xlsx", shown="yes", column="subject"
    ))
    place = answer.headers["location"]
    assert shop.panel.background.wait()

    assert place.startswith("/imports-and-exports/")
    assert "Done" in anna.get(place).text
    assert anna.get(f"{place}/download").content.startswith(b"PK")
    assert "ticket.xlsx" in anna.get("/imports-and-exports").text
    olga = shop.browser()
    sign_in(olga, "olga@example.com")
    assert olga.get(place).status_code == 404
    assert olga.get(f"{place}/download").status_code == 404


def test_nothing_is_imported_here(anna):
    assert anna.get("/ticket/import").status_code == 404
    assert anna.get("/imports-and-exports/1/columns").status_code == 404
    assert "/ticket/import" not in anna.get("/ticket/").text
