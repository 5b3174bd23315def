"""Lists, menu and frame of the client area over the small shop, as a browser meets them."""

import re

import pytest
from markupsafe import Markup

from runtime.records import Records
from runtime.records.values import Count
from tests.runtime.client.browsing import post
from tests.runtime.shop_panel import sign_in


def test_the_start_page_counts_what_is_the_persons_own(anna):
    text = anna.get("/").text

    assert "Welcome, Anna" in text
    assert 'href="/ticket/?view=my_open"' in text
    assert '<span class="pw-widget-value">1</span>' in text


def test_the_menu_shows_what_may_be_seen_and_nothing_else(anna, ben):
    annas, bens = anna.get("/").text, ben.get("/").text

    for text in (annas, bens):
        for url in ("/ticket/", "/product/", "/company/", "/member/"):
            assert f'href="{url}"' in text
        assert "Small VPS" in text
        assert "Hidden VPS" not in text
        assert 'href="https://example.com/help" target="_blank" rel="noopener noreferrer"' in text
    assert 'href="/ticket/new"' in annas
    assert 'href="/ticket/new"' not in bens


def test_one_line_per_row_leads_to_the_list_narrowed_to_it(sqlite_shop, anna):
    vps = sqlite_shop.ids["vps"]

    answer = anna.get("/ticket/", params={"op.product": "eq", "f.product": str(vps)})

    assert f"f.product={vps}" in anna.get("/").text
    assert "Help for acme" in answer.text


def test_the_present_page_is_marked_in_the_menu(anna):
    assert 'href="/product/" aria-current="page"' in anna.get("/product/").text
    assert 'href="/ticket/" aria-current="page"' in anna.get("/ticket/1").text


def test_a_list_shows_the_persons_rows_and_columns(anna):
    text = anna.get("/ticket/").text

    assert "Help for acme" in text
    assert "Help for other" not in text
    assert 'data-label="Status"' in text
    assert '<a href="/ticket/1">Help for acme</a>' in text


def test_a_list_can_be_searched_sorted_and_filtered(anna):
    for name in ("Printer", "Router"):
        assert post(anna, "/ticket/new", company="1", subject=name).status_code == 303

    assert "Printer" not in anna.get("/ticket/?q=Rou").text
    text = anna.get("/ticket/?sort=subject").text
    assert text.index("Help for acme") < text.index("Printer") < text.index("Router")
    assert "Nothing matches" in anna.get("/ticket/?op.status=eq&f.status=closed").text


@pytest.mark.parametrize("query", ["view=staff", "sort=notes", "op.notes=eq&f.notes=x", "page=x"])
def test_what_a_list_does_not_offer_is_left_out_and_said(anna, query):
    answer = anna.get(f"/ticket/?{query}")

    assert answer.status_code == 200
    assert "pw-note-warn" in answer.text
    assert "NOTES" not in answer.text


def test_views_for_staff_have_no_page_here(anna):
    assert anna.get("/login_attempt/").status_code in (403, 404)
    assert anna.get("/activity/").status_code in (403, 404)
    assert anna.get("/nothing/").status_code == 404


def test_a_row_shows_its_facts_its_rows_and_what_may_be_done(anna, ben):
    text = anna.get("/ticket/1").text

    for shown in ("Help for acme", "BODY-acme", "LINE-acme", "Open", 'href="/ticket/1/edit"'):
        assert shown in text
    assert 'href="/ticket/1/moves/close"' in text
    assert "/moves/park" not in text
    assert "LINE-acme" in anna.get("/ticket/1?tab=lines").text
    assert 'href="/ticket/1/edit"' not in ben.get("/ticket/1").text
    assert "/moves/close" not in ben.get("/ticket/1").text


@pytest.mark.parametrize("hidden", ["NOTES-acme", "CODE-acme", "ACME-RATING"])
def test_what_is_for_staff_alone_is_on_no_page(anna, hidden):
    for path in (
        "/ticket/1", "/ticket/1/edit", "/ticket/1?tab=history", "/ticket/", "/company/1",
        "/company/", "/ticket/export.csv",
    ):  # fmt: skip
        assert hidden not in anna.get(path).text


@pytest.mark.parametrize(("path", "title", "heading"), [
    ("/ticket/", "Tickets · Example Shop", "Tickets"),
    ("/ticket/?view=my_open", "Open · Tickets · Example Shop", "Tickets: Open"),
    ("/ticket/1", "Help for acme · Tickets · Example Shop", "Help for acme"),
    ("/ticket/1?tab=history", "History · Help for acme · Tickets · Example Shop", "Help for acme"),
    ("/ticket/new", "New ticket · Tickets · Example Shop", "New ticket"),
    ("/company/", "My companies · Example Shop", "My companies"),
    ("/my/password", "Change password · Example Shop", "Change password"),
])
def test_every_page_says_what_it_is(anna, path, title, heading):
    text = anna.get(path).text

    assert f"<title>{title}</title>" in " ".join(text.split())
    assert re.search(r"<h1[^>]*>([^<]*)", text)[1].strip() == heading


def test_the_frame_names_the_person_and_leads_out(anna):
    text = anna.get("/").text

    for part in ('action="/logout"', 'href="/my/profile"', 'href="/my/password"', ">Anna<"):
        assert part in text
    assert 'href="#content"' in text


def test_a_slot_that_is_filled_shows_on_every_page_and_an_empty_one_leaves_no_trace(sqlite_shop):
    browser = sqlite_shop.browser()
    sign_in(browser, "anna@example.com")
    assert "BALANCE-STRIP" not in browser.get("/").text

    area = browser.app.state.client
    area.fill("balance", lambda records, request: Markup("<b>BALANCE-STRIP</b>"))
    area.fill("balance", lambda records, request: None)

    for path in ("/", "/ticket/", "/ticket/1", "/my/password", "/nowhere"):
        assert "<b>BALANCE-STRIP</b>" in browser.get(path).text


@pytest.mark.parametrize(
    "path", ["/ticket/1/", "/ticket//1", "/my", "/TICKET/", "/ticket/1/x", "/nowhere"]
)
def test_odd_addresses_lead_nowhere(anna, path):
    assert anna.get(path).status_code == 404


def test_a_missing_slash_is_mended_without_naming_a_host(anna):
    assert anna.get("/ticket").headers["location"] == "/ticket/"


def test_an_address_without_its_slash_keeps_its_filters(anna):
    answer = anna.get("/ticket?view=my_open&q=a%26b", follow_redirects=False)

    assert answer.headers["location"] == "/ticket/?view=my_open&q=a%26b"


def test_numbers_of_tiles_and_menus_are_written_as_the_reader_does(anna, monkeypatch):
    monkeypatch.setattr(Records, "count", lambda *_, **__: Count(12496))
    assert '<span class="pw-widget-value">12,496</span>' in anna.get("/").text
    post(anna, "/my/language", language="pl", time_zone="UTC")

    polish = anna.get("/").text

    assert '<span class="pw-widget-value">12\u00a0496</span>' in polish
    assert "12,496" not in polish


def test_the_start_page_shows_the_first_of_a_persons_own_rows(sqlite_shop, anna):
    page = anna.get("/").text
    table = page.partition('aria-label="Newest tickets"')[2].partition("</section>")[0]

    assert "Help for acme" in table
    assert "Help for other" not in table
    assert re.search(r'href="/ticket/[^"]*">Show all', table)
