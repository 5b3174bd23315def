"""The whole panel as one ASGI application: the layers, both areas, files and health.

SecurityHeaders > ErrorPages > HostCheck > BodyLimit > SessionCookies > CsrfProtection > routes
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import anyio.to_thread
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount

from config import labels
from runtime.accounts.fresh_token import token_routes
from runtime.accounts.login import Logins
from runtime.accounts.middleware import SessionCookies
from runtime.accounts.pages import login_routes
from runtime.accounts.passwords import Passwords
from runtime.accounts.preferences import preference_routes
from runtime.accounts.second_step import second_step_routes
from runtime.accounts.sessions import Sessions
from runtime.actors import SYSTEM
from runtime.admin import create_admin
from runtime.client import Frame, client_routes
from runtime.crypto import derived_key
from runtime.database import transaction
from runtime.web.address import PublicAddress, public_address
from runtime.web.assets import assets
from runtime.web.branding import PREFIX as PICTURES_PREFIX
from runtime.web.branding import Brand, Branding
from runtime.web.csrf import CsrfProtection, CsrfTokens
from runtime.web.downloads import public_picture
from runtime.web.errors import HANDLERS, ErrorPages
from runtime.web.flash import FlashCookies
from runtime.web.routes import Classification, PanelRoute, classify, route_table
from runtime.web.security import BodyLimit, HostCheck, SecurityHeaders
from runtime.web.templates import Web, make_environment

if TYPE_CHECKING:
    from config import Project
    from runtime.panel import Panel

BODY_BYTES_MAX = 32_000_000
THREADS = 24
_WEBHOOKS = ("/webhooks/",)


def create_app(
    panel: Panel, *, passwords: Passwords | None = None, body_bytes_max: int = BODY_BYTES_MAX
) -> Starlette:
    """Return the application of an open panel. Raises BadBaseUrl."""
    settings = panel.settings
    address = public_address(settings.base_url, insecure_http=settings.insecure_http)
    web = make_web(panel, address)
    branding = web.branding = Branding(panel, Brand(web.site_name, web.brand_colour))
    sessions = Sessions(panel)
    logins = Logins(panel, sessions, passwords or Passwords())
    client = Frame(panel)
    web.frames["client"] = client.context
    routes: list[BaseRoute] = [
        *_health_routes(panel),
        _static(),
        *_brand_routes(branding),
        *login_routes("staff", logins),
        *login_routes("client", logins),
        *second_step_routes("staff", logins),
        *second_step_routes("client", logins),
        *preference_routes("staff", panel),
        *preference_routes("client", panel),
        *token_routes("staff"),
        *token_routes("client"),
        _to_staff_area(),
        _mounted("/admin", create_admin(panel, web, logins)),
        *client_routes(panel, client, logins),
    ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(SecurityHeaders, address=address, web=web),
            Middleware(ErrorPages),
            Middleware(HostCheck, address=address),
            Middleware(BodyLimit, bytes_max=body_bytes_max),
            Middleware(SessionCookies, sessions=sessions, address=address),
            Middleware(CsrfProtection, tokens=web.tokens, address=address, exempt=_WEBHOOKS),
        ],
        exception_handlers=HANDLERS,
        lifespan=_lifespan,
    )
    app.router.redirect_slashes = False
    app.state.panel, app.state.web, app.state.logins = panel, web, logins
    # Later parts fill the slots of the client area's frame.
    app.state.client = client
    return app


def make_web(panel: Panel, address: PublicAddress) -> Web:
    """Return what the pages of both areas share."""
    settings, site = panel.settings, panel.project.site
    key = settings.secret_keys[0]
    return Web(
        address=address,
        tokens=CsrfTokens(derived_key(key, "csrf")),
        flashes=FlashCookies(derived_key(key, "flash"), address),
        environment=make_environment(settings.var / "cache" / "templates"),
        now=panel.clock.now,
        site_name=labels.text(site.name, site.site, site.locales[0]),
        brand_colour=site.brand_colour,
        locales=site.locales,
        time_zone=site.time_zone,
        languages=panel.languages,
    )


def classified_routes(project: Project) -> list[dict[str, object]]:
    """Return the route table of a panel with this configuration, one JSON object per route."""
    with tempfile.TemporaryDirectory(prefix="panel-routes-") as folder:
        app = create_app(_panel_without_database(project, Path(folder)))
        return [info.as_json() for info in route_table(app.routes)]


def _panel_without_database(project: Project, var: Path) -> Panel:
    """Return a panel that knows its routes and must not be asked for rows."""
    from sqlalchemy import create_engine

    from generator import generate
    from runtime.access import Access
    from runtime.clock import Clock
    from runtime.panel import Panel, hidden_fields
    from runtime.plugins import load_extensions
    from runtime.settings import Settings

    generated = generate(project)
    return Panel(
        project,
        generated,
        create_engine("sqlite://"),
        Settings("sqlite://", var, ("no secret is kept under this key",)),
        Clock(),
        load_extensions(()),
        Access(generated.access, hidden_fields(generated)),
    )


def _static() -> Mount:
    route = Mount("/static", app=assets, name="static")
    classify(route, Classification("public", "asset", login=False))
    return route


def _brand_routes(branding: Branding) -> list[PanelRoute]:
    """The company's pictures: seen before anybody has signed in."""

    def show(request: Request) -> Response:
        name = str(request.path_params["name"]).replace("-", "_")
        branding.check()
        found = branding.picture(name, request.path_params["digest"])
        if found is None:
            return PlainTextResponse("Not found", 404)
        return public_picture(found.path, found.media_type)

    what = Classification("public", "image", login=False)
    return [PanelRoute(f"{PICTURES_PREFIX}/{{digest}}/{{name}}", show, what, name="brand")]


def _mounted(path: str, app: Starlette) -> Mount:
    # Starlette would redirect to an address made of the request's scheme, which is plain http
    # behind a proxy that ends TLS.
    app.router.redirect_slashes = False
    return Mount(path, app)


def _to_staff_area() -> PanelRoute:
    def redirect(request: Request) -> Response:
        return RedirectResponse("/admin/", 303)

    return PanelRoute("/admin", redirect, Classification("staff", "page"), name="staff")


def _health_routes(panel: Panel) -> list[PanelRoute]:
    """`/healthz`: the process answers. `/readyz`: so does its database."""

    def healthy(request: Request) -> Response:
        return PlainTextResponse("ok")

    def ready(request: Request) -> Response:
        try:
            with transaction(panel.engine, SYSTEM, write=False) as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return PlainTextResponse("the database does not answer", 503)
        return PlainTextResponse("ok")

    def robots(request: Request) -> Response:
        return PlainTextResponse("User-agent: *\nDisallow: /\n")

    def no_file(request: Request) -> Response:
        # Pages carry their icon themselves; browsers ask for this one all the same.
        return Response(status_code=204)

    public = Classification("public", "health", login=False)
    file = Classification("public", "asset", login=False)
    return [
        PanelRoute("/healthz", healthy, public, name="healthz"),
        PanelRoute("/readyz", ready, public, name="readyz"),
        PanelRoute("/robots.txt", robots, file, name="robots"),
        PanelRoute("/favicon.ico", no_file, file, name="favicon"),
    ]


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    # Each request that asks the database holds a thread and a connection: no more threads than
    # the pool and its overflow can serve.
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    # An earlier process may have left imports and exports half done.
    app.state.panel.background.wake()
    yield
