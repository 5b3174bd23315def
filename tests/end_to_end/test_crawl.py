"""Every link of both areas is followed, one row per entity: the console stays silent, the page's
policy refuses nothing, nobody else is asked, and no page is wider than the window."""

import re
import threading

import pytest

from runtime.accounts.staff import set_password
from runtime.demo import fill
from runtime.server import listening, make_server
from tests.end_to_end.auditing import DESKTOP, PHONE, Auditor
from tests.end_to_end.staff_site import serving
from tests.runtime.admin.staff_browser import CHEAP, PASSWORD
from tests.runtime.records.conftest import houses, sqlite_house

__all__ = ["houses", "sqlite_house"]

# The shop has fewer pages than that; a crawl that finds no end is a fault of its own.
SHOP_PAGES_MAX = 300


def follow(auditor, start, pages_max, *also, audit=False):
    """Return how many pages there were, and what was wrong with them."""
    faults, pages = [], 0
    for path in auditor.crawl(start, pages_max, *also):
        pages += 1
        if audit:
            faults += auditor.faults(path)
        elif auditor.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"{path} is wider than the window")
    return pages, faults + auditor.complaints


@pytest.fixture
def site(sqlite_house):
    with serving(sqlite_house) as site:
        set_password(sqlite_house.panel, "user", sqlite_house.ids["anna"], PASSWORD, CHEAP)
        yield site


@pytest.mark.parametrize(("start", "login", "email", "size"), [
    ("/admin/", "/admin/login", "boss@shop.example", DESKTOP),
    ("/", "/login", "anna@example.com", PHONE),
])
def test_links_of_the_shop_lead_to_pages_without_complaint(
    site, browser, start, login, email, size
):
    auditor = Auditor(browser, site.base, size)
    auditor.sign_in(login, email, PASSWORD)

    # The shop says no menu for its staff.
    lists = ("/admin/client/", "/admin/service/") if start != "/" else ()
    pages, faults = follow(auditor, start, SHOP_PAGES_MAX, *lists)

    assert faults == []
    assert 10 < pages < SHOP_PAGES_MAX
    auditor.context.close()


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample panel with its sample data, served; its address and what tells of logins."""
    from runtime.app import create_app
    from runtime.panel import open_panel
    from runtime.settings import Settings
    from tests.sample.conftest import short_sample

    var = tmp_path_factory.mktemp("crawl")
    with listening("127.0.0.1", 0) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = Settings(f"sqlite:///{var}/panel.sqlite3", var, ("k" * 40,), base_url=base)
        with open_panel([short_sample()], settings, create=True) as panel:
            told = "\n".join(fill(panel, "small"))
            server = make_server(create_app(panel, passwords=CHEAP))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            yield base, told
            server.should_exit = True
            thread.join(20)


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("area", ["staff", "client"])
def test_every_page_of_the_sample_panel_is_free_of_grave_faults(
    sample, browser, area, size, scheme
):
    base, told = sample
    password = re.search(r"password (\S+)", told)[1]
    who = re.search(r"(\S+) +Super admin" if area == "staff" else r"(\S+) +owner of", told)[1]
    start = "/admin/" if area == "staff" else "/"
    auditor = Auditor(browser, base, size, scheme)
    auditor.sign_in(f"{start}login", who, password)

    pages, faults = follow(auditor, start, 1000, audit=True)

    assert faults == []
    assert pages > (200 if area == "staff" else 40)
    auditor.context.close()
