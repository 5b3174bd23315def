"""The staff area in a real browser: what its scripts do, and that nothing complains."""

import re

import pytest
from playwright.sync_api import expect

from tests.end_to_end.staff_site import DESKTOP, PHONE, serving, shot
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        yield site
        assert site.complaints == []


@pytest.mark.parametrize(("size", "scheme"), [
    (DESKTOP, "light"), (DESKTOP, "dark"), (PHONE, "light"), (PHONE, "dark"),
])
def test_every_kind_of_page_fits_the_window_and_complains_of_nothing(
    site, browser, tmp_path, size, scheme
):
    ids = site.house.ids
    page = site.open(browser, size=size, scheme=scheme)
    for name, path in {
        "home": "/admin/", "list": "/admin/service/", "filters": "/admin/service/?filters=1",
        "empty": "/admin/client/?q=zzz", "detail": f"/admin/service/{ids['web']}",
        "related": f"/admin/client/{ids['acme']}?tab=services",
        "history": f"/admin/service/{ids['web']}?tab=history",
        "form": f"/admin/service/{ids['web']}/edit", "new": "/admin/client/new",
        "move": f"/admin/service/{ids['web']}/moves/suspend",
        "order": "/admin/product/?sort=position", "trash": "/admin/client/?trash=1",
        "settings": "/admin/general-settings/finance",
    }.items():
        answer = page.goto(path)
        shot(page, tmp_path, f"{name}-{size['width']}-{scheme}")

        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert page.locator("html").get_attribute("data-bs-theme") == scheme
        assert page.locator("h1").count() == 1, path


def test_refusals_stand_in_the_frame(site, browser, tmp_path):
    page = site.open(browser)
    absent = page.goto("/admin/client/4242")
    shot(page, tmp_path, "absent")

    assert absent.status == 404
    assert page.locator(".pw-nav").is_visible()
    assert page.get_by_role("heading", name="There is nothing here").is_visible()
    site.complaints.clear()  # Chromium writes every 404 to the console


def test_move_is_asked_and_made_in_a_dialog(site, browser, tmp_path):
    page = site.open(browser)
    page.goto(f"/admin/service/{site.house.ids['web']}")
    page.get_by_role("link", name="Suspend").first.click()
    dialog = page.get_by_role("dialog")

    dialog.get_by_role("button", name="Suspend").click()
    dialog.get_by_text("Enter a value.").first.wait_for()
    shot(page, tmp_path, "dialog-refused")
    dialog.get_by_label("Why").fill("not paid")
    dialog.get_by_role("button", name="Suspend").click()
    page.locator("h1 .badge", has_text="Suspended").wait_for()
    shot(page, tmp_path, "moved")

    assert site.house.get("service", site.house.ids["web"])["reason"] == "not paid"
    site.complaints.clear()  # the refused try, a 422


def test_dialog_closes_with_escape_and_changes_nothing(site, browser):
    page = site.open(browser)
    page.goto(f"/admin/service/{site.house.ids['web']}")
    page.get_by_role("link", name="Suspend").first.click()
    page.get_by_role("dialog").wait_for()

    page.keyboard.press("Escape")

    assert not page.get_by_role("dialog").is_visible()
    assert site.house.get("service", site.house.ids["web"])["status"] == "active"


def test_lookup_is_used_by_keyboard_alone(site, browser, tmp_path):
    page = site.open(browser)
    page.goto("/admin/service/new")
    box = page.get_by_role("combobox", name="Client")

    box.focus()
    page.keyboard.type("bo")
    page.get_by_role("option", name="Bolt").wait_for()
    shot(page, tmp_path, "lookup")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    assert box.input_value() == "Bolt"
    assert page.locator("input[type=hidden][name=client]").input_value() == str(
        site.house.ids["bolt"]
    )
    # Longer than the pause in typing after which the list is asked for: it stays closed.
    page.wait_for_timeout(400)
    assert box.get_attribute("aria-expanded") == "false"


