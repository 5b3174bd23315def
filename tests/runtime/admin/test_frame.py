"""The menu and the start page, with a menu and a dashboard laid over the gate's shop."""

import re

import pytest

from tests.runtime.admin.staff_browser import StaffBrowser, words
from tests.runtime.records.house import FOLDER, NOON, SECRET_KEYS, House, fill

MENU = """\
menu: staff
items:
  people:
    icon: users
    heading: Everyday
    items:
      clients: {entity: client, label: All clients}
      polish:  {view: client.polish, count: true}
      nested:  {items: {lines: service_line}}
  work:
    items:
      services: service
      new:      {create: service, label: New order}
      shelf:    {each: product, where: "not hidden", label_from: key}
  grace: {settings: finance, heading: Now and then}
  help:  {url: "https://example.com/help", label: Help}
"""
MODULE_MENU = """\
menu: rates_module
joins: staff
items:
  rates: {entity: product, label: Rates, heading: Rates module}
  lines: {entity: service_line, label: Rated lines}
"""
DASHBOARD = """\
dashboard: staff
widgets:
  active:  {count: service.active, label: Running services, size: 4x1}
  clients: {count: client.staff}
"""


@pytest.fixture
def laid_out(tmp_path):
    from runtime.clock import MovableClock
    from runtime.panel import open_panel
    from runtime.settings import Settings

    layer = tmp_path / "layer"
    layer.mkdir()
    (layer / "menu.yaml").write_text(MENU)
    (layer / "module.yaml").write_text(MODULE_MENU)
    (layer / "dashboard.yaml").write_text(DASHBOARD)
    settings = Settings(f"sqlite:///{tmp_path}/panel.sqlite3", tmp_path, SECRET_KEYS)
    clock = MovableClock(NOON)
    with open_panel([FOLDER, layer], settings, create=True, clock=clock) as panel:
        house = House(panel, clock, fill(panel))
        yield lambda name: StaffBrowser(house, name)


def menu_of(text: str) -> list[str]:
    nav = re.search(r'<nav class="pw-nav".*?</nav>', text, re.S)[0]
    return [words(line) for line in re.findall(r"<(?:a|summary)\b.*?</(?:a|summary)>", nav, re.S)]


def test_menu_shows_what_may_be_seen_with_counts_in_its_order(laid_out):
    assert menu_of(laid_out("boss").page("/admin/")) == [
        "Dashboard", "People", "All clients", "Polish 1", "Nested", "Service lines", "Work",
        "Services", "New order", "domain", "hosting", "Finance", "Help", "Rates", "Rated lines",
    ]


def test_menu_leaves_out_what_the_person_may_not_see_and_empty_groups(laid_out):
    assert menu_of(laid_out("fin").page("/admin/")) == [
        "Dashboard", "People", "All clients", "Polish 1", "Work", "Services", "Help",
    ]
    assert menu_of(laid_out("nil").page("/admin/")) == ["Dashboard", "Help"]


def headings(text: str) -> list[str]:
    return re.findall(r'<li class="pw-nav-heading">([^<]*)</li>', text)


def test_parts_of_the_menu_have_headings_that_go_with_what_they_stand_above(laid_out):
    boss, fin = (headings(laid_out(name).page("/admin/")) for name in ("boss", "fin"))

    assert boss == ["Everyday", "Now and then", "Rates module"]
    # What the part began with is not open to them; the rest of it is.
    assert fin[:2] == ["Everyday", "Now and then"]
    assert headings(laid_out("nil").page("/admin/")) == ["Now and then"]


def test_entries_of_a_module_stand_at_the_end_and_are_seen_like_all_others(laid_out):
    assert menu_of(laid_out("boss").page("/admin/"))[-2:] == ["Rates", "Rated lines"]
    assert "Rated lines" not in menu_of(laid_out("nil").page("/admin/"))


def test_menu_marks_the_page_and_opens_its_group(laid_out):
    text = laid_out("boss").page("/admin/service/1")

    assert '<a href="/admin/service/" aria-current="page">' in text
    assert re.search(r'data-menu-group="work" open', text)
    assert not re.search(r'data-menu-group="people" open', text)


def test_groups_that_were_opened_stay_open(laid_out):
    boss = laid_out("boss")
    boss.client.cookies.set("panel-menu", "people.zzz")

    assert re.search(r'data-menu-group="people" open', boss.page("/admin/service/"))


def test_start_page_counts_what_may_be_seen(laid_out):
    boss, pola, nil = (laid_out(name).page("/admin/") for name in ("boss", "pola", "nil"))

    def cards(text: str) -> list[str]:
        return [words(card) for card in re.findall(r'<a class="pw-card.*?</a>', text, re.S)]

    assert cards(boss) == ["Running services 3", "Clients 2"]
    assert cards(pola) == ["Running services 2", "Clients 1"]
    assert cards(nil) == []
    assert 'href="/admin/service/?view=active"' in boss
