"""What is not ours does not exist: the host's own addresses, unknown rows and entities."""

import pytest

from runtime.accounts.login import Logins
from runtime.accounts.sessions import Sessions
from runtime.admin.entity_view import EntityView
from runtime.admin.site import PanelAdmin
from runtime.app import make_web
from runtime.web.address import public_address
from runtime.web.routes import route_table, unclassified
from tests.runtime.admin.staff_browser import CHEAP

OF_THE_HOST = [
    "/admin/_api/client/relation-lookup?pks=1", "/admin/_api/client/inline-edit?pk=1&field=name",
    "/admin/_api/client/inline-edit/row?pk=1", "/admin/_api/client/action?name=delete",
    "/admin/_api/client/row-action?name=delete&pk=1", "/admin/_api/client/import",
    "/admin/_files/default/x.txt", "/admin/client/list", "/admin/client/detail/1",
    "/admin/client/create", "/admin/client/edit/1", "/admin/static/js/list.js",
    "/admin/index.html", "/admin/client/1/unknown", "/admin/client/1/moves", "/admin/client/-1",
    "/admin/client/abc", "/admin/client/99999999999999999999", "/admin/client/1e3", "/admin/nope/",
    "/admin/credential/", "/admin/credential/1", "/admin/general-settings/nope",
]


@pytest.mark.parametrize("path", OF_THE_HOST)
def test_address_that_is_not_listed_does_not_exist(desk, path):
    assert desk("boss").get(path).status_code == 404


def test_row_that_is_not_there_and_row_out_of_sight_look_alike(staff, house):
    pola = staff("pola")

    absent = pola.get("/admin/client/4242")
    hidden = pola.get(f"/admin/client/{house.ids['bolt']}")

    assert absent.status_code == hidden.status_code == 404
    assert "There is nothing here" in hidden.text
    assert "Bolt" not in hidden.text


@pytest.mark.parametrize("path", ["/admin/", "/admin/client/", "/admin/client/1", "/admin/nope/"])
def test_visitor_is_led_to_the_login_from_any_page(desk, path):
    boss = desk("boss")
    boss.client.cookies.clear()

    answer = boss.get(path)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/admin/login?next=")


def test_every_route_is_classified(sqlite_house):
    panel = sqlite_house.panel
    web = make_web(panel, public_address(panel.settings.base_url))

    logins = Logins(panel, Sessions(panel), CHEAP)
    table = list(route_table(PanelAdmin(panel, web, logins).build().routes, "/admin"))

    assert unclassified(table) == []
    assert len(table) >= 24
    assert {info.classification.area for info in table} == {"staff"}
    assert all(info.classification.changes == ("POST" in info.methods) for info in table)


def test_pages_hold_no_inline_style_no_handler_and_no_other_host(desk, sqlite_house):
    boss, ids = desk("boss"), sqlite_house.ids
    for path in ("/admin/", "/admin/client/?filters=1", "/admin/service/new",
                 f"/admin/service/{ids['web']}", f"/admin/service/{ids['web']}/edit",
                 f"/admin/service/{ids['web']}/moves/suspend", "/admin/general-settings/finance"):
        text = boss.page(path)

        assert " style=" not in text, path
        assert " onclick" not in text, path
        assert "javascript:" not in text, path
        assert 'src="http' not in text, path


def test_view_class_gives_the_host_nothing_that_the_gate_refuses(sqlite_house):
    panel = sqlite_house.panel
    web = make_web(panel, public_address(panel.settings.base_url))
    view = PanelAdmin(panel, web, Logins(panel, Sessions(panel), CHEAP)).view_of("client")
    pola, nil = sqlite_house.actor("pola"), sqlite_house.actor("nil")

    assert isinstance(view, EntityView)
    assert view._get(pola, sqlite_house.ids["acme"]).title == "Acme"
    assert view._get(pola, sqlite_house.ids["bolt"]) is None
    assert view._get(pola, "../1") is None
    assert view._delete(nil, [sqlite_house.ids["acme"]]) == 0
    assert len(sqlite_house.stored("client")) == 2