def test_a_text_that_is_no_choice_is_said_and_holds_the_form(site, browser, tmp_path):
    page = site.open(browser)
    path = f"/admin/service/{site.house.ids['web']}/edit"
    page.goto(path)
    box = page.get_by_role("combobox", name="Client")
    said = page.locator("#field-client-unsettled")

    box.fill("xyz")
    page.get_by_text("Nothing found").wait_for()
    page.locator("#field-label").focus()
    expect(said).to_have_text("Nothing chosen: “xyz” matches nothing.")
    expect(box).to_have_value("xyz")
    expect(box).to_have_attribute("aria-invalid", "true")
    shot(page, tmp_path, "unmatched")

    page.get_by_role("button", name="Save").click()
    expect(box).to_be_focused()
    assert page.url.endswith(path)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(box).to_have_value("Acme")
    expect(said).to_have_count(0)

    box.fill("bo")
    page.get_by_role("option", name="Bolt").wait_for()
    page.locator("#field-label").focus()
    expect(said).to_have_text("Nothing chosen: pick an entry for “bo” from the list.")
    box.focus()
    page.get_by_role("option", name="Bolt").click()
    expect(said).to_have_count(0)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/admin/service/{site.house.ids['web']}")
    assert site.house.get("service", site.house.ids["web"])["client"] == site.house.ids["bolt"]


def test_a_whole_title_is_a_choice(site, browser):
    page = site.open(browser)
    page.goto(f"/admin/service/{site.house.ids['web']}/edit")
    box = page.get_by_role("combobox", name="Client")

    box.fill("bolt")
    page.get_by_role("option", name="Bolt").wait_for()
    page.locator("#field-label").focus()

    expect(box).to_have_value("Bolt")
    expect(page.locator("input[type=hidden][name=client]")).to_have_value(
        str(site.house.ids["bolt"]))


def test_without_scripts_a_row_is_found_by_what_was_typed(site, browser):
    page = site.open(browser)
    state = page.context.storage_state()
    context = browser.new_context(
        java_script_enabled=False, storage_state=state, base_url=site.base)
    page = context.new_page()
    page.goto(f"/admin/service/{site.house.ids['web']}/edit")
    page.get_by_role("combobox", name="Client").fill("xyz")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Nothing chosen: “xyz” matches nothing.").first.wait_for()
    box = page.get_by_role("combobox", name="Client")
    expect(box).to_have_value("xyz")

    box.fill("bol")
    page.get_by_role("button", name="Save").click()

    page.wait_for_url(f"**/admin/service/{site.house.ids['web']}")
    assert site.house.get("service", site.house.ids["web"])["client"] == site.house.ids["bolt"]
    context.close()


def test_search_and_enter_asks_once_and_the_console_stays_quiet(site, browser):
    page = site.open(browser)
    page.goto("/admin/client/")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)

    page.get_by_role("searchbox").press_sequentially("bol", delay=20)
    page.keyboard.press("Enter")
    expect(page.locator("td.t")).to_have_text(["Bolt"])
    page.wait_for_timeout(600)

    assert len(asked) == 1
    assert page.title().startswith("Clients")


def test_the_title_follows_a_view_that_is_shown_in_place(site, browser):
    page = site.open(browser)
    page.goto("/admin/service/")
    page.locator("nav[aria-label='Views']").get_by_role("link", name="Active").click()

    expect(page).to_have_title("Active · Services · Shop")
    expect(page.get_by_role("heading", level=1)).to_have_text("Services: Active")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)


def test_rows_are_added_and_removed_before_saving(site, browser, tmp_path):
    ids = site.house.ids
    page = site.open(browser)
    page.goto(f"/admin/service/{ids['web']}/edit")

    page.get_by_role("button", name="Add a row").click()
    page.locator("[name='lines.1.name']").fill("added")
    page.locator("[name='lines.1.amount']").fill("2.50")
    page.locator("[name='lines.0.remove']").check()
    shot(page, tmp_path, "inline")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**/admin/service/{ids['web']}")

    lines = [row["name"] for row in site.house.stored("service_line")
             if row["service_id"] == ids["web"]]
    assert lines == ["added"]


def test_field_appears_and_becomes_required_by_its_conditions(site, browser):
    page = site.open(browser)
    page.goto("/admin/client/new")
    field = page.locator(".pw-field:has(> #field-vat_id-label)")

    assert field.is_hidden()
    country = page.get_by_role("combobox", name="Country")
    country.fill("Poland")
    page.get_by_role("option", name="Poland").click()
    field.wait_for(state="visible")
    assert not page.locator("#field-vat_id").evaluate("box => box.required")
    page.locator("#field-vip").check()
    assert page.locator("#field-vat_id").evaluate("box => box.required")


