"""Every route that changes something refuses what none of our own pages sent."""

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from runtime.app import classified_routes
from runtime.plugins import load_folders
from tests.runtime.shop_panel import BASE, FOLDER, shops, sign_in, sqlite_shop, token_of

__all__ = ["shops", "sqlite_shop"]

CHANGING = [row for row in classified_routes(load_folders([FOLDER])) if row["changes"]]
FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


def snapshot(shop) -> dict[str, list]:
    with shop.panel.engine.connect() as connection:
        return {
            name: [tuple(row) for row in connection.execute(select(table).order_by(table.c[0]))]
            for name, table in shop.panel.generated.metadata.tables.items()
            if name != "session"
        }


def signed_in(shop, area: str) -> TestClient:
    browser = shop.browser()
    sign_in(browser, "chief@example.com" if area == "staff" else "anna@example.com", area=area)
    return browser


def address(row) -> str:
    return row["path"].format(
        entity="ticket", id=1, move="close", field="code", tab="x", change=1
    )


def test_there_are_such_routes_in_both_areas():
    assert {row["area"] for row in CHANGING} == {"staff", "client"}
    assert len(CHANGING) > 15


@pytest.mark.parametrize("area", ["staff", "client"])
def test_nothing_is_changed_without_a_fitting_token(sqlite_shop, area):
    browser, stranger = signed_in(sqlite_shop, area), signed_in(sqlite_shop, area)
    home = "/admin/" if area == "staff" else "/"
    others = token_of(stranger, home)
    before = snapshot(sqlite_shop)

    for row in CHANGING:
        if row["area"] != area:
            continue
        for data in ({}, {"csrf_token": ""}, {"csrf_token": "x" * 86}, {"csrf_token": others}):
            answer = browser.post(address(row), data={"reason": "x", **data})
            assert answer.status_code == 403, (row["path"], data)
        answer = browser.post(address(row), headers={"X-CSRF-Token": others})
        assert answer.status_code == 403, row["path"]

    assert snapshot(sqlite_shop) == before


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
@pytest.mark.parametrize("area", ["staff", "client"])
def test_nothing_is_changed_from_another_site_even_with_the_token(sqlite_shop, area, headers):
    browser = signed_in(sqlite_shop, area)
    token = token_of(browser, "/admin/" if area == "staff" else "/")
    before = snapshot(sqlite_shop)

    for row in CHANGING:
        if row["area"] == area:
            data = {"csrf_token": token, "reason": "x"}
            answer = browser.post(address(row), data=data, headers=headers)
            assert answer.status_code == 403, row["path"]
            assert "another website" in answer.text

    assert snapshot(sqlite_shop) == before


def test_the_same_requests_pass_with_token_and_origin(sqlite_shop):
    browser = signed_in(sqlite_shop, "client")
    data = {"csrf_token": token_of(browser, "/"), "reason": "done"}

    answer = browser.post("/ticket/1/moves/close", data=data, headers={"Origin": BASE})

    assert (answer.status_code, answer.headers["location"]) == (303, "/ticket/1")
