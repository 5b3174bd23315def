"""The whole application: headers everywhere, nothing unclassified, errors told and logged."""

import logging

import pytest
from starlette.testclient import TestClient

from runtime.app import classified_routes, create_app
from runtime.web.routes import route_table, unclassified
from tests.runtime.shop_panel import CHEAP, form, shops, sign_in, sqlite_shop, token_of

__all__ = ["shops", "sqlite_shop"]

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
}


@pytest.fixture
def browser(sqlite_shop):
    return sqlite_shop.browser()


def test_every_route_says_what_it_is_for(browser):
    assert unclassified(route_table(browser.app.routes)) == []


def test_the_route_table_needs_no_database(sqlite_shop, browser):
    rows = classified_routes(sqlite_shop.panel.project)

    assert rows == [info.as_json() for info in route_table(browser.app.routes)]
    assert {"path", "methods", "area", "action", "entity", "changes", "login"} <= set(rows[0])


def test_whatever_changes_something_is_no_get(browser):
    for info in route_table(browser.app.routes):
        changes = info.classification.changes
        assert changes == ("POST" in info.methods), info.path
        assert not changes or "GET" not in info.methods, info.path


@pytest.mark.parametrize("who", ["nobody", "anna", "chief"])
def test_every_answer_carries_every_header(browser, who):
    if who == "anna":
        sign_in(browser, "anna@example.com")
    if who == "chief":
        sign_in(browser, "chief@example.com", area="staff")
    seen = set()
    for info in route_table(browser.app.routes):
        path = info.path.format(
            entity="ticket", id=1, path="x", move="close", field="code", tab="x", change=1,
            digest="x", name="x",
        )
        for method in ("GET", "POST", "DELETE"):
            answer = browser.request(method, path)
            found = {name: answer.headers.get(name) for name in SECURITY_HEADERS}
            assert found == SECURITY_HEADERS, (method, path)
            # A file that is sent may run nothing at all, a page only our own scripts.
            file = "attachment" in answer.headers.get("content-disposition", "")
            policy = answer.headers["content-security-policy"]
            assert ("sandbox;" if file else "nonce-") in policy, (method, path)
            assert answer.headers["x-request-id"]
            if not path.startswith("/static/"):
                assert "no-store" in answer.headers["cache-control"], (method, path)
            seen.add(answer.status_code)
    assert not seen & {500, 501, 502}
    assert {303, 403, 404, 405} <= seen


def test_files_of_ours_carry_the_headers_and_are_kept(browser):
    page = browser.get("/login").text
    url = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]

    answer = browser.get(url)

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_no_page_names_another_site(browser):
    sign_in(browser, "anna@example.com")
    for path in ("/login", "/", "/ticket/", "/ticket/1", "/ticket/new", "/nowhere"):
        for attribute in ('src="http', 'href="http', "url(http"):
            text = browser.get(path).text.replace('href="https://example.com/help"', "")
            assert attribute not in text


def test_every_script_and_style_of_a_page_carries_its_nonce(browser):
    sign_in(browser, "anna@example.com")
    for path in ("/", "/ticket/", "/ticket/1", "/ticket/new", "/my/profile", "/my/password"):
        answer = browser.get(path)
        nonce = answer.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
        text = answer.text
        assert text.count("<script") == text.count(f'<script nonce="{nonce}"')
        assert text.count("<style") == text.count(f'<style nonce="{nonce}"')
        for inline in (' style="', ' onclick="', ' onchange="', "javascript:"):
            assert inline not in text, (path, inline)


def test_a_poisoned_host_never_reaches_a_page(browser):
    for headers in (
        {"Host": "evil.example"},
        {"Host": "panel.example.com@evil.example"},
        {"Host": "panel.example.com", "X-Forwarded-Host": "evil.example"},
    ):
        answer = browser.get("/login", headers=headers)
        assert "evil.example" not in answer.text + str(answer.headers)
        assert answer.status_code == (200 if headers["Host"] == "panel.example.com" else 400)


def test_a_redirect_stays_on_its_path(browser):
    assert browser.get("/ticket/1").headers["location"] == "/login?next=/ticket/1"


def test_a_body_over_the_limit_is_refused_on_every_route(sqlite_shop):
    app = create_app(sqlite_shop.panel, passwords=CHEAP, body_bytes_max=1_000_000)
    browser = TestClient(app, base_url="https://panel.example.com", follow_redirects=False)

    for path in ("/login", "/admin/login", "/ticket/new", "/nowhere"):
        answer = browser.post(path, content=b"x" * 1_000_001)
        assert answer.status_code == 413
        assert "1 MB" in answer.text


def test_an_error_nobody_expected_shows_its_number_and_no_traceback(
    sqlite_shop, browser, monkeypatch, caplog
):
    sign_in(browser, "anna@example.com")

    def broken(*_, **__):
        raise RuntimeError("swordfish")

    monkeypatch.setattr("runtime.pages.serving.lists.build_detail", broken)
    with caplog.at_level(logging.ERROR):
        answer = browser.get("/ticket/1")

    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "swordfish" not in answer.text
    assert "Traceback" not in answer.text
    assert "Main menu" in answer.text
    (line,) = [record for record in caplog.records if record.getMessage() == "the request failed"]
    assert line.exc_info[1].args == ("swordfish",)


def test_the_panel_says_when_its_database_is_gone(sqlite_shop, browser, monkeypatch):
    def gone(*_, **__):
        from sqlalchemy.exc import OperationalError

        raise OperationalError("SELECT 1", {}, Exception("gone"))

    assert browser.get("/readyz").status_code == 200
    monkeypatch.setattr(sqlite_shop.panel.engine.__class__, "connect", gone)

    assert browser.get("/healthz").text == "ok"
    assert browser.get("/readyz").status_code == 503
    assert browser.get("/login").status_code == 200
    cookie = {"Cookie": f"__Host-panel_client={'x' * 43}"}
    answer = browser.get("/", headers=cookie)
    assert answer.status_code == 503
    assert "The database does not answer" in answer.text


def test_only_known_methods_are_answered(browser):
    for method in ("TRACE", "PROPFIND", "PATCH", "PUT", "DELETE"):
        assert browser.request(method, "/login").status_code in (403, 405)


def test_a_page_of_the_other_area_does_not_open_with_a_session(sqlite_shop, browser):
    sign_in(browser, "anna@example.com")
    token = browser.cookies["__Host-panel_client"]
    browser.cookies.set("__Host-panel_staff", token)

    assert browser.get("/admin/").headers["location"].startswith("/admin/login")


def test_the_form_token_of_one_page_serves_on_every_other(browser):
    sign_in(browser, "anna@example.com")
    data = {"csrf_token": token_of(browser, "/"), "name": "x"}

    assert browser.post("/company/new", data=data).status_code == 403
    assert "was not changed" not in browser.post("/company/new", data=data).text
    assert browser.post("/login", data=form(browser, "/", email="", password="")).status_code == 422
