"""The client area in a real browser: every click a person makes, and nothing in the console."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from runtime.app import create_app
from runtime.server import listening, make_server
from tests.runtime.shop_panel import CHEAP, PASSWORD, ShopTemplates, shops

__all__ = ["shops"]

SIZES = {"desktop": (1440, 900), "phone": (380, 760)}


@pytest.fixture
def address(shops: ShopTemplates, tmp_path: Path) -> Iterator[str]:
    """The shop, served on a port of its own."""
    with listening("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with shops.sqlite(tmp_path, url) as shop:
            server = make_server(create_app(shop.panel, passwords=CHEAP))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            yield url
            server.should_exit = True
            thread.join(20)


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Return a page at the shop; whatever the console says fails the test."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def opened(size: str = "desktop", scheme: str = "light", path: str = "/login") -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, base_url=address
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if is_trouble(line) else None)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def is_trouble(line: ConsoleMessage) -> bool:
    # A refused form answers 422, which the browser mentions; that is what it is for.
    refused = "the server responded with a status of 422" in line.text
    return line.type in ("error", "warning") and not refused


def sign_in(page: Page, email: str = "anna@example.com") -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/")


def test_a_wrong_password_keeps_the_address_and_says_so(open_page):
    page = open_page()

    page.get_by_label("E-mail address").fill("anna@example.com")
    page.get_by_label("Password").fill("wrong password")
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("alert")).to_contain_text("E-mail address or password is wrong.")
    expect(page.get_by_label("E-mail address")).to_have_value("anna@example.com")
    expect(page.get_by_label("Password")).to_have_value("")
    expect(page.get_by_label("Password")).to_be_focused()


def test_a_person_writes_a_ticket_and_closes_it(open_page):
    page = open_page()
    sign_in(page)

    page.get_by_role("link", name="Write a ticket").click()
    page.get_by_label("Subject").fill("Broken disk")
    page.get_by_label("Product").fill("Small")
    page.get_by_role("option", name="Small VPS").click()
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Broken disk")
    expect(page.get_by_text("Ticket Broken disk was created.")).to_be_visible()

    page.get_by_role("link", name="Close").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog.locator(".pw-problem")).to_be_visible()
    dialog.get_by_label("Reason").fill("It works again")
    dialog.get_by_role("button", name="Close").click()

    expect(page.get_by_text("Ticket Broken disk is now “Closed”.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Closed")


def test_a_list_is_searched_without_leaving_it(open_page):
    page = open_page()
    sign_in(page)

    page.get_by_role("link", name="Tickets", exact=False).first.click()
    page.get_by_role("searchbox").fill("nothing like this")
    page.get_by_role("searchbox").press("Enter")

    expect(page.get_by_text("Nothing matches")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    expect(page.get_by_role("link", name="Help for acme")).to_be_visible()


def test_the_theme_follows_the_system_until_it_is_chosen(open_page):
    page = open_page(scheme="dark")
    sign_in(page)
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "dark")

    page.get_by_text("Account of Anna").locator("..").click()
    page.get_by_role("button", name="Light").click()
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.reload()

    expect(html).to_have_attribute("data-bs-theme", "light")


def test_the_menu_opens_on_a_phone(open_page):
    page = open_page("phone")
    sign_in(page)
    expect(page.get_by_role("link", name="Catalogue")).to_be_hidden()

    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Catalogue").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Catalogue")
    expect(page.get_by_role("link", name="Small VPS").first).to_be_visible()


def test_a_password_is_changed_and_a_person_signs_out(open_page):
    page = open_page(path="/login?next=/my/password")
    page.get_by_label("E-mail address").fill("anna@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()

    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("a much longer phrase")
    page.get_by_label("New password again").fill("a much longer phrase")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("Your password is changed.")).to_be_visible()

    page.get_by_text("Account of Anna").locator("..").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_every_page_fits_and_asks_nobody_else(open_page, address, size, scheme, tmp_path):
    page = open_page(size, scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.screenshot(path=tmp_path / "login.png")
    sign_in(page)

    for name, path in {
        "start": "/", "list": "/ticket/", "row": "/ticket/1", "history": "/ticket/1?tab=history",
        "form": "/ticket/new", "edit": "/ticket/1/edit", "move": "/ticket/1/moves/close",
        "profile": "/my/profile", "password": "/my/password", "people": "/member/",
    }.items():  # fmt: skip
        page.goto(path)
        page.screenshot(path=tmp_path / f"{name}-{size}-{scheme}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} pixels too wide"
        assert page.locator("main h1").count() == 1, path

    assert [url for url in asked if not url.startswith((address, "data:"))] == []
