"""A row that breaks a rule which came after it: its form says so and saves everything else."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import text

from tests.end_to_end.staff_site import DESKTOP, PHONE, serving, shot
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]

RULE = "An active service is paid until some moment"


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        with site.house.panel.engine.begin() as connection:
            connection.execute(text("UPDATE service SET paid_until = NULL"))
        yield site
        assert site.complaints == []


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_the_form_names_the_rule_and_saves_the_rest(site, browser, tmp_path, size, scheme):
    page = site.open(browser, size=size, scheme=scheme)
    page.goto("/admin/service/?view=breaks_rules")
    expect(page.locator("tbody tr").first).to_be_visible()
    shot(page, tmp_path, "list")
    page.goto("/admin/service/1/edit")
    note = page.locator(".pw-note-warn")
    expect(note).to_contain_text(RULE)
    shot(page, tmp_path, "form")
    page.fill("[name=label]", "another name")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/admin/service/1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("another name")


def test_a_row_that_breaks_no_rule_says_nothing(site, browser):
    page = site.open(browser)
    page.goto("/admin/client/1/edit")
    page.locator("[name=name]").wait_for()
    assert page.locator(".pw-note-warn").count() == 0
