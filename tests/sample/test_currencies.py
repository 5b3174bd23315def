"""Forms and filters of the sample offer the panel's own currencies, not those of the world."""

import re
from types import SimpleNamespace

from runtime.accounts.staff import create_staff
from runtime.actors import SYSTEM
from runtime.panel import Panel
from runtime.records import ListQuery
from tests.runtime.admin.staff_browser import StaffBrowser
from tests.sample.conftest import opened

NEW = "/admin/client/new"


def browser(panel: Panel) -> StaffBrowser:
    create_staff(panel, email="boss@shop.example", roles=["super_admin"])
    with panel.reading(SYSTEM) as records:
        boss = records.list("staff", ListQuery()).rows[0].id
    return StaffBrowser(SimpleNamespace(panel=panel, ids={"boss": boss}), "boss")


def offered(page: str, name: str) -> set[str]:
    control = re.search(rf'<select[^>]*name="{re.escape(name)}"[^>]*>(.*?)</select>', page, re.S)
    assert control is not None, name
    return set(re.findall(r'<option value="([A-Z]{3})"', control[1]))


def test_the_panels_currencies_are_offered_and_others_refused(tmp_path):
    with opened(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path) as panel:
        staff = browser(panel)
        listed = offered(staff.page(NEW), "currency")

        assert {"USD", "EUR", "JPY"} <= listed
        assert len(listed) == 10
        filters = staff.page("/admin/client/?filters=1&f.currency.op=eq")
        assert offered(filters, "f.currency") == listed
        answer = staff.fill(NEW, firstname="Jan", currency="AFN")
        assert answer.status_code == 422
        assert "AFN is not offered here. Offered: " in answer.text
