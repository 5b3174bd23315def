"""Rows that strain a page: 200 fields, very long text, markup, a script from right to left."""

import pytest

from runtime.accounts.staff import create_staff
from runtime.actors import SYSTEM
from runtime.clock import MovableClock
from runtime.panel import open_panel
from runtime.records import ListQuery
from runtime.settings import Settings
from tests.end_to_end.auditing import DESKTOP, PHONE, Auditor
from tests.end_to_end.staff_site import serving, shot
from tests.runtime.admin.staff_browser import CHEAP, PASSWORD
from tests.runtime.records.house import NOON, SECRET_KEYS, House

COLUMNS = 200
LONG = "Every word of this text has to find its place. " * 213
UNBROKEN = "x" * 10_000
MARKUP = '<b onclick="alert(1)">bold</b><script>document.title = "taken"</script>{{ 7 * 7 }}'
ARABIC = "شركة الاستضافة العربية — فاتورة رقم ١٢٣"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hard")
    (folder / "site.yaml").write_text("site: hard\nname: Hard\n")
    (folder / "boss.yaml").write_text('role: boss\narea: staff\nallow: {"*": all}\n')
    fields = "\n".join(f"  f{number}: {{type: text, max: 80}}" for number in range(COLUMNS))
    (folder / "wide.yaml").write_text(
        "entity: wide\ntitle: [name]\ntraits: [audited]\nfields:\n  name: {type: text, max: 200}\n"
        "  notes: long_text\n  badge: {type: choice, of: {one: One}, badges: {one: warn}}\n"
        f"{fields}\nviews:\n  staff: {{columns: [name, notes, badge, f0, f1], search: [name]}}\n"
    )
    (folder / "bare.yaml").write_text(
        "entity: bare\nfields: {name: {type: text, max: 80}}\nviews: {staff: {columns: [name]}}\n"
    )
    settings = Settings(f"sqlite:///{folder}/panel.sqlite3", folder, SECRET_KEYS)
    with open_panel([folder], settings, create=True, clock=MovableClock(NOON)) as panel:
        ids = {}
        for name in ("boss", "rea"):
            email = f"{name}@shop.example"
            create_staff(panel, email=email, password=PASSWORD, roles=["boss"], passwords=CHEAP)
        with panel.records(SYSTEM) as records:
            many = {f"f{number}": f"Value {number}" for number in range(COLUMNS)}
            for key, values in {
                "long": {"name": "Long", "notes": LONG}, "unbroken": {"name": "x" * 200},
                "markup": {"name": MARKUP[:80], "notes": MARKUP},
                "arabic": {"name": ARABIC, "notes": ARABIC}, "many": {"name": "Many", **many},
                "wall": {"name": "Wall", "notes": UNBROKEN, "badge": "one"},
            }.items():
                ids[key] = records.create("wide", values).id
            for row in records.list("staff", ListQuery(columns=("email",))).rows:
                ids[row["email"].partition("@")[0]] = row.id
        yield panel, ids


@pytest.fixture(params=[(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def boss(request, site, browser):
    panel, ids = site
    with serving(House(panel, panel.clock, ids)) as served:
        size, scheme = request.param
        auditor = Auditor(browser, served.base, size, scheme)
        auditor.sign_in("/admin/login", "boss@shop.example", PASSWORD)
        yield auditor
        auditor.context.close()
        assert auditor.complaints == []


def test_hard_rows_break_no_page(boss, site, tmp_path):
    _, ids = site
    faults = []
    for name, path in {
        "list": "/admin/wide/", "no rows": "/admin/bare/", "one row": "/admin/wide/?q=Many",
        "all columns": "/admin/wide/?" + "&".join(f"col=f{number}" for number in range(COLUMNS)),
        "choice of columns": "/admin/wide/?columns=1",
        **{key: f"/admin/wide/{ids[key]}" for key in ("long", "unbroken", "markup", "arabic")},
        "wall": f"/admin/wide/{ids['wall']}", "many": f"/admin/wide/{ids['many']}",
        "form": f"/admin/wide/{ids['many']}/edit",
        "markup form": f"/admin/wide/{ids['markup']}/edit",
        "history": f"/admin/wide/{ids['wall']}?tab=history",
        "delete": f"/admin/wide/{ids['unbroken']}/delete",
    }.items():
        boss.open(path)
        shot(boss.page, tmp_path, f"{name.replace(' ', '-')}-{boss.size['width']}")
        wide = boss.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults += [f"{name} is {wide} pixels too wide"] if wide > 0 else []
        faults += [f"{name} ran"] if boss.page.title() == "taken" else []

    assert faults == []


def test_markup_is_shown_as_it_was_typed(boss, site):
    _, ids = site
    boss.open(f"/admin/wide/{ids['markup']}")

    assert MARKUP in boss.page.locator("main").inner_text()
    assert boss.page.locator("main b[onclick]").count() == 0


def test_text_from_right_to_left_runs_that_way(boss, site):
    _, ids = site
    boss.open(f"/admin/wide/{ids['arabic']}/edit")

    field = boss.page.locator("[name=notes]")
    assert field.input_value() == ARABIC
    assert field.evaluate("field => getComputedStyle(field).unicodeBidi") == "plaintext"
