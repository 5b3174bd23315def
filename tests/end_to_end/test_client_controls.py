"""Every control of a form opened in the client area: what staff can fill in, clients can too."""

import pytest
from playwright.sync_api import expect

from tests.end_to_end.field_site import field_site
from tests.end_to_end.staff_site import DESKTOP, PHONE, shot
from tests.end_to_end.test_field_widgets import CODE, STORED, fill_all, searched, send, thing, write

NEW = "/thing/new"


@pytest.fixture
def site(tmp_path):
    with field_site(tmp_path) as site:
        yield site
        assert site.complaints == []


def opened(site, browser, path=NEW, **options):
    page = site.open(browser, name="tess", area="", **options)
    page.goto(path)
    page.locator("#field-page.cm-content").wait_for()
    searched(page, "Country").wait_for()
    return page


def test_a_client_fills_in_every_field_and_finds_it_again(site, browser, tmp_path):
    page = opened(site, browser)
    # A secret never leaves the staff area.
    assert page.locator("[name=password]").count() == 0
    # They have one house only: the form carries it and does not ask which.
    house = page.locator("[name=house]")
    expect(house).to_be_hidden()
    expect(house).to_have_value(str(site.house.ids["house"]))
    fill_all(page, site, without={"password", "house"})
    shot(page, tmp_path, "client-filled")
    send(page)
    page.wait_for_url("**/thing/1")
    shot(page, tmp_path, "client-thing")

    assert thing(site, 1) == STORED
    assert site.house.get("thing", 1)["house"] == site.house.ids["house"]

    page = opened(site, browser, "/thing/1/edit")
    expect(page.get_by_role("link", name="paper.txt")).to_be_visible()
    expect(page.locator("img.field-file-picture")).to_have_js_property("naturalWidth", 400)
    page.fill("[name=notes]", "changed")
    send(page)
    page.wait_for_url("**/thing/1")
    assert thing(site, 1) == STORED | {"notes": "changed"}


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (PHONE, "light")])
def test_controls_fit_the_window_of_a_client(site, browser, tmp_path, size, scheme):
    page = opened(site, browser, size=size, scheme=scheme)
    for name in CODE:
        write(page, name, "x" * 300 if name != "config" else "[1]")
    page.get_by_role("button", name="Add a row").click()
    page.locator("#field-parts-0-config.cm-content").wait_for()
    page.screenshot(path=tmp_path / f"controls-{size['width']}-{scheme}.png", full_page=True)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
