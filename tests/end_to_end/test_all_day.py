"""What staff do all day with the keyboard: search, columns, kept views, rows made in place."""

import pytest
from playwright.sync_api import expect

from tests.end_to_end.staff_site import PHONE, serving, shot
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        yield site
        assert site.complaints == []


def test_palette_opens_finds_and_leads_by_keys_alone(site, browser, tmp_path):
    page = site.open(browser)
    page.keyboard.press("Control+k")
    page.keyboard.type("bol")
    page.locator("[data-hit]", has_text="Bolt").first.wait_for()
    shot(page, tmp_path, "palette")
    page.keyboard.press("Escape")
    expect(page.locator("dialog.pw-palette")).not_to_be_visible()

    page.keyboard.press("/")
    page.keyboard.type("acme")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/admin/client/{site.house.ids['acme']}")


def test_a_click_on_the_name_of_a_row_opens_it(site, browser):
    page = site.open(browser)
    for _ in range(2):
        page.goto("/admin/client/")
        page.get_by_role("link", name="Acme", exact=True).click()
        page.get_by_role("heading", name="Acme").wait_for()
        # Also of a list that was shown anew in its place.
        page.goto("/admin/client/")
        page.locator("th a", has_text="Name").click()
        page.wait_for_url("**sort=**")
        page.get_by_role("link", name="Bolt", exact=True).click()
        page.get_by_role("heading", name="Bolt").wait_for()


def test_arrows_move_through_the_hits_and_typing_goes_on_in_the_box(site, browser):
    page = site.open(browser)
    page.keyboard.press("Control+k")
    page.keyboard.type("web")
    page.locator("[data-hit]").nth(1).wait_for()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-hit]").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator(".pw-palette-input")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.type("x")
    expect(page.locator(".pw-palette-input")).to_be_focused()
    page.get_by_text("Nothing found for").wait_for()


def test_a_slash_that_is_typed_stays_in_its_field(site, browser):
    page = site.open(browser)
    page.goto("/admin/client/new")
    page.locator("[name=name]").press_sequentially("a/b")

    expect(page.locator("[name=name]")).to_have_value("a/b")
    expect(page.locator("dialog.pw-palette")).to_have_count(0)


def test_a_ticked_column_is_shown_last_and_dragging_is_not_needed(site, browser, tmp_path):
    page = site.open(browser)
    page.goto("/admin/client/")
    page.get_by_role("link", name="Columns").click()
    page.get_by_role("checkbox", name="VAT ID").check()
    page.get_by_role("checkbox", name="Email").uncheck()
    shot(page, tmp_path, "columns")
    page.get_by_role("button", name="Show these columns").click()
    page.locator("th", has_text="VAT ID").wait_for()

    heads = page.locator("th[scope=col]").all_inner_texts()
    assert heads[-1] == "VAT ID"
    assert "Email" not in heads


def test_a_condition_is_added_by_choosing_its_field(site, browser):
    page = site.open(browser)
    page.goto("/admin/service/?filters=1")
    page.get_by_label("One more field").select_option("client.email")
    box = page.locator("[name='f.client.email']")
    box.fill("office@bolt.example")
    box.press("Enter")
    page.locator(".pw-chip", has_text="office@bolt.example").wait_for()

    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_view_is_kept_changed_and_deleted_in_dialogs(site, browser, tmp_path):
    page = site.open(browser, size=PHONE)
    page.goto("/admin/client/?f.country=PL&op.country=eq")
    page.get_by_role("link", name="Save view").click()
    page.locator("dialog [name=name]").fill("Poles")
    shot(page, tmp_path, "keep")
    page.get_by_role("button", name="Save").click()
    tab = page.locator(".pw-tabs a", has_text="Poles")
    tab.wait_for()
    expect(tab).to_have_attribute("aria-current", "page")

    page.get_by_role("link", name="Change the view Poles").click()
    page.get_by_role("button", name="Delete this view").click()
    page.get_by_text("The view “Poles” is deleted.").wait_for()
    expect(page.locator(".pw-tabs a", has_text="Poles")).to_have_count(0)


def test_a_row_to_link_to_is_made_in_place_and_nothing_typed_is_lost(site, browser, tmp_path):
    page = site.open(browser)
    page.goto("/admin/service/new")
    page.locator("[name=label]").fill("typed before")
    page.locator(".lookup:has([name=client]) a[data-create]").click()
    dialog = page.locator("dialog[open]")
    dialog.get_by_role("button", name="Create").click()
    dialog.locator("[aria-invalid=true]").first.wait_for()
    dialog.locator("[name=name]").fill("Made in place")
    dialog.locator("[name='owner.email']").fill("made@in.place.example")
    shot(page, tmp_path, "in-place")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog).not_to_be_visible()
    (made,) = [row for row in site.house.stored("client") if row["name"] == "Made in place"]

    expect(page.locator("[name=client]")).to_have_value(str(made["id"]))
    expect(page.locator(".lookup:has([name=client]) [data-lookup-input]")).to_have_value(
        "Made in place"
    )
    expect(page.locator("[name=label]")).to_have_value("typed before")
    page.evaluate("window.onbeforeunload = null")
    site.complaints[:] = [said for said in site.complaints if "422" not in said]


def test_one_field_is_put_back_from_the_history(site, browser):
    acme = site.house.ids["acme"]
    with site.house.records("boss") as records:
        records.update("client", acme, {"country": "FR"})
    page = site.open(browser)
    page.goto(f"/admin/client/{acme}?tab=history")
    page.get_by_role("link", name="Put back what Country was before").click()
    page.get_by_role("button", name="Put back").click()
    page.get_by_text("Country is as it was before.").wait_for()

    with site.house.records() as records:
        assert records.get("client", acme)["country"] == "PL"
