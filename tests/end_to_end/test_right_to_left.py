"""A panel in a language that runs from right to left: every page stands the other way round."""

import shutil

import pytest

from runtime.accounts.staff import set_password
from tests.end_to_end.auditing import DESKTOP, PHONE, Auditor
from tests.end_to_end.staff_site import serving, shot
from tests.runtime.admin.staff_browser import CHEAP, PASSWORD
from tests.runtime.records import house as houses_of


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder, var = tmp_path_factory.mktemp("arabic"), tmp_path_factory.mktemp("var")
    shop = folder / "shop"
    shutil.copytree(houses_of.FOLDER, shop)
    said = (shop / "site.yaml").read_text()
    (shop / "site.yaml").write_text(said.replace("locales: [en, pl]", "locales: [ar]"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(houses_of, "FOLDER", shop)
        with houses_of.opened(f"sqlite:///{var}/panel.sqlite3", var) as house:
            with serving(house) as site:
                set_password(house.panel, "user", house.ids["anna"], PASSWORD, CHEAP)
                with house.records() as records:
                    records.update("client", house.ids["acme"], {"name": "شركة الاستضافة"})
                yield site


@pytest.fixture(params=[(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def auditor(request, browser, site):
    size, scheme = request.param
    auditor = Auditor(browser, site.base, size, scheme)
    yield auditor
    auditor.context.close()
    assert auditor.complaints == []


def faults_of(auditor, name, folder):
    page = auditor.page
    assert page.evaluate("document.documentElement.dir") == "rtl"
    shot(page, folder, f"{name}-{auditor.size['width']}")
    # Beyond the left edge a page from right to left can be scrolled as well.
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return auditor.faults(name) + ([f"{name} is {wide} pixels too wide"] if wide > 0 else [])


def test_staff_area_stands_the_other_way_round(auditor, site, tmp_path):
    ids, faults = site.house.ids, []
    auditor.sign_in("/admin/login", "boss@shop.example", PASSWORD)
    for name, path in {
        "start": "/admin/", "list": "/admin/service/", "filters": "/admin/service/?filters=1",
        "columns": "/admin/client/?columns=1", "detail": f"/admin/client/{ids['acme']}",
        "history": f"/admin/client/{ids['acme']}?tab=history", "move":
        f"/admin/service/{ids['web']}/moves/suspend", "form": f"/admin/service/{ids['web']}/edit",
        "new": "/admin/client/new", "import": "/admin/client/import",
        "export": "/admin/client/export", "language": "/admin/my/language",
        "settings": "/admin/general-settings/finance",
    }.items():
        auditor.open(path)
        faults += faults_of(auditor, name, tmp_path)

    assert faults == []


def test_client_area_stands_the_other_way_round(auditor, site, tmp_path):
    ids, faults = site.house.ids, []
    auditor.open("/login")
    faults += faults_of(auditor, "login", tmp_path)
    auditor.sign_in("/login", "anna@example.com", PASSWORD)
    for name, path in {
        "client-start": "/", "client-list": "/service/", "client-detail": f"/service/{ids['web']}",
        "client-form": "/service/new", "client-language": "/my/language",
    }.items():
        auditor.open(path)
        faults += faults_of(auditor, name, tmp_path)

    assert faults == []


def test_what_scripts_open_stands_in_the_window(auditor, site, tmp_path):
    page, faults = auditor.page, []
    auditor.sign_in("/admin/login", "boss@shop.example", PASSWORD)
    auditor.open("/admin/service/")
    page.locator(".pw-row-menu").first.click()
    page.get_by_role("link", name="Edit").wait_for()
    faults += faults_of(auditor, "row-menu", tmp_path)
    box = page.locator("#row-menu").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= auditor.size["width"]
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.locator("dialog.pw-palette input").fill("a")
    page.locator("dialog.pw-palette [data-hit]").first.wait_for()
    faults += faults_of(auditor, "palette", tmp_path)
    page.keyboard.press("Escape")
    auditor.open(f"/admin/service/{site.house.ids['web']}/edit")
    page.locator("[data-lookup-input]").first.click()
    page.locator(".lookup-list [role=option]").first.wait_for()
    faults += faults_of(auditor, "lookup", tmp_path)

    assert faults == []


def test_sidebar_and_text_begin_at_the_right_edge(browser, site):
    auditor = Auditor(browser, site.base)
    auditor.sign_in("/admin/login", "boss@shop.example", PASSWORD)
    auditor.open("/admin/client/")

    auditor.open(f"/admin/client/{site.house.ids['acme']}")
    away = auditor.page.locator(".pw-facts dd").evaluate_all("""
        facts => facts.filter(fact => {
            const words = document.createRange();
            words.selectNodeContents(fact);
            const box = fact.getBoundingClientRect(), text = words.getBoundingClientRect();
            return text.width && box.right - text.right > text.left - box.left + 1;
        }).map(fact => fact.outerHTML)
    """)
    assert away == [], "values in Latin letters stand away from their labels"
    auditor.open("/admin/client/")
    for start, around in {
        ".pw-side": "body", ".pw-head h1": "main", ".pw-table thead th:not(.x, .m)": ".pw-table",
    }.items():
        of, box = (auditor.page.locator(each).first.bounding_box() for each in (start, around))
        before, behind = of["x"] - box["x"], box["x"] + box["width"] - of["x"] - of["width"]
        assert before > behind, f"{start} stands at the left of {around}"
    auditor.context.close()
