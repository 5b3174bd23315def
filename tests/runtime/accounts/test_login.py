import re
import time
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from runtime.accounts.pages import safe_next
from runtime.accounts.passwords import Passwords
from runtime.accounts.staff import create_staff, set_password
from runtime.actors import SYSTEM
from runtime.app import create_app
from runtime.records.values import ListQuery
from runtime.settings import StartProblem
from tests.runtime.shop_panel import BASE, CHEAP, PASSWORD, form, sign_in, token_of

WRONG = "E-mail address or password is wrong."


def attempt(browser, email, password="wrong password", area="client", **more):
    path = "/admin/login" if area == "staff" else "/login"
    return browser.post(path, data=form(browser, path, email=email, password=password, **more))


def activity(shop) -> list[tuple]:
    table = shop.panel.generated.entities["activity"].table
    with shop.panel.engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).mappings()
        return [
            (row["action"], row["actor_kind"], row["actor_id"], row["ip"])
            for row in rows
            if row["action"].startswith(("login", "logout", "password"))
        ]


@pytest.fixture
def browser(sqlite_shop):
    return sqlite_shop.browser()


def test_a_person_signs_in_and_out(shop):
    browser = shop.browser()

    sign_in(browser, "anna@example.com")
    assert "Welcome, Anna" in browser.get("/").text
    answer = browser.post("/logout", data={"csrf_token": token_of(browser, "/")})

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "You are signed out." in browser.get("/login").text
    assert browser.get("/").status_code == 303
    assert activity(shop) == [
        ("login", "user", shop.ids["anna"], "testclient"),
        ("logout", "user", shop.ids["anna"], "testclient"),
    ]


def test_staff_sign_in_to_their_own_area_and_nowhere_else(sqlite_shop, browser):
    sign_in(browser, "chief@example.com", area="staff")

    assert browser.get("/admin/").status_code == 200
    assert browser.get("/").status_code == 303
    browser.cookies.clear()
    assert attempt(browser, "anna@example.com", PASSWORD, "staff").status_code == 422


def test_the_address_is_folded_as_accounts_keep_it(browser):
    assert attempt(browser, " ANNA@Example.COM ", PASSWORD).status_code == 303


@pytest.mark.parametrize(
    "email", ["anna@example.com", "nobody@example.com", "no address", "carl@example.com"]
)
def test_every_failure_looks_the_same(browser, email):
    answer = attempt(browser, email)

    assert answer.status_code == 422
    assert WRONG in answer.text
    assert f'value="{email}"' in answer.text
    assert "wrong password" not in answer.text


def test_a_switched_off_account_is_told_so_after_the_right_password_alone(browser):
    assert "switched off" in attempt(browser, "carl@example.com", PASSWORD).text
    assert "switched off" not in attempt(browser, "carl@example.com").text
    assert browser.get("/").status_code == 303


def test_an_account_without_a_password_cannot_be_entered(sqlite_shop, browser):
    with sqlite_shop.panel.records(SYSTEM) as records:
        records.create("user", {"email": "new@example.com"})

    for password in ("", " ", "wrong password"):
        assert attempt(browser, "new@example.com", password).status_code == 422


def test_what_was_typed_is_written_nowhere(sqlite_shop, browser):
    attempt(browser, "my-secret-password@", "hunter2hunter2")

    with sqlite_shop.panel.engine.connect() as connection:
        for table in sqlite_shop.panel.generated.metadata.tables.values():
            for row in connection.execute(select(table)):
                assert "hunter2" not in str(row)
                assert "my-secret-password" not in str(row)