def test_leaving_a_changed_form_is_asked_first(site, browser):
    page = site.open(browser)
    page.goto("/admin/client/new")
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.get_by_label("Name").fill("Typed")
    assert page.get_by_text("Not saved yet").is_visible()
    page.get_by_role("link", name="Cancel").click()

    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    assert page.get_by_label("Name").input_value() == "Typed"


def test_chosen_rows_bring_the_bar_of_actions(site, browser, tmp_path):
    page = site.open(browser)
    page.goto("/admin/service/")
    bar = page.locator("[data-bulk]")
    assert bar.is_hidden()

    page.get_by_label("Select all rows of this page").check()
    shot(page, tmp_path, "bulk")

    assert bar.is_visible()
    assert bar.locator(".pw-bulk-count").inner_text() == "3 selected"


def test_row_menu_opens_by_keyboard_and_gives_the_focus_back(site, browser, tmp_path):
    page = site.open(browser)
    page.goto("/admin/service/")
    button = page.locator(".pw-row-menu").first

    button.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Edit").wait_for()
    shot(page, tmp_path, "row-menu")
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Edit")).to_be_hidden()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_click_anywhere_on_a_row_opens_it(site, browser):
    page = site.open(browser)
    page.goto("/admin/client/")

    page.locator("tbody tr").first.locator("td").nth(3).click()

    page.wait_for_url(f"**/admin/client/{site.house.ids['acme']}")


def test_search_while_typing_keeps_the_caret(site, browser):
    page = site.open(browser)
    page.goto("/admin/client/")
    box = page.get_by_role("searchbox")

    box.press_sequentially("bol", delay=30)
    page.wait_for_url(re.compile(r"q=bol"))

    expect(page.locator("td.t")).to_have_text(["Bolt"])
    expect(box).to_be_focused()


def test_another_comparison_brings_its_own_inputs(site, browser):
    page = site.open(browser)
    page.goto("/admin/service/?filters=1")

    page.locator("[name='op.price']").select_option("between")
    expect(page.locator("#list-service [name='f.price']")).not_to_have_count(1)
    expect(page.locator("[name='op.price']")).to_have_value("between")
    page.locator("[name='f.price']").first.fill("1")
    page.locator("[name='f.price']").last.fill("5")
    page.get_by_role("button", name="Apply").click()

    page.get_by_text("Nothing matches").wait_for()
    assert page.locator(".pw-chip").inner_text().startswith("Price is between")


def test_theme_is_chosen_kept_and_follows_the_person(site, browser):
    page = site.open(browser)
    page.locator("summary", has_text="Account of Boss").click()
    page.get_by_role("button", name="Dark").click()
    assert page.locator("html").get_attribute("data-bs-theme") == "dark"

    page.goto("/admin/client/")

    assert page.locator("html").get_attribute("data-bs-theme") == "dark"


def test_menu_opens_on_a_phone(site, browser, tmp_path):
    page = site.open(browser, size=PHONE)
    menu = page.get_by_role("navigation", name="Main menu")
    assert not menu.is_visible()

    page.get_by_role("button", name="Menu").click()
    shot(page, tmp_path, "phone-menu")

    assert menu.is_visible()


def test_row_is_dragged_to_another_place(site, browser):
    page = site.open(browser)
    page.goto("/admin/product/?sort=position")
    names = page.locator("td.t")
    first, second, *rest = names.all_inner_texts()

    # A hand moves on its way; one jump may end before the browser has told of it.
    page.locator(".pw-grip").first.drag_to(
        page.locator("tbody tr").nth(1), target_position={"x": 200, "y": 38}, steps=12
    )

    expect(names).to_have_text([second, first, *rest])
    page.reload()
    expect(names).to_have_text([second, first, *rest])


def test_secret_is_shown_after_a_click(site, browser):
    page = site.open(browser)
    page.goto(f"/admin/service/{site.house.ids['web']}")
    assert "hunter" not in page.content()

    page.get_by_role("button", name="Show").click()

    page.get_by_text("hunter web").wait_for()
