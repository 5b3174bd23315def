"""A browser without scripts, signed in to the staff area of the gate's shop."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from starlette.testclient import TestClient

from runtime.accounts.passwords import Passwords
from runtime.accounts.staff import set_password
from runtime.app import create_app
from tests.runtime.records.house import House

PASSWORD = "correct horse battery"
CHEAP = Passwords(memory_kib=64, passes=1)
PAGE = {"Accept": "text/html"}


class _Compiled(BytecodeCache):
    """Templates compiled once for all tests: each test's panel has a folder of its own."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key + bucket.checksum in self._known:
            bucket.bytecode_from_string(self._known[bucket.key + bucket.checksum])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class StaffBrowser:
    """`get` and `post` return the answer; redirects are not followed."""

    def __init__(self, house: House, name: str) -> None:
        self.house = house
        app = create_app(house.panel, passwords=CHEAP)
        app.state.web.environment.bytecode_cache = _COMPILED
        self.client = TestClient(
            app, base_url=house.panel.settings.base_url, follow_redirects=False
        )
        set_password(house.panel, "staff", house.ids[name], PASSWORD, CHEAP)
        email = f"{name}@shop.example"
        answer = self.post("/admin/login", page="/admin/login", email=email, password=PASSWORD)
        assert answer.status_code == 303, answer.text

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=PAGE | headers)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (answer.status_code, words(answer.text)[-400:])
        return answer.text

    def post(self, path: str, *, page: str = "", dialog: bool = False, **values: Any) -> Any:
        """Send a form with the token of `page`, the form's own page when it has one."""
        headers = PAGE | ({"X-Panel-Part": "dialog"} if dialog else {})
        sent = {key.replace("__", "."): value for key, value in values.items()}
        data = {"csrf_token": self.token(page), **sent}
        return self.client.post(path, data=data, headers=headers)

    def token(self, page: str = "") -> str:
        text = self.get(page or "/admin/").text
        found = re.search(r'name="csrf-token" content="([^"]+)"', text)
        assert found is not None
        return found[1]

    def fill(self, path: str, **values: Any) -> Any:
        """Send the form of a page as it stands, with some values changed."""
        return self.post(path, page=path, **{**controls(self.page(path)), **values})

    def fill_any(self, path: str, **values: Any) -> Any:
        """Send the question of a page, where its form says, with some values changed."""
        text = self.page(path)
        action = re.search(r'<form method="post" action="([^"]+)"[^>]*novalidate', text)
        assert action is not None
        given = controls(text, "novalidate") | values
        return self.post(html.unescape(action[1]), page=path, **given)


def words(text: str) -> str:
    """Return what a person reads on a page."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def rows(text: str) -> list[str]:
    """Return the rows of the first table as words."""
    body = re.search(r"<tbody[^>]*>(.*?)</tbody>", text, re.S)
    return [words(row) for row in re.findall(r"<tr.*?</tr>", body[1], re.S)] if body else []


def table(text: str) -> list[list[str]]:
    """Return the cells of the first table's rows, without the boxes and menus around them."""
    body = re.search(r"<tbody[^>]*>(.*?)</tbody>", text, re.S)
    found = re.findall(r"<tr.*?</tr>", body[1], re.S) if body else []
    cells = [re.findall(r'<td(?: class="([^"]*)")?>(.*?)</td>', row, re.S) for row in found]
    return [[words(cell) for css, cell in row if css not in ("x", "m")] for row in cells]


def controls(text: str, mark: str = "data-guard") -> dict[str, Any]:
    """Return name → value of every control of the page's form that has the attribute `mark`."""
    reader = _Controls(mark)
    reader.feed(text)
    return reader.values


class _Controls(HTMLParser):
    def __init__(self, mark: str) -> None:
        super().__init__()
        self.mark = mark
        self.values: dict[str, Any] = {}
        self.inside = self.template = False
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = self.mark in given
        self.template = self.template or tag == "template"
        if not self.inside or self.template:
            return
        name = given.get("name") or ""
        if tag == "input" and name and name != "csrf_token" and "disabled" not in given:
            if given.get("type") in ("checkbox", "radio") and "checked" not in given:
                return
            self.values[name] = given.get("value") or ""
        elif tag == "select":
            self.select = name
            self.values.setdefault(name, "")
        elif tag == "option" and self.select and "selected" in given:
            self.values[self.select] = given.get("value") or ""
        elif tag == "textarea":
            self.area = name
            self.values[name] = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area] += data.lstrip("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "template":
            self.template = False
        if tag == "select":
            self.select = ""
        if tag == "textarea":
            self.area = ""
