"""Every kind of page of both areas, looked over by axe-core: nothing grave, nothing too wide."""

import pytest
from starlette.exceptions import HTTPException

from runtime.accounts.staff import set_password
from tests.end_to_end.auditing import DESKTOP, PHONE, Auditor
from tests.end_to_end.staff_site import serving
from tests.runtime.admin.staff_browser import CHEAP, PASSWORD
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]

LOOKS = [(DESKTOP, "light"), (PHONE, "dark")]
OTHER_LOOKS = [(DESKTOP, "dark"), (PHONE, "light")]


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        set_password(sqlite_house.panel, "user", sqlite_house.ids["anna"], PASSWORD, CHEAP)
        yield site


@pytest.fixture(params=[
    *LOOKS, *(pytest.param(look, marks=pytest.mark.long) for look in OTHER_LOOKS),
], ids=lambda look: f"{look[0]['width']}-{look[1]}")
def auditor(request, browser, site):
    size, scheme = request.param
    auditor = Auditor(browser, site.base, size, scheme)
    yield auditor
    auditor.context.close()
    assert auditor.complaints == []


@pytest.fixture
def boss(auditor):
    auditor.sign_in("/admin/login", "boss@shop.example", PASSWORD)
    return auditor


@pytest.fixture
def anna(auditor):
    auditor.sign_in("/login", "anna@example.com", PASSWORD)
    return auditor


def test_login_pages_have_no_grave_fault(auditor):
    faults = []
    for path in ("/login", "/admin/login"):
        auditor.open(path)
        faults += auditor.faults(path)
        auditor.allowed = 422
        auditor.page.click("[type=submit]")
        auditor.page.get_by_role("alert").wait_for()
        faults += auditor.faults(f"{path} refused")

    assert faults == []


def test_pages_of_the_staff_area_have_no_grave_fault(boss, site):
    ids = site.house.ids
    row, faults = f"/admin/service/{ids['web']}", []
    for path in (
        "/admin/", "/admin/service/", "/admin/service/?filters=1", "/admin/service/?columns=1",
        "/admin/client/?q=zzz", "/admin/client/?trash=1", "/admin/product/?sort=position",
        row, f"{row}?tab=history", f"/admin/client/{ids['acme']}?tab=services",
        f"{row}/edit", "/admin/client/new", f"{row}/moves/suspend", f"{row}/delete",
        "/admin/general-settings/finance", "/admin/search-everything?q=a", "/admin/my/language",
        "/admin/my/account",
        "/admin/service/views/new", "/admin/client/export", "/admin/imports-and-exports",
    ):
        boss.open(path)
        faults += boss.faults(path)

    assert faults == []


def test_what_scripts_open_has_no_grave_fault(boss, site):
    page, faults = boss.page, []
    boss.open("/admin/service/")
    page.locator(".pw-row-menu").first.click()
    page.get_by_role("link", name="Edit").wait_for()
    faults += boss.faults("menu of a row")
    page.keyboard.press("Escape")
    page.get_by_label("Select all rows of this page").check()
    faults += boss.faults("bar of chosen rows")
    page.keyboard.press("Control+k")
    page.locator("dialog.pw-palette input").fill("a")
    page.locator("dialog.pw-palette [data-hit]").first.wait_for()
    faults += boss.faults("palette")
    boss.open(f"/admin/service/{site.house.ids['web']}")
    page.get_by_role("link", name="Suspend").first.click()
    page.get_by_role("dialog").wait_for()
    faults += boss.faults("dialog of a move")
    boss.allowed = 422
    page.get_by_role("dialog").get_by_role("button", name="Suspend").click()
    page.get_by_role("dialog").locator(".pw-problem").first.wait_for()
    faults += boss.faults("dialog that was refused")
    page.once("dialog", lambda question: question.accept())
    page.keyboard.press("Escape")
    page.locator("summary", has_text="Account of").click()
    faults += boss.faults("account menu")

    assert faults == []