def test_tries_per_account_are_limited_also_for_unknown_ones(browser):
    for email in ("anna@example.com", "nobody@example.com"):
        answers = [attempt(browser, email) for _ in range(11)]

        assert [answer.status_code for answer in answers] == [422] * 10 + [429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 901
        assert "Too many tries" in answers[-1].text
    assert attempt(browser, "anna@example.com", PASSWORD).status_code == 429


def test_the_wait_is_over_after_the_window(sqlite_shop, browser):
    for _ in range(11):
        attempt(browser, "anna@example.com")
    sqlite_shop.clock.advance(timedelta(minutes=16))

    assert attempt(browser, "anna@example.com", PASSWORD).status_code == 303


def test_tries_from_one_address_are_limited_over_all_accounts(browser):
    codes = [attempt(browser, f"p{number}@example.com").status_code for number in range(51)]

    assert codes == [422] * 50 + [429]


def test_a_success_takes_back_the_accounts_tries(browser):
    for _ in range(9):
        attempt(browser, "anna@example.com")
    sign_in(browser, "anna@example.com")
    browser.cookies.clear()

    assert [attempt(browser, "anna@example.com").status_code for _ in range(10)] == [422] * 10


def test_signing_in_gives_a_new_token_and_kills_the_form_of_before(browser):
    before = form(browser, "/login", email="anna@example.com", password=PASSWORD)
    planted = browser.cookies["__Host-panel_client"]

    assert browser.post("/login", data=before).status_code == 303

    assert browser.cookies["__Host-panel_client"] != planted
    assert browser.post("/logout", data={"csrf_token": before["csrf_token"]}).status_code == 403
    thief = TestClient(browser.app, base_url=BASE, follow_redirects=False)
    thief.cookies.set("__Host-panel_client", planted)
    assert thief.get("/").status_code == 303


def test_signing_in_again_ends_the_session_of_before(browser):
    sign_in(browser, "anna@example.com")
    first = browser.cookies["__Host-panel_client"]
    sign_in_again = form(browser, "/", email="olga@example.com", password=PASSWORD)

    assert browser.post("/login", data=sign_in_again).status_code == 303

    old = TestClient(browser.app, base_url=BASE, follow_redirects=False)
    old.cookies.set("__Host-panel_client", first)
    assert old.get("/").status_code == 303
    assert "Welcome, Olga" in browser.get("/").text


def test_signing_out_ends_the_session_itself_not_only_the_cookie(browser):
    sign_in(browser, "anna@example.com")
    token = browser.cookies["__Host-panel_client"]

    browser.post("/logout", data={"csrf_token": token_of(browser, "/")})

    thief = TestClient(browser.app, base_url=BASE, follow_redirects=False)
    thief.cookies.set("__Host-panel_client", token)
    assert thief.get("/").status_code == 303


def test_nobody_is_signed_out_by_a_link(browser):
    sign_in(browser, "anna@example.com")

    assert browser.get("/logout").status_code in (404, 405)
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [(BASE, "__Host-panel_client", True), ("http://127.0.0.1:8000", "panel_client", False)],
)
def test_the_cookie_is_held_as_tight_as_the_address_allows(shops, tmp_path, base_url, name, secure):
    with shops.sqlite(tmp_path, base_url) as shop:
        browser = shop.browser()
        answer = attempt(browser, "anna@example.com", PASSWORD)

    (header,) = [
        value for value in answer.headers.get_list("set-cookie") if value.startswith(f"{name}=")
    ]
    cookie = SimpleCookie(header)[name]
    assert cookie["httponly"] is True
    assert bool(cookie["secure"]) is secure
    assert (cookie["path"], cookie["samesite"], cookie["domain"]) == ("/", "Lax", "")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", cookie.value)


def test_the_staff_cookie_ends_with_the_window_unless_it_is_to_be_remembered(browser):
    chief = "chief@example.com"
    refused = attempt(browser, chief, area="staff", remember="yes")
    once = attempt(browser, chief, PASSWORD, "staff")
    browser.cookies.clear()
    kept = attempt(browser, chief, PASSWORD, "staff", remember="yes")

    assert "Max-Age" not in once.headers["set-cookie"]
    assert 'name="remember" value="yes" checked' in refused.text
    assert "Max-Age=" in kept.headers["set-cookie"]


def test_each_area_has_a_cookie_of_its_own(browser):
    sign_in(browser, "anna@example.com")
    sign_in(browser, "chief@example.com", area="staff")

    assert {"__Host-panel_client", "__Host-panel_staff"} <= set(browser.cookies)
    assert browser.get("/").status_code == 200
    assert browser.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "javascript:alert(1)", "/%0d%0aX: y\r\nSet-Cookie: a=b", "evil", "",
        "/admin/", "/logout", "/login", "/ticket/../admin/", "/" + "x" * 3000,
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(browser, to):
    answer = attempt(browser, "anna@example.com", PASSWORD, next=to)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_after_signing_in_the_page_asked_for_is_shown(browser):
    asked = browser.get("/ticket/?view=my_open")
    page = browser.get(asked.headers["location"])
    to = page.text.partition('name="next" value="')[2].partition('"')[0]

    answer = attempt(browser, "anna@example.com", PASSWORD, next=to)

    assert answer.headers["location"] == "/ticket/?view=my_open"
    assert safe_next("staff", "/admin/client/7?tab=x") == "/admin/client/7?tab=x"
    assert safe_next("staff", "/service/7") == "/admin/"


