"""What a refused form says of a field goes as soon as the field is changed."""

import pytest
from playwright.sync_api import expect

from tests.end_to_end.staff_site import serving
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]


@pytest.fixture
def page(sqlite_house, browser):
    """The form of a new client, refused for its name and its e-mail address."""
    with serving(sqlite_house) as site:
        page = site.open(browser)
        page.goto("/admin/client/new")
        page.fill("[name=email]", "no address")
        page.click("main .pw-save [type=submit]")
        page.locator("#form-problems").wait_for()
        yield page


def test_a_changed_field_is_no_longer_called_wrong(page):
    name = page.locator("[name=name]")
    said = page.locator(".pw-field", has=name).locator(".pw-problem")
    expect(said).to_have_text("Enter a value.")
    expect(name).to_have_class("form-control is-invalid")

    name.press_sequentially("A")

    expect(said).to_have_count(0)
    expect(name).to_have_class("form-control")
    assert name.get_attribute("aria-invalid") is None
    assert "problems" not in (name.get_attribute("aria-describedby") or "")


def test_the_other_fields_stay_as_they_were_judged(page):
    email = page.locator("[name=email]")

    page.locator("[name=name]").press_sequentially("A")

    expect(page.locator("[name=name]")).to_have_class("form-control")
    expect(email).to_have_class("form-control is-invalid")
    expect(page.locator(".pw-field", has=email).locator(".pw-problem")).to_have_count(1)
