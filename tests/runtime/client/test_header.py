"""The header and the foot of the client area: companies, account, links."""

import re

import pytest

from runtime.actors import SYSTEM, Actor
from runtime.client.company import narrowed
from runtime.pages.own_pages import OWN_PAGES
from tests.runtime.shop_panel import sign_in, token_of


@pytest.fixture
def both(shop):
    """Olga, who belongs to two companies now."""
    with shop.panel.records(SYSTEM) as records:
        records.create("member", {"company": shop.ids["acme"], "user": shop.ids["olga"]})
    browser = shop.browser()
    sign_in(browser, "olga@example.com")
    return browser


def choose(browser, company):
    token = token_of(browser, "/")
    return browser.post("/my/company", data={"csrf_token": token, "company": company})


def test_person_of_two_companies_looks_at_both_or_one(shop, both):
    assert "Help for acme" in both.get("/ticket/").text
    assert "Help for other" in both.get("/ticket/").text

    answer = choose(both, f"companies:{shop.ids['acme']}")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "Help for acme" in both.get("/ticket/").text
    assert "Help for other" not in both.get("/ticket/").text
    assert both.get(f"/ticket/{shop.ids['ticket_other']}").status_code == 404


def test_switch_names_all_companies_and_marks_the_chosen_one(shop, both):
    choose(both, f"companies:{shop.ids['acme']}")

    page = both.get("/").text
    lines = re.findall(r'<button name="company" value="([^"]*)"([^>]*)>.*?</svg> ([^<]*)<', page)

    assert [(value, title) for value, _, title in lines] == [
        ("", "All companies"), (f"companies:{shop.ids['acme']}", "Acme"),
        (f"companies:{shop.ids['other']}", "Other GmbH"),
    ]
    assert [title for _, marks, title in lines if "aria-current" in marks] == ["Acme"]


def test_all_companies_are_chosen_again(shop, both):
    choose(both, f"companies:{shop.ids['acme']}")
    choose(both, "")

    assert "Help for other" in both.get("/ticket/").text


def test_person_of_one_company_has_no_switch(anna):
    assert 'name="company"' not in anna.get("/").text


def test_choice_of_a_company_that_is_not_theirs_opens_nothing(sqlite_shop, anna):
    choose(anna, f"companies:{sqlite_shop.ids['other']}")
    anna.cookies.set("__Host-panel_company", f"companies:{sqlite_shop.ids['other']}")

    text = anna.get("/ticket/").text

    assert "Help for acme" in text
    assert "Help for other" not in text


@pytest.mark.parametrize("chosen", [
    "", "clients", "clients:", "clients:9", "clients:x", "clients:-1", "others:1",
    "clients:" + "9" * 40, "clients:²", "clients:1:2",
])
def test_choice_that_fits_nothing_takes_nothing(chosen):
    actor = Actor("user", 1, sets={"clients": frozenset({1, 2})})

    assert narrowed(actor, chosen) is actor


def test_choice_keeps_the_rights_of_that_company_alone():
    actor = Actor(
        "user", 1, sets={"clients": frozenset({1, 2}), "teams": frozenset({5})},
        rights={"clients": {1: frozenset({"pay"}), 2: frozenset({"order"})}},
    )

    one = narrowed(actor, "clients:2")

    assert one.sets == {"clients": {2}, "teams": {5}}
    assert one.within("clients", "order") == {2}
    assert one.within("clients", "pay") == frozenset()


def test_every_own_page_of_the_area_opens(anna):
    for name, page in OWN_PAGES.items():
        if page.area == "client" and name != "logout.client":
            assert anna.get(page.path).status_code == 200, name


def test_account_menu_is_there_without_yaml(anna):
    page = anna.get("/").text

    for path in ("/my/profile", "/my/password", "/my/verification", "/my/two-factor",
                 "/my/language"):
        assert f'<a href="{path}"' in page
    assert "Sign out</button>" in page


def test_verification_page_says_what_is_known(anna):
    page = anna.get("/my/verification").text

    assert "anna@example.com" in page
    assert "None on file" in page
    # What is proven of them is theirs to know, whatever their role shows of a user.
    assert "Not verified" in page


def test_verification_page_names_no_other_person(sqlite_shop, anna):
    assert "ben@example.com" not in anna.get("/my/verification").text
    assert sqlite_shop.browser().get("/my/verification").headers["location"].startswith("/login")
