"""What stands around every page of the staff area: menu, trail, the person's own links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from starlette.requests import Request

from runtime.admin.desk import PREFIX, page_context
from runtime.pages.area import initials
from runtime.pages.context import PageContext
from runtime.pages.menu import MenuBuilder, MenuItem, MenuTargets
from runtime.pages.own_pages import pages_of
from runtime.web.visit import visit_of

if TYPE_CHECKING:
    from runtime.panel import Panel

MENU_COOKIE = "panel-menu"
SETTINGS_PATH = f"{PREFIX}/general-settings"
PAGES = pages_of("staff")
# They show what General settings hold.
_OF_SETTINGS = ("template.staff", "template.client")


class Frame:
    """The frame of one panel's staff area."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    def context(self, request: Request) -> Mapping[str, Any]:
        """Return what the frame's template needs, asking the gate in a transaction of its own."""
        login = visit_of(request).login
        if login is None:
            return {}
        with self.panel.reading(login.actor) as records:
            return self.within(request, page_context(self.panel, request, records))

    def within(self, request: Request, context: PageContext) -> Mapping[str, Any]:
        """Return the same inside the transaction of a page."""
        login = visit_of(request).login
        name = login.actor.name if login else ""
        return {
            "frame_template": "admin/frame.html",
            "menu": self.menu(request, context),
            "initials": initials(name),
            "account_links": self.account_links(request, context),
        }

    def menu(self, request: Request, context: PageContext) -> tuple[MenuItem, ...]:
        """Return what this person can go to, made once for a page that shows it twice."""
        if not hasattr(request.state, "staff_menu"):
            request.state.staff_menu = self._menu(request, context)
        made: tuple[MenuItem, ...] = request.state.staff_menu
        return made

    def _menu(self, request: Request, context: PageContext) -> tuple[MenuItem, ...]:
        opened = unquote(request.cookies.get(MENU_COOKIE, ""))[:500]
        items = self._builder(context).build(
            "staff", *_here(request), frozenset(opened.split("."))
        )
        home = MenuItem(
            "dashboard", context.translate("Dashboard"), "layout-dashboard", f"{PREFIX}/",
            current=request.scope["path"] in (PREFIX, f"{PREFIX}/"),
        )
        return items if any(item.url == home.url for item in items) else (home, *items)

    def account_links(self, request: Request, context: PageContext) -> list[tuple[str, str, str]]:
        """Return the person's own pages: what they are called, where they are, how drawn.

        `menu: staff_account` of the YAML says which; without it there are the panel's own.
        """
        declared = self._builder(context).build("staff_account", *_here(request))
        own = [(item.label, item.url, item.icon or "chevron-right") for item in declared]
        files = (
            context.translate("Imports and exports"), context.links.transfers(), "arrows-exchange"
        )
        return [*(own or _account_links(context)), files]

    def _builder(self, context: PageContext) -> MenuBuilder:
        sees_settings = bool(context.records.can("see", "setting"))

        def settings(tab: str) -> str | None:
            shown = tab in self.panel.project.settings and sees_settings
            return f"{SETTINGS_PATH}/{tab}" if shown else None

        pages = {
            name: path for name, path in PAGES.items()
            if sees_settings or name not in _OF_SETTINGS
        }
        return MenuBuilder(context, self.panel.clock, MenuTargets(pages, settings))


def _here(request: Request) -> tuple[str, str]:
    """Return address and view of the page that is being drawn."""
    return request.scope["path"], request.query_params.get("view", "")


def _account_links(context: PageContext) -> list[tuple[str, str, str]]:
    translate = context.translate
    return [
        (translate("My account"), PAGES["account.staff"], "user"),
        (translate("Change password"), PAGES["password.staff"], "lock"),
        (translate("Language and time zone"), PAGES["language.staff"], "language"),
    ]
