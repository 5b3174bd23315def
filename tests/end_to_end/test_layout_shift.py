"""Nothing on a page moves while it loads, so nobody clicks what was elsewhere a moment ago."""

import time

import pytest

from runtime.accounts.staff import set_password
from tests.end_to_end.auditing import DESKTOP, PHONE, Auditor
from tests.end_to_end.staff_site import serving
from tests.runtime.admin.staff_browser import CHEAP, PASSWORD
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]

# The sum of all shifts of a page; the web's own measure calls 0.1 good.
SHIFT_MAX = 0.02
ROWS = 40

_WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    window.shifts.push([entry.value, ...entry.sources.map((source) => {
      const node = source.node && (source.node.outerHTML || source.node.textContent) || "";
      const [from, to] = [source.previousRect, source.currentRect];
      return `${node.slice(0, 90)} from ${from.x},${from.y} to ${to.x},${to.y} (${to.height} high)`;
    })]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.fixture
def site(sqlite_house):
    with sqlite_house.records() as records:
        for number in range(ROWS):
            records.create("service", {
                "client": sqlite_house.ids["acme"], "product": sqlite_house.ids["hosting"],
                "label": f"service {number}",
            })
    with serving(sqlite_house) as site:
        set_password(sqlite_house.panel, "user", sqlite_house.ids["anna"], PASSWORD, CHEAP)
        yield site


def shifts(auditor, path):
    """Return how much moved while the page loaded, and what that was."""
    auditor.open(path)
    auditor.page.wait_for_load_state("networkidle")
    # What scripts and the late font change comes within some frames.
    auditor.page.evaluate("document.fonts.ready")
    auditor.page.wait_for_timeout(300)
    return auditor.page.evaluate("window.shifts")


def _late(route):
    time.sleep(0.05)
    route.continue_()


def moved(auditor, paths):
    """Return the pages of which too much moved, although their scripts came late."""
    auditor.context.add_init_script(_WATCH)
    auditor.context.route("**/*.js*", _late)
    found = {}
    for path in paths:
        # Twice: with an empty cache, and as everybody sees it afterwards.
        for _ in range(2):
            seen = shifts(auditor, path)
            if sum(value for value, *_ in seen) > SHIFT_MAX:
                found[path] = seen
    return found


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_the_staff_area_stand_still(site, browser, size):
    auditor = Auditor(browser, site.base, size)
    auditor.sign_in("/admin/login", "boss@shop.example", PASSWORD)
    ids = site.house.ids
    web, acme = f"/admin/service/{ids['web']}", f"/admin/client/{ids['acme']}"

    assert moved(auditor, [
        "/admin/", "/admin/service/", "/admin/service/?filters=1", "/admin/product/", web,
        f"{web}?tab=history", f"{web}/edit", acme, f"{acme}?tab=services", "/admin/client/new",
        "/admin/client/import", "/admin/general-settings/finance",
    ]) == {}
    auditor.context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_of_the_client_area_stand_still(site, browser, size):
    auditor = Auditor(browser, site.base, size)
    auditor.sign_in("/login", "anna@example.com", PASSWORD)
    web = f"/service/{site.house.ids['web']}"

    assert moved(auditor, [
        "/", "/service/", web, f"{web}/edit", "/service/new", "/my/language",
    ]) == {}
    auditor.context.close()


def test_a_shift_is_noticed(site, browser):
    auditor = Auditor(browser, site.base)
    auditor.context.add_init_script(_WATCH)
    auditor.open("/admin/login")
    auditor.page.evaluate(
        "new Promise((done) => setTimeout(() => {"
        " const space = document.createElement('div'); space.style.height = '300px';"
        " document.body.prepend(space); setTimeout(done, 300); }, 700))"
    )

    assert sum(value for value, *_ in auditor.page.evaluate("window.shifts")) > SHIFT_MAX
    auditor.context.close()
