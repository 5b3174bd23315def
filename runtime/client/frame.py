"""What stands around every page of the client area.

    Frame(panel).context(request)  ->  menu, account and company menus, links of the foot, slots

The menus around the page are `menu: client_account`, `client_company` and `client_footer` of the
YAML; without the first two a person still gets to their own pages and companies.

Slots are places that later parts fill: a function from (records, request) to the HTML of a small
piece, or nothing. `balance` stands in the header, `notice` above the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup
from starlette.requests import Request

from runtime.client.company import PATH as COMPANY_PATH
from runtime.client.company import companies
from runtime.pages.area import initials
from runtime.pages.context import PageContext
from runtime.pages.links import Links
from runtime.pages.menu import MenuBuilder, MenuItem, MenuTargets
from runtime.pages.own_pages import LOGOUT, OWN_PAGES, pages_of
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.panel import Panel
    from runtime.records import Records

Slot = Literal["balance", "notice"]
FillSlot = Callable[["Records", Request], Markup | None]

PROFILE_PATH = OWN_PAGES["profile.client"].path
PASSWORD_PATH = OWN_PAGES["password.client"].path
LOGOUT_PATH = OWN_PAGES[LOGOUT].path
LINKS = Links("")
# They show the person's own row.
_OF_THE_PERSON = ("profile.client",)


@dataclass(slots=True)
class Frame:
    """The frame of one panel. `pages`: name of a page of our own → its address."""

    panel: Panel
    pages: dict[str, str] = field(default_factory=lambda: pages_of("client"))
    slots: dict[Slot, list[FillSlot]] = field(default_factory=dict)

    def context(self, request: Request) -> Mapping[str, Any]:
        """Return what the frame's template needs, asking the gate in a transaction of its own."""
        login = visit_of(request).login
        assert login is not None
        with self.panel.reading(login.actor) as records:
            return self.within(request, page_context(self.panel, request, records))

    def within(self, request: Request, context: PageContext) -> Mapping[str, Any]:
        """Return the same inside the transaction of a page."""
        login = visit_of(request).login
        assert login is not None
        pages = self._open_pages(context)
        builder = MenuBuilder(context, self.panel.clock, MenuTargets(pages))
        path, view = request.scope["path"], request.query_params.get("view", "")
        account = builder.build("client_account", path, view)
        return {
            "frame_template": "client/frame.html",
            "menu": builder.build("client", path, view, open_groups(request)),
            "initials": initials(login.actor.name),
            "account_menu": account or self._account_menu(context, pages),
            "company_menu": builder.build("client_company", path, view)
            or self._company_menu(context),
            "footer_menu": builder.build("client_footer", path, view),
            "companies": companies(context, login.whole),
            "company_path": COMPANY_PATH,
            "logout_path": LOGOUT_PATH,
            "slots": {
                slot: self._filled(slot, context.records, request)
                for slot in ("balance", "notice")
            },
        }

    def fill(self, slot: Slot, function: FillSlot) -> None:
        """Let `function` put its piece into `slot` of every page."""
        self.slots.setdefault(slot, []).append(function)

    def _filled(self, slot: Slot, records: Records, request: Request) -> list[Markup]:
        pieces = (function(records, request) for function in self.slots.get(slot, ()))
        return [piece for piece in pieces if piece]

    def _open_pages(self, context: PageContext) -> Mapping[str, str]:
        """Return the pages without those that would only say that they are not open."""
        if context.records.can("see", "user"):
            return self.pages
        return {name: path for name, path in self.pages.items() if name not in _OF_THE_PERSON}

    def _account_menu(
        self, context: PageContext, pages: Mapping[str, str]
    ) -> tuple[MenuItem, ...]:
        translate = context.translate
        return tuple(
            MenuItem(name, label, drawing, pages[name])
            for name, label, drawing in (
                ("profile.client", translate("My account"), "user"),
                ("password.client", translate("Change password"), "lock"),
                ("verification.client", translate("Verification center"), "shield-check"),
                ("two_factor.client", translate("Two-factor authentication"), "shield-lock"),
                ("language.client", translate("Language and time zone"), "language"),
            )
            if name in pages
        )

    def _company_menu(self, context: PageContext) -> tuple[MenuItem, ...]:
        """Return the lists of what the person's memberships are of: the companies themselves."""
        found = []
        for name, membership in self.panel.project.site.memberships.items():
            model = context.generated.entities.get(membership.of)
            view = context.view_of(model.name) if model else ""
            if model and view and context.records.can("see", model.name):
                label = context.text(model.views[view].label) or context.plural(model.name)
                found.append(MenuItem(name, label, model.spec.icon, LINKS.list(model.name)))
        return tuple(found)


def page_context(panel: Panel, request: Request, records: Records) -> PageContext:
    """Return who looks at the page and how they want values written."""
    login = visit_of(request).login
    assert login is not None
    reader = web_of(request).format_context(login.actor, "client")

    def link(target: str, id: int) -> str | None:  # noqa: A002
        # A file is opened by whoever may see the field it belongs to, and this reader just does.
        seen = target == "file" or records.can("see", target)
        return LINKS.record(target, id) if seen else None

    return PageContext(
        records=records,
        generated=panel.generated,
        format=replace(reader, link=link),
        links=LINKS,
        area="client",
    )


def open_groups(request: Request) -> frozenset[str]:
    """Return the groups of the menu that the person left open, as their browser remembers."""
    return frozenset(request.cookies.get("panel-menu", "").split("."))
