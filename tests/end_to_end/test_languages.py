"""The sample panel in Polish, in Chromium: no English is left over, and nothing bursts the page."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from config.texts.catalogue import read_catalogue
from runtime.accounts.passwords import Passwords
from runtime.accounts.staff import set_password
from runtime.actors import SYSTEM
from runtime.app import create_app
from runtime.demo import fill
from runtime.panel import Panel
from runtime.plugins import SYSTEM_FOLDER
from runtime.records.values import ListQuery
from runtime.server import listening, make_server
from runtime.texts.languages import FILE, FOLDER
from tests.sample.conftest import SAMPLE, opened

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
CHEAP = Passwords(memory_kib=64, passes=1)
SIZES = {"desktop": (1440, 900), "phone": (380, 800)}
STAFF = "admin@panel.example"
AREAS = {"staff": "/admin", "client": ""}
# Each list brings its filters, its form and a row. All of the menu are walked in the long version.
LISTS_MAX = {"desktop": 16, "phone": 8}

# Words of the sample's own rows that are also words of the catalogues.
DATA = {
    "Active", "Setup", "Processor", "Memory", "Europe", "Unit", "Support", "Finance", "Developer",
    "Products", "Services", "Billing", "Default", "Certificates",
}

# Every text that a person meets: on the page, and as the name of a control.
COLLECT = """() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (parent.closest("script, style, code, td, [data-own], .pw-trail, h1, option")) continue;
    said.push(node.textContent.trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]"))
    for (const name of ["aria-label", "title", "placeholder"])
      if (element.hasAttribute(name)) said.push(element.getAttribute(name).trim());
  said.push(document.querySelector("h1")?.firstChild?.textContent.trim() ?? "");
  return said.filter(Boolean);
}"""


def english() -> Callable[[str], bool]:
    """Return what says whether a text is English of ours that has another Polish form."""
    plain: set[str] = set()
    patterns: list[str] = []
    in_polish: list[str] = []
    for path in (
        FOLDER / "pl" / FILE, SYSTEM_FOLDER / "locales/pl.po", SAMPLE / "locales/pl.po"
    ):
        polish = {
            form for entry in read_catalogue(path.read_bytes(), "pl.po", "pl").entries
            for form in entry.forms
        }
        in_polish += [_pattern(form) for form in polish if "{" in form]
        for entry in read_catalogue(path.read_bytes(), "pl.po", "pl").entries:
            for text in filter(None, (entry.text, entry.plural)):
                if text in polish or text in DATA:
                    continue
                if "{" in text:
                    # A text that is nothing but values says nothing in English.
                    if re.search(r"[a-z]{4}", re.sub(r"\{\w+\}", "", text)):
                        patterns.append(_pattern(text))
                else:
                    plain.add(text)
    left, said = re.compile("|".join(patterns)), re.compile("|".join(in_polish))
    return lambda text: text in plain or bool(left.fullmatch(text) and not said.fullmatch(text))


def _pattern(text: str) -> str:
    """Return what a text looks like with anything in place of its values."""
    return "(?:" + re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)) + ")"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sample panel with its demo rows; everybody in it reads Polish."""
    var = tmp_path_factory.mktemp("polish")
    with listening("127.0.0.1", 0) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with opened(f"sqlite:///{var}/panel.sqlite3", var) as panel:
            fill(panel, "small")
            panel.settings = replace(panel.settings, base_url=url)
            EMAILS["client"] = make_readers(panel)
            server = make_server(create_app(panel, passwords=CHEAP))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            yield url
            server.should_exit = True
            thread.join(20)


# Texts in tables that are wider than their cell.
BURST_CELLS = """() => Array.from(document.querySelectorAll(".pw-table td"))
    .filter((cell) => Array.from(cell.children).some((part) => {
        const [inner, outer] = [part.getBoundingClientRect(), cell.getBoundingClientRect()];
        return inner.right > outer.right + 1 || inner.left < outer.left - 1;
    }))
    .map((cell) => cell.textContent.trim())"""

EMAILS = {"staff": STAFF, "client": ""}


