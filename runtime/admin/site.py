"""The staff area as a starlette-admin site that serves our routes and pages, and nothing else.

Kept of starlette-admin: the site with its views, registration of custom views and plugins by
extensions, the field and view contracts. Left out, because they would pass by the gate or break
the page policy: its routes, its templates with inline scripts, its CSRF cookie, flash cookie and
static files. Ours stand in their place.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette_admin.base import BaseAdmin
from starlette_admin.views import BaseModelView, CustomView

from runtime.admin.auth import SessionAuth
from runtime.admin.desk import PREFIX, Desk
from runtime.admin.entity_view import EntityView
from runtime.admin.frame import Frame
from runtime.admin.my_account import my_account_routes
from runtime.admin.routes import staff_routes
from runtime.web.errors import HANDLERS

if TYPE_CHECKING:
    from runtime.accounts.login import Logins
    from runtime.panel import Panel
    from runtime.web.templates import Web


class PanelAdmin(BaseAdmin):
    """One per panel. `desk` is what all handlers share."""

    def __init__(self, panel: Panel, web: Web, logins: Logins) -> None:
        self.panel, self.web, self.logins = panel, web, logins
        self.desk = Desk(panel, Frame(panel))
        web.frames["staff"] = self.desk.frame.context
        self._entity_views: dict[str, EntityView] = {}
        # It tells every step of its start, and each view it makes.
        logging.getLogger("starlette_admin").setLevel(logging.WARNING)
        super().__init__(
            title=web.site_name, base_url=PREFIX, route_name="staff",
            auth_provider=SessionAuth(), timezone_config=None,
            # Signs nothing: cookies and tokens are the panel's own. A value keeps it from
            # inventing one and warning about it.
            secret_key="unused",  # noqa: S106
            index_view=_NoIndex(),
        )

    def build(self) -> Starlette:
        """Return the application to be mounted at `/admin`."""
        app = Starlette(
            routes=self.routes, middleware=self.middlewares, exception_handlers=HANDLERS
        )
        app.state.ROUTE_NAME = self.route_name
        # Starlette would build the address from the Host header.
        app.router.redirect_slashes = False
        self._app = app
        return app

    # ------------------------------------------------------------------ what is replaced

    def _init_routes(self) -> None:
        self.routes = [*my_account_routes(self.desk, self.logins), *staff_routes(self.desk)]

    def _init_csrf(self) -> None:
        """CsrfProtection stands around both areas."""

    def _init_flash(self) -> None:
        """FlashCookies of the panel carry the messages."""

    def _register_theme(self) -> None:
        """Our templates are the theme; none of starlette-admin's own is served."""
        self._theme_template_loader = None
        self._theme_static_package = None
        self._theme_translation_catalogs = []
        self._theme_icon_set = self.theme.get_icon_set()
        self._icon_registry = {}
        self._theme_class_map = self.theme.get_class_map()
        self._class_registry = {}

    def _setup_templates(self) -> None:
        self.templates = Jinja2Templates(env=self.web.environment)

    def _collect_core_routes(self) -> list[Route]:
        return []

    def _find_view_by_key(self, key: str | None) -> BaseModelView:
        """Return the view of an entity, made when it is first asked for."""
        model = self.panel.generated.entities.get(key or "")
        if model is None or getattr(model.spec, "internal", False):
            raise HTTPException(404)
        if model.name not in self._entity_views:
            view = EntityView(self.panel, model)
            self._set_admin(view)
            view._find_foreign_view = self._find_view_by_key
            self._entity_views[model.name] = view
        return self._entity_views[model.name]

    def view_of(self, entity: str) -> BaseModelView:
        return self._find_view_by_key(entity)


class _NoIndex(CustomView):
    """The start page is a route of ours; starlette-admin only wants something in its place."""

    def __init__(self) -> None:
        super().__init__(menu_label="", path="/", add_to_menu=False)
