"""What every way to sign in does at the door: who comes, with which cookies, and lets them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from runtime.accounts.factors.devices import COOKIE_NAMES, LIFETIME
from runtime.accounts.login import Logins, Visitor, Welcome
from runtime.accounts.sessions import KINDS, printable
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.web.visit import AreaName


def visitor_of(request: Request, area: AreaName) -> Visitor:
    """Return where a try comes from, and the browser's token if it is remembered."""
    visit = visit_of(request)
    agent = printable(request.headers.get("user-agent", ""))
    name = web_of(request).address.cookie_name(COOKIE_NAMES[KINDS[area]])
    return Visitor(visit.ip, agent, visit.request_id, request.cookies.get(name, ""))


def let_in(
    request: Request, response: Response, area: AreaName, logins: Logins, welcome: Welcome, *,
    remember: bool,
) -> Response:
    """Give the browser its cookies; a session that is not to be remembered ends with the window."""
    visit = visit_of(request)
    if visit.login:
        # Signing in again in the same browser ends the session that its cookie held.
        logins.sessions.end(visit.login.session_id)
    visit.cookie, visit.new_cookie = welcome.token, True
    if remember:
        lifetime = logins.sessions.lifetimes[KINDS[area]]
        visit.cookie_seconds = int(lifetime.absolute.total_seconds())
    if welcome.device:
        address = web_of(request).address
        response.set_cookie(
            address.cookie_name(COOKIE_NAMES[KINDS[area]]), welcome.device,
            max_age=int(LIFETIME.total_seconds()), path="/", secure=address.secure,
            httponly=True, samesite="lax",
        )
    return response