def make_readers(panel: Panel) -> str:
    """Let one of staff and the owner of a client read Polish; return the owner's e-mail."""
    with panel.reading(SYSTEM) as records:
        staff = next(
            row.id for row in records.list("staff", ListQuery(size=100)).rows
            if row["email"] == STAFF
        )
        user = next(
            member["user"]
            for service in records.list("service", ListQuery(size=100)).rows
            for member in records.list(
                "client_user",
                ListQuery(view="of_client", size=10, parent=("client", service["client"])),
            ).rows
            if member["owner"]
        )
        email = str(records.get("user", user)["email"])
    for kind, account in (("staff", staff), ("user", user)):
        with panel.records(SYSTEM) as records:
            records.update(kind, account, {"language": "pl"})
        set_password(panel, kind, account, PASSWORD, CHEAP)
    return email


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Callable[[str, str], Page]]:
    """Return a page signed in to an area; trouble in the console fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def signed_in(area: str, size: str) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, base_url=address, locale="pl-PL"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto(f"{AREAS[area]}/login")
        page.fill("[name=email]", EMAILS[area])
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_url(f"**{AREAS[area]}/")
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert complaints == []


def places(page: Page, area: str, most: int) -> list[str]:
    """Return the addresses of the menu."""
    links = page.eval_on_selector_all(
        ".pw-nav a[href], .pw-menu-list a[href]", "all => all.map(one => one.getAttribute('href'))"
    )
    prefix = f"{AREAS[area]}/"
    return list(dict.fromkeys(each for each in links if each.startswith(prefix)))[:most]


def further(page: Page) -> list[str]:
    """Return pages that a list leads to: its first row, the form of a new one, the filters."""
    found = page.evaluate("""() => {
      const href = (selector) => document.querySelector(selector)?.getAttribute("href");
      return [href("tbody tr a[href]"), href(".pw-actions a.btn-primary"),
              href(".pw-bar a.btn")].filter(Boolean);
    }""")
    return [each for each in found if each.startswith("/")]


def check(page: Page, path: str, is_english: Callable[[str], bool], wrong: set[str]) -> None:
    page.goto(path)
    if page.evaluate("document.documentElement.lang") != "pl":
        wrong.add(f"{path}: not in Polish")
    wrong.update(
        f"{path}: {text}" for text in page.evaluate(COLLECT)
        if is_english(re.sub(r"\s+", " ", text))
    )
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if wide > 0:
        wrong.add(f"{path}: {wide} pixels wider than the window")
    for text in page.evaluate(BURST_CELLS):
        wrong.add(f"{path}: {text!r} is written over the next column")


@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("area", ["staff", "client"])
def test_no_page_is_left_in_english_or_bursts(visit, area, size, tmp_path: Path):
    walk(visit(area, size), area, LISTS_MAX[size], tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("size", ["desktop", "phone"])
@pytest.mark.parametrize("area", ["staff", "client"])
def test_the_whole_menu_is_in_polish_and_bursts_nothing(visit, area, size, tmp_path: Path):
    walk(visit(area, size), area, 1000, tmp_path)


def walk(page: Page, area: str, lists: int, pictures: Path) -> None:
    """Open the start page, lists of the menu and where they lead; keep a picture of each list."""
    is_english = english()
    wrong: set[str] = set()
    seen: set[str] = set()
    for path in [f"{AREAS[area]}/", *places(page, area, lists)]:
        if path in seen or path.endswith("/logout"):
            continue
        seen.add(path)
        check(page, path, is_english, wrong)
        page.screenshot(path=pictures / f"{len(seen)}.png")
        for more in further(page):
            if more not in seen:
                seen.add(more)
                check(page, more, is_english, wrong)

    assert not wrong, "\n".join(sorted(wrong))
    assert len(seen) > 5


@pytest.mark.parametrize("path", ["/login", "/admin/login", "/nichts/hier"])
def test_pages_before_signing_in_are_in_the_browsers_language(browser, address, path):
    context = browser.new_context(base_url=address, locale="pl-PL")
    page = context.new_page()
    wrong: set[str] = set()

    check(page, path, english(), wrong)
    context.close()

    assert wrong == set()


def test_the_login_page_changes_its_language_by_a_click(browser, address):
    context = browser.new_context(base_url=address, locale="en-GB")
    page = context.new_page()
    page.goto("/login")
    page.click("text=українська")

    assert page.evaluate("document.documentElement.lang") == "uk"
    page.fill("[name=email]", EMAILS["client"])
    page.fill("[name=password]", "wrong")
    page.click("[type=submit]")

    assert page.inner_text("[role=alert]").strip() == "Неправильна адреса ел. пошти або пароль."
    context.close()
