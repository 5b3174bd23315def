"""What is known about one request before a page sees it.

The outermost middleware makes one `Visit` per request and each layer below adds its part:
the session layer who is signed in, the CSRF layer the token. Pages and templates only read it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from starlette.requests import HTTPConnection
from starlette.types import Scope

if TYPE_CHECKING:
    from runtime.accounts.sessions import Login
    from runtime.web.templates import Web

AreaName = Literal["staff", "client"]


@dataclass(slots=True)
class Visit:
    """`area` is None for what belongs to neither area (files, health)."""

    area: AreaName | None
    ip: str = ""
    request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    login: Login | None = None
    cookie: str | None = None
    """The value of the area's cookie: a session's token, or one that only guards a login form."""
    new_cookie: bool = False
    """Whether `cookie` changed in this request and has to be set."""
    cookie_seconds: int | None = None
    """How long the browser keeps a new cookie; None: until it is closed."""


def visit_of(connection: HTTPConnection) -> Visit:
    visit: Visit = connection.scope["state"]["visit"]
    return visit


def web_of(connection: HTTPConnection) -> Web:
    """Return what the pages of this panel share: templates, tokens, address."""
    web: Web = connection.scope["state"]["web"]
    return web


def begin_visit(scope: Scope, web: Web | None) -> Visit:
    """Attach a new visit to the request's scope, also those of mounted applications."""
    client = scope.get("client")
    visit = Visit(area_of(scope["path"]), ip=client[0] if client else "")
    # A fresh dict: the server shares one `state` between requests when the app has a lifespan.
    scope["state"] = {**scope.get("state", {}), "visit": visit, "web": web}
    return visit


_NO_AREA = ("/static/", "/brand-pictures/", "/webhooks/")
_NO_AREA_EXACT = frozenset({"/healthz", "/readyz", "/metrics", "/favicon.ico", "/robots.txt"})


def area_of(path: str) -> AreaName | None:
    """Return which area a path belongs to; each area has its own cookie and its own people."""
    if path in _NO_AREA_EXACT or path.startswith(_NO_AREA):
        return None
    return "staff" if path == "/admin" or path.startswith("/admin/") else "client"
