"""starlette-admin's question "who is this?", answered by the panel's own sessions."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_admin.auth import AdminUser, BaseAuthProvider

from runtime.web.errors import LoginNeeded
from runtime.web.visit import visit_of


class SessionAuth(BaseAuthProvider):
    """Has no login of its own: the session layer around both areas has already read the cookie."""

    async def authenticate(self, request: Request) -> AdminUser | None:
        login = visit_of(request).login
        return AdminUser(username=login.actor.name) if login and is_staff(request) else None

    def get_middleware(self) -> Middleware:
        return Middleware(StaffOnly)


class StaffOnly:
    """Lets nothing below `/admin` answer before a member of staff is signed in.

    Plain ASGI in place of starlette-admin's own, which costs a task per request and sends people
    to an address taken from the Host header.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not is_staff(HTTPConnection(scope)):
            raise LoginNeeded
        await self.app(scope, receive, send)


def is_staff(connection: HTTPConnection) -> bool:
    login = visit_of(connection).login
    return login is not None and login.actor.kind == "staff"
