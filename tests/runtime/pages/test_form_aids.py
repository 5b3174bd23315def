"""What forms ask for while they are filled in, in both areas."""

import pytest

from runtime.pages.form_aids import matching_icons
from tests.runtime.shop_panel import shops, sign_in, sqlite_shop, token_of

__all__ = ["shops", "sqlite_shop"]


@pytest.fixture(params=["staff", "client"])
def browser(request, sqlite_shop):
    """Someone signed in, and the address of the aids in their area."""
    browser = sqlite_shop.browser()
    person = "chief" if request.param == "staff" else "anna"
    sign_in(browser, f"{person}@example.com", area=request.param)
    browser.aids = "/admin/form-aids" if request.param == "staff" else "/form-aids"
    return browser


def test_regions_are_those_of_the_country(browser):
    found = browser.get(f"{browser.aids}/regions?country=pl").json()["items"]

    assert {"id": "PL-14", "title": "14 - Mazowieckie"} in found
    assert all(item["id"].startswith("PL-") for item in found)
    for country in ("", "XX", "../..", "P" * 5000):
        assert browser.get(f"{browser.aids}/regions", params={"country": country}).json() == {
            "items": []
        }


def test_number_is_written_as_in_its_country(browser):
    assert browser.get(f"{browser.aids}/phone?country=DE").json() == {"example": "+49 30 123456"}
    assert browser.get(f"{browser.aids}/phone?country=XX").json() == {"example": ""}


def test_icons_are_found_by_any_part_of_their_name(browser):
    answer = browser.get(f"{browser.aids}/icons?q=server 2").json()

    assert answer["items"][0]["id"] == "server-2"
    assert answer["items"][0]["svg"].startswith("<svg")
    assert browser.get(f"{browser.aids}/icons?q=<b>").json() == {"items": [], "more": False}
    everything = browser.get(f"{browser.aids}/icons").json()
    assert (len(everything["items"]), everything["more"]) == (60, True)


def test_markdown_comes_back_harmless(browser):
    path = "/admin/" if browser.aids.startswith("/admin") else "/"
    text = "**b** <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    data = {"text": text, "csrf_token": token_of(browser, path)}
    answer = browser.post(f"{browser.aids}/markdown", data=data).text

    assert "<strong>b</strong>" in answer
    assert "<img" not in answer
    assert 'href="javascript' not in answer


def test_aids_are_for_people_who_are_signed_in(sqlite_shop):
    stranger = sqlite_shop.browser()

    for path in ("/form-aids/icons", "/admin/form-aids/regions", "/form-aids/phone"):
        assert stranger.get(path).status_code in (303, 401), path


def test_names_that_begin_with_what_was_typed_come_first():
    found = matching_icons("user")

    assert found[0] == "user"
    begins = [name.startswith("user") for name in found]
    assert begins == sorted(begins, reverse=True)
    assert not all(begins)
    assert all("user" in name for name in found)
