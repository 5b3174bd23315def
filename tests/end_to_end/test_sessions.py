"""Work that is not saved yet: leaving is asked first, and the end of a session loses nothing."""

import pytest
from playwright.sync_api import expect

from runtime.accounts.sessions import Sessions
from tests.end_to_end.staff_site import serving
from tests.runtime.admin.staff_browser import PASSWORD
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        yield site


def sign_in_beside(page, name="boss"):
    """Sign in again in another tab of the same browser, as a person would."""
    other = page.context.new_page()
    other.goto("/admin/login")
    other.fill("[name=email]", f"{name}@shop.example")
    other.fill("[name=password]", PASSWORD)
    other.click("[type=submit]")
    other.wait_for_url("**/admin/")
    other.close()


def test_form_sent_after_the_session_ended_is_still_there_and_saves(site, browser):
    house = site.house
    page = site.open(browser)
    page.goto(f"/admin/client/{house.ids['acme']}/edit")
    page.locator("[name=name]").fill("Acme, typed for an hour")
    Sessions(house.panel).end_all("staff", house.ids["boss"])

    send = page.locator("form[data-guard] [type=submit]").first
    send.click()
    expect(page.get_by_role("alert")).to_contain_text("You are signed out.")
    expect(page.locator("[name=name]")).to_have_value("Acme, typed for an hour")
    sign_in_beside(page)
    send.click()
    page.wait_for_url(f"**/admin/client/{house.ids['acme']}")

    assert house.get("client", house.ids["acme"])["name"] == "Acme, typed for an hour"


def test_what_one_person_typed_is_not_sent_by_another(site, browser):
    house = site.house
    page = site.open(browser)
    page.goto(f"/admin/client/{house.ids['acme']}/edit")
    page.locator("[name=name]").fill("Typed by the boss")
    page.context.clear_cookies()

    sign_in_beside(page, "rea")
    page.locator("form[data-guard] [type=submit]").first.click()

    expect(page.get_by_role("alert")).to_contain_text("Somebody else is signed in here now.")
    assert house.get("client", house.ids["acme"])["name"] == "Acme"


@pytest.mark.parametrize("link", ["Columns", "Filters"])
def test_links_that_swap_a_piece_leave_a_form_on_the_page_alone(site, browser, link):
    page = site.open(browser)
    page.goto("/admin/client/")

    page.get_by_role("link", name=link).click()
    page.wait_for_url("**?*=1*")

    page.goto("/admin/client/new")
    assert page.get_by_text("Not saved yet").is_hidden()


@pytest.mark.parametrize("way", ["menu", "brand", "reload"])
def test_every_way_out_of_a_changed_form_is_asked_first(site, browser, way):
    page = site.open(browser)
    page.goto("/admin/client/new")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("[name=name]").fill("Typed")

    if way == "menu":
        page.locator(".pw-nav a").last.click()
    elif way == "brand":
        page.locator(".pw-side .pw-brand").click()
    else:
        page.evaluate("location.reload()")
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
    assert page.locator("[name=name]").input_value() == "Typed"


TYPED = (
    "main form[data-guard] :is(textarea, select,"
    " input:not([type=hidden], [type=file], [type=checkbox], [type=radio]))"
)


@pytest.mark.parametrize("path", [
    "/admin/general-settings/finance", "/admin/my/language", "/admin/client/import",
    "/admin/service/{web}/moves/suspend", "/admin/product/new",
])
def test_forms_of_every_kind_are_left_only_when_that_is_meant(site, browser, path):
    page = site.open(browser)
    page.goto(path.format(**site.house.ids))
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    # The browser asks only where somebody did something on the page.
    page.mouse.click(700, 5)

    page.locator(TYPED).first.evaluate("""
        control => {
            const next = (control.selectedIndex + 1) % control.length;
            if (control.tagName === "SELECT") control.selectedIndex = next;
            else control.value += "1";
            control.dispatchEvent(new Event("change", { bubbles: true }));
        }
    """)
    page.evaluate("location.reload()")
    page.wait_for_timeout(300)

    assert asked == ["beforeunload"]
