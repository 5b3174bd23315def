"""A person's language: guessed, chosen before signing in, kept with the person."""

import pytest

from runtime.actors import load_actor
from tests.runtime.shop_panel import PASSWORD, form, sign_in

PAGES = [("client", "/my/language", "anna@example.com"),
         ("staff", "/admin/my/language", "chief@example.com")]


def language_of(page: str) -> str:
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.fixture
def browser(sqlite_shop):
    return sqlite_shop.browser()


@pytest.mark.parametrize("path", ["/login", "/admin/login"])
def test_the_first_guess_is_what_the_browser_asks_for(browser, path):
    page = browser.get(path, headers={"Accept-Language": "de;q=0.9, pl;q=0.8, en;q=0.1"}).text

    assert language_of(page) == "pl"
    assert "Zaloguj się" in page


def test_a_language_that_the_site_does_not_offer_is_the_sites_first(browser):
    assert language_of(browser.get("/login", headers={"Accept-Language": "de"}).text) == "en"
    assert language_of(browser.get("/login?language=de").text) == "en"


@pytest.mark.parametrize("path", ["/login", "/admin/login"])
def test_the_login_page_is_switched_and_the_browser_remembers(browser, path):
    chosen = browser.get(f"{path}?language=uk")

    assert language_of(chosen.text) == "uk"
    assert language_of(browser.get(path).text) == "uk"
    assert language_of(browser.get("/nothing", follow_redirects=True).text) == "uk"


def test_a_choice_on_the_login_page_is_kept_with_the_person(browser, sqlite_shop):
    page = form(browser, "/login?language=fr", email="anna@example.com", password=PASSWORD,
                language="fr")
    assert browser.post("/login", data=page).status_code == 303

    assert language_of(browser.get("/").text) == "fr"
    assert load_actor(sqlite_shop.panel, "user", sqlite_shop.ids["anna"]).locale == "fr"


def test_a_remembered_choice_does_not_change_a_person(browser, sqlite_shop):
    browser.get("/login?language=fr")
    sign_in(browser, "anna@example.com")

    assert language_of(browser.get("/").text) == "en"


def test_a_failed_try_keeps_the_language_and_speaks_it(browser):
    page = form(browser, "/login", email="anna@example.com", password="wrong", language="pl")
    answer = browser.post("/login", data=page, headers={"Accept-Language": "pl"})

    assert 'name="language" value="pl"' in answer.text
    assert "Adres e-mail lub hasło jest nieprawidłowe." in answer.text


@pytest.mark.parametrize(("area", "path", "email"), PAGES)
def test_the_account_changes_language_and_zone_for_the_next_page(browser, area, path, email):
    sign_in(browser, email, area=area)
    values = form(browser, path, language="pl", time_zone="Asia/Tokyo")

    answer = browser.post(path, data=values)
    page = browser.get(answer.headers["location"]).text

    assert answer.status_code == 303
    assert language_of(page) == "pl"
    assert "Zmiany zostały zapisane." in page
    assert 'value="Asia/Tokyo" selected' in page


@pytest.mark.parametrize(("area", "path", "email"), PAGES)
@pytest.mark.parametrize(
    "wrong", [{"language": "de"}, {"language": ""}, {"time_zone": "Moon/Base"}, {"time_zone": ""}]
)
def test_a_language_or_zone_that_does_not_exist_is_refused(browser, area, path, email, wrong):
    sign_in(browser, email, area=area)
    values = {"language": "pl", "time_zone": "Asia/Tokyo", **wrong}

    answer = browser.post(path, data=form(browser, path, **values))

    assert answer.status_code == 422
    assert language_of(answer.text) == "en"


def test_moments_are_shown_in_the_persons_zone(shop):
    browser = shop.browser()
    sign_in(browser, "anna@example.com")
    path = f"/ticket/{shop.ids['ticket_acme']}"
    before = browser.get(path).text
    browser.post("/my/language", data=form(
        browser, "/my/language", language="en", time_zone="Asia/Tokyo"
    ))

    after = browser.get(path).text

    # The shop's rows were made at noon of UTC.
    assert "1:00\u202fPM" in before
    assert "9:00\u202fPM" in after


def test_signing_out_speaks_the_persons_language(browser):
    sign_in(browser, "anna@example.com")
    browser.post("/my/language", data=form(
        browser, "/my/language", language="pl", time_zone="UTC"
    ))
    browser.post("/logout", data=form(browser, "/"))

    page = browser.get("/login").text

    assert language_of(page) == "pl"
    assert "Wylogowano" in page


def test_the_history_says_who_changed_the_language(browser, sqlite_shop):
    sign_in(browser, "anna@example.com")
    browser.post("/my/language", data=form(
        browser, "/my/language", language="pl", time_zone="UTC"
    ))

    from runtime.actors import SYSTEM

    with sqlite_shop.panel.reading(SYSTEM) as records:
        changes = records.history("user", sqlite_shop.ids["anna"])
    assert changes[0].actor_name == "Anna"
    assert set(changes[0].fields) == {"language", "time_zone"}


def test_a_panel_that_speaks_no_english_makes_its_accounts_in_its_own_language(tmp_path):
    from runtime.actors import SYSTEM
    from runtime.panel import open_panel
    from runtime.settings import Settings

    (tmp_path / "site.yaml").write_text("site: arabic\nlocales: [ar]\n")
    settings = Settings(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path, ("k" * 40,))
    with open_panel([tmp_path], settings, create=True) as panel, panel.records(SYSTEM) as records:
        made = records.create("staff", {"email": "a@x.example", "firstname": "A"})
        assert records.get("staff", made.id)["language"] == "ar"
