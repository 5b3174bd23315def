"""Lists of the sample as staff work with them."""

import re

import pytest
from starlette.testclient import TestClient

from runtime.accounts.passwords import Passwords
from runtime.accounts.staff import set_password
from runtime.actors import SYSTEM
from runtime.app import create_app
from runtime.panel import Panel
from runtime.records.values import ListQuery
from tests.runtime.admin.staff_browser import words
from tests.runtime.shop_panel import sign_in
from tests.sample.conftest import BASE

PASSWORD = "correct horse battery"


def browser_of(panel: Panel, role: str) -> TestClient:
    """Return a browser of the first staff member of a group whose roles have `role`."""
    with panel.reading(SYSTEM) as records:
        rows = records.list("staff_membership", ListQuery(
            columns=("staff", "staff_group.roles"), size=200)).rows
        staff = next(row["staff"] for row in rows if role in row["staff_group.roles"])
        email = records.get("staff", staff)["email"]
    cheap = Passwords(memory_kib=64, passes=1)
    set_password(panel, "staff", staff, PASSWORD, cheap)
    browser = TestClient(create_app(panel, passwords=cheap), base_url=BASE, follow_redirects=False)
    sign_in(browser, email, PASSWORD, "staff")
    return browser


@pytest.fixture(scope="module")
def admin(filled: Panel) -> TestClient:
    return browser_of(filled, "super_admin")


def test_edit_and_delete_stand_first_in_the_bulk_bar_and_danger_only_under_more(admin: TestClient):
    page = admin.get("/admin/service/").text
    bar = page[page.index('class="pw-bulk"'):]
    buttons, more = bar.split("<details", 1)

    assert re.findall(r'name="action" value="([\w:]+)"', buttons)[0] == "edit"
    assert "move:suspend" not in buttons
    assert "btn-danger" not in buttons
    assert re.search(r'value="move:suspend" class="pw-danger"', more)


def test_no_two_columns_of_a_list_or_of_its_export_have_one_name(admin: TestClient):
    page = admin.get("/admin/service/?columns=1").text
    chooser = page[page.index('<form class="pw-columns"'):]
    own = chooser[: chooser.index("<details")]
    labels = re.findall(r'name="col" value="[\w.]+"(?: checked)?> ([^<]+)</label>', own)
    assert labels
    assert "Price (Base)" in labels
    assert len(labels) == len(set(labels))

    for entity in ("client", "service"):
        export = admin.get(f"/admin/{entity}/export").text
        names = re.findall(r'name="column"[^>]*> <span>([^<]+)</span>', export)
        assert names
        assert len(names) == len(set(names)), sorted(names)


def test_a_date_of_a_service_has_one_name_in_the_list_and_on_its_page(
    filled: Panel, admin: TestClient
):
    with filled.reading(SYSTEM) as records:
        service = records.list("service", ListQuery(size=1)).rows[0].id
    assert "Order date" in words(admin.get("/admin/service/").text)
    said = words(admin.get(f"/admin/service/{service}").text)
    assert "Order date" in said
    assert "Ordered at" not in said


def test_the_owner_of_a_client_is_called_by_name_alone(filled: Panel, admin: TestClient):
    with filled.reading(SYSTEM) as records:
        rows = records.list("client_user", ListQuery(
            columns=("client", "owner", "user.firstname", "user.lastname"), size=200)).rows
        row = next(row for row in rows if row["owner"])
    name = f"{row['user.firstname']} {row['user.lastname']}"
    page = admin.get(f"/admin/client/{row['client']}").text
    assert f">{name}</a>" in page


def test_a_client_is_found_by_its_city(filled: Panel, admin: TestClient):
    with filled.reading(SYSTEM) as records:
        rows = records.list("client", ListQuery(
            columns=("billing_address.city",), size=50)).rows
        row = next(row for row in rows if row["billing_address.city"])
    page = admin.get("/admin/client/", params={"q": row["billing_address.city"]}).text
    assert f'href="/admin/client/{row.id}"' in page


def test_only_who_may_see_colleagues_is_told_how_many_are_online(
    filled: Panel, admin: TestClient
):
    assert "Staff online 1" in words(admin.get("/admin/").text)
    assert "Staff online" not in words(browser_of(filled, "support").get("/admin/").text)


def test_settings_are_found_by_their_name(admin: TestClient):
    found = admin.get("/admin/search-everything", params={"q": "general"}).text
    assert "General" in words(found[found.index("<main"):])