def test_dialogs_with_forms_have_no_grave_fault(boss):
    page, faults = boss.page, []
    dialog = page.get_by_role("dialog")
    boss.open("/admin/client/?f.country=PL&op.country=eq")
    page.get_by_role("link", name="Save view").click()
    dialog.locator("[name=name]").wait_for()
    faults += boss.faults("question for a view")
    boss.allowed = 422
    dialog.get_by_role("button", name="Save").click()
    dialog.locator("[aria-invalid=true]").wait_for()
    faults += boss.faults("question for a view that was refused")
    boss.open("/admin/service/new")
    page.locator(".lookup:has([name=client]) a[data-create]").click()
    dialog.locator("[name=name]").wait_for()
    faults += boss.faults("row made in place")
    boss.allowed = 422
    dialog.get_by_role("button", name="Create").click()
    dialog.locator("[aria-invalid=true]").first.wait_for()
    faults += boss.faults("row made in place that was refused")

    assert faults == []


def test_an_edit_of_many_rows_has_no_grave_fault(boss):
    page, faults = boss.page, []
    boss.open("/admin/client/")
    page.get_by_label("Select all rows of this page").check()
    page.locator("[name=action][value=edit]").click()
    page.get_by_role("button", name="Next").wait_for()
    faults += boss.faults("which fields")
    page.get_by_role("checkbox", name="Country").check()
    page.get_by_role("button", name="Next").click()
    page.locator("[name=confirmed]").wait_for(state="attached")
    faults += boss.faults("their values")

    assert faults == []


def test_putting_back_a_field_has_no_grave_fault(boss, site):
    acme = site.house.ids["acme"]
    with site.house.records("boss") as records:
        records.update("client", acme, {"country": "FR"})
    page, faults = boss.page, []
    boss.open(f"/admin/client/{acme}?tab=history")
    link = page.get_by_role("link", name="Put back what Country was before")
    path = link.get_attribute("href")
    link.click()
    page.get_by_role("dialog").wait_for()
    faults += boss.faults("put back, in a dialog")
    boss.open(path)
    faults += boss.faults("put back")

    assert faults == []


def test_forms_that_are_refused_have_no_grave_fault(boss, site):
    page, faults = boss.page, []
    boss.open("/admin/client/new")
    boss.allowed = 422
    page.locator("form[data-guard] [type=submit]").click()
    page.locator("#form-problems").wait_for()
    faults += boss.faults("form with problems")
    acme = f"/admin/client/{site.house.ids['acme']}/edit"
    boss.open(acme)
    with site.house.records("boss") as records:
        records.update("client", site.house.ids["acme"], {"name": "Acme of others"})
    page.locator("[name=name]").fill("Acme of mine")
    boss.allowed = 409
    page.locator("form[data-guard] [type=submit]").click()
    page.locator(".pw-conflict").wait_for()
    faults += boss.faults("conflict")

    assert faults == []


@pytest.mark.parametrize("status", [403, 404, 409, 500])
def test_pages_of_errors_have_no_grave_fault(boss, site, monkeypatch, status):
    def fail(*_):
        if status == 500:
            raise RuntimeError("what nobody thought of")
        raise HTTPException(status, "It is said why.")

    monkeypatch.setattr("runtime.pages.serving.lists.build_detail", fail)
    boss.open(f"/admin/service/{site.house.ids['web']}", status)

    assert boss.page.locator(".pw-nav").count() == 1
    assert boss.faults(f"error {status}") == []


def test_pages_of_the_client_area_have_no_grave_fault(anna, site):
    ids, faults = site.house.ids, []
    row = f"/service/{ids['web']}"
    for path in (
        "/", "/service/", "/service/?filters=1", "/service/?q=zzz", row, "/service/new",
        "/my/password", "/my/language",
    ):
        anna.open(path)
        faults += anna.faults(path)
    anna.open("/service/4242", 404)
    faults += anna.faults("nothing here")

    assert faults == []
