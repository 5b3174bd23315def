"""No address of the program's own is one that an entity could have."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from config.references.entities import RESERVED_ENTITIES, RESERVED_PREFIXES
from config.specs.base import NAME
from runtime.accounts.staff import create_staff
from runtime.actors import SYSTEM
from runtime.app import classified_routes, create_app
from runtime.pages.own_pages import OWN_PAGES
from runtime.panel import Panel
from runtime.web.visit import area_of
from tests.runtime.records.small import opened_small
from tests.runtime.shop_panel import CHEAP, PASSWORD, token_of

BRAND, SEARCH = (
    f"entity: {name}\nplural: {name.title()}s\ntitle: name\nfields: {{name: text!}}\n"
    "views:\n  staff: {columns: [name]}\n  client: {area: client, columns: [name]}\n"
    "allow: {customer: {see: all, edit: all}}\n"
    for name in ("brand", "search")
)
CUSTOMER = "role: customer\narea: client\nallow: {}\n"


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    url = f"sqlite:///{tmp_path}/panel.sqlite3"
    with opened_small(url, tmp_path, BRAND, SEARCH, CUSTOMER) as opened:
        yield opened


def first_part(path: str) -> str:
    """Return the part of an address where an entity's name stands in the addresses of rows."""
    return re.sub(r"^/admin(?=/)", "", path).split("/")[1]


def could_be_an_entity(word: str) -> bool:
    return bool(NAME.match(word)) and word not in RESERVED_ENTITIES and (
        not word.startswith(RESERVED_PREFIXES)
    )


def test_no_route_of_the_program_has_the_name_of_an_entity_to_come(panel: Panel) -> None:
    paths = {str(row["path"]) for row in classified_routes(panel.project)}
    paths |= {page.path for page in OWN_PAGES.values()}
    own = {path for path in paths if first_part(path) != "{entity}"}

    taken = {path for path in own if could_be_an_entity(first_part(path))}
    # Files are an entity of the program, which nobody can declare anew.
    assert {path for path in taken if first_part(path) not in panel.project.system_entities} == (
        set()
    )
    assert {path for path in own if first_part(path).startswith("{")} == set()
    assert len(own) > 20


def test_pages_of_every_entity_belong_to_an_area() -> None:
    for word in ("brand", "search", "file", "webhook"):
        assert area_of(f"/{word}/1") == "client"
        assert area_of(f"/admin/{word}/1") == "staff"


@pytest.mark.parametrize("name", ["brand", "search"])
def test_an_entity_called_like_a_route_of_old_has_all_its_pages(panel: Panel, name: str) -> None:
    with panel.records(SYSTEM) as records:
        row = records.create(name, {"name": "the only row"}).id
    create_staff(panel, email="a@example.com", password=PASSWORD, roles=["manager"],
                 passwords=CHEAP)
    browser = TestClient(create_app(panel, passwords=CHEAP), follow_redirects=False,
                         base_url=panel.settings.base_url)
    token = token_of(browser, "/admin/login")
    browser.post("/admin/login", data={
        "csrf_token": token, "email": "a@example.com", "password": PASSWORD,
    })

    for path in ("/", f"/{row}", f"/{row}/edit", f"/{row}/delete", f"/{row}/menu"):
        text = browser.get(f"/admin/{name}{path}").text
        assert ("the only row" in text) or (f'href="/admin/{name}/{row}"' in text), path
    # Nobody has signed in to the client area: its pages ask for that, none is simply not there.
    for path in ("/", f"/{row}", f"/{row}/edit", f"/{row}/delete", f"/{row}/menu"):
        assert browser.get(f"/{name}{path}").headers["location"].startswith("/login"), path