def test_whoever_is_signed_in_is_led_past_the_form(browser):
    sign_in(browser, "anna@example.com")

    assert browser.get("/login?next=/ticket/").headers["location"] == "/ticket/"


def test_an_unknown_account_takes_as_long_as_a_wrong_password(sqlite_shop):
    passwords = Passwords(memory_kib=16_384, passes=2)
    set_password(sqlite_shop.panel, "user", sqlite_shop.ids["anna"], PASSWORD, passwords)
    browser = TestClient(
        create_app(sqlite_shop.panel, passwords=passwords), base_url=BASE, follow_redirects=False
    )

    def seconds(email: str) -> float:
        data = form(browser, "/login", email=email, password="wrong password")
        # The time of the processor: what else the machine does is not counted.
        begun = time.process_time()
        browser.post("/login", data=data)
        return time.process_time() - begun

    pairs = [
        (seconds("anna@example.com"), seconds(f"nobody{number}@example.com")) for number in range(6)
    ]
    known, unknown = (min(each) for each in zip(*pairs, strict=True))
    print(f"unknown account / wrong password: {unknown / known:.2f}")
    assert 0.5 < unknown / known < 2


def test_a_hash_of_an_older_cost_is_renewed_on_the_way_in(sqlite_shop):
    newer = Passwords(memory_kib=128, passes=1)
    browser = TestClient(
        create_app(sqlite_shop.panel, passwords=newer), base_url=BASE, follow_redirects=False
    )

    sign_in(browser, "anna@example.com")

    table = sqlite_shop.panel.generated.entities["credential"].table
    with sqlite_shop.panel.engine.connect() as connection:
        own = (table.c.kind == "user") & (table.c.account_id == sqlite_shop.ids["anna"])
        stored = connection.scalar(select(table.c.hash).where(own))
    assert "m=128," in stored


def test_the_first_staff_gets_a_password_that_works(shop):
    password = create_staff(
        shop.panel, email="new@example.com", name="New Person", roles=["clerk"], passwords=CHEAP
    )
    browser = shop.browser()

    sign_in(browser, "new@example.com", password, area="staff")

    assert browser.get("/admin/").status_code == 200
    with shop.panel.reading(SYSTEM) as records:
        rows = records.list("staff", ListQuery(columns=("firstname", "lastname"))).rows
        assert ("New", "Person") in {(row["firstname"], row["lastname"]) for row in rows}


def test_staff_cannot_be_made_with_a_role_that_does_not_exist(sqlite_shop):
    with pytest.raises(StartProblem, match="no staff role 'buyer': choose from chief, clerk"):
        create_staff(sqlite_shop.panel, email="x@example.com", roles=["buyer"], passwords=CHEAP)


def test_a_new_person_becomes_active_by_signing_in_and_a_closed_one_does_not(sqlite_shop, browser):
    def status(name: str) -> str:
        with sqlite_shop.panel.reading(SYSTEM) as records:
            return records.get("user", sqlite_shop.ids[name])["status"]

    with sqlite_shop.panel.records(SYSTEM) as records:
        records.load("user", {"email": "old@example.com", "status": "closed"}, "test")
    assert status("anna") == "new"

    sign_in(browser, "anna@example.com")
    assert status("anna") == "active"
    sign_in(sqlite_shop.browser(), "anna@example.com")
    assert status("anna") == "active"

    table = sqlite_shop.panel.generated.entities["user"].table
    with sqlite_shop.panel.engine.connect() as connection:
        old = connection.scalar(select(table.c.id).where(table.c.email == "old@example.com"))
    set_password(sqlite_shop.panel, "user", old, PASSWORD, CHEAP)
    sign_in(sqlite_shop.browser(), "old@example.com")
    with sqlite_shop.panel.reading(SYSTEM) as records:
        assert records.get("user", old)["status"] == "closed"
