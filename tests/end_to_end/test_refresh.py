"""Lists of running things in a real browser: they change by themselves, and under nobody's hand."""

import pytest
from playwright.sync_api import expect

from tests.end_to_end.staff_site import serving
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]

LIST = "/admin/client/?view=fresh"
FIVE_TURNS_MS = 10_000


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        yield site
        assert site.complaints == []


def test_a_list_shows_a_new_row_by_itself(site, browser):
    page = site.open(browser)
    page.goto(LIST)
    page.evaluate("window.same = true")
    site.house.create("client", name="Zinc", email="zinc@shop.example")

    expect(page.get_by_role("link", name="Zinc", exact=True)).to_be_visible(timeout=FIVE_TURNS_MS)
    expect(page.get_by_text("Showing 1 to 3 of 3")).to_be_visible()
    assert page.evaluate("window.same"), "the page itself was not loaded anew"


def test_a_list_waits_while_rows_are_chosen_and_goes_on_after(site, browser):
    page = site.open(browser)
    page.goto(LIST)
    box = page.locator('tbody input[name="id"]').first
    box.check()
    site.house.create("client", name="Zinc", email="zinc@shop.example")
    page.wait_for_timeout(3500)

    expect(page.get_by_role("link", name="Zinc", exact=True)).to_have_count(0)
    expect(box).to_be_checked()
    box.uncheck()
    page.locator("h1").click()
    expect(page.get_by_role("link", name="Zinc", exact=True)).to_be_visible(timeout=FIVE_TURNS_MS)


def test_the_switch_pauses_every_list_until_it_is_pressed_again(site, browser):
    page = site.open(browser)
    page.goto(LIST)
    page.get_by_role("button", name="Auto-refresh: 2 s").click()
    page.reload()
    expect(page.get_by_role("button", name="Auto-refresh: off")).to_be_visible()
    site.house.create("client", name="Zinc", email="zinc@shop.example")
    page.wait_for_timeout(3500)
    expect(page.get_by_role("link", name="Zinc", exact=True)).to_have_count(0)

    page.get_by_role("button", name="Auto-refresh: off").click()

    expect(page.get_by_role("link", name="Zinc", exact=True)).to_be_visible(timeout=FIVE_TURNS_MS)
