"""Reads the cookie of the visitor's area before a page, and sets or drops it after."""

from __future__ import annotations

from dataclasses import replace
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runtime.accounts.sessions import COOKIE_NAMES, KINDS, Sessions, is_token
from runtime.client.company import COOKIE as COMPANY_COOKIE
from runtime.client.company import narrowed
from runtime.web.address import PublicAddress
from runtime.web.visit import Visit, visit_of, web_of

if TYPE_CHECKING:
    from runtime.accounts.sessions import AccountKind, Login

# The header of requests that a script makes without anybody having asked.
UNATTENDED = "x-panel-unattended"


class SessionCookies:
    """Puts the visit's login in place. A value that opens no session only guards login forms."""

    def __init__(self, app: ASGIApp, sessions: Sessions, address: PublicAddress) -> None:
        self.app = app
        self.sessions = sessions
        self.address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        visit = visit_of(connection)
        if visit.area is None:
            await self.app(scope, receive, send)
            return
        kind = KINDS[visit.area]
        name = self.address.cookie_name(COOKIE_NAMES[kind])
        value = connection.cookies.get(name, "")
        if is_token(value):
            visit.cookie = value
            visit.login = await run_in_threadpool(self._load, kind, value, connection)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and visit.new_cookie:
                header = (b"set-cookie", self._set_cookie(name, visit).encode("latin-1"))
                message["headers"] = [*message["headers"], header]
            await send(message)

        await self.app(scope, receive, send_with_cookie)

    def _load(self, kind: AccountKind, token: str, connection: HTTPConnection) -> Login | None:
        visit, web = visit_of(connection), web_of(connection)
        # A list that refreshes itself on a forgotten screen keeps nobody signed in.
        unattended = UNATTENDED in connection.headers
        login = self.sessions.load(
            kind, token, ip=visit.ip, request_id=visit.request_id, unattended=unattended
        )
        if login and web.branding:
            # Now: the page itself may have a transaction open while it is drawn.
            web.branding.follow(login.settings_stamp)
        chosen = connection.cookies.get(self.address.cookie_name(COMPANY_COOKIE), "")
        if login and chosen and visit.area == "client":
            return replace(login, actor=narrowed(login.whole, chosen))
        return login

    def _set_cookie(self, name: str, visit: Visit) -> str:
        cookie: SimpleCookie = SimpleCookie()
        assert visit.cookie is not None
        cookie[name] = visit.cookie
        morsel = cookie[name]
        morsel["path"] = "/"
        morsel["httponly"] = True
        # Lax and not strict: people come from links in mails, and back from payment pages.
        morsel["samesite"] = "Lax"
        if self.address.secure:
            morsel["secure"] = True
        if visit.cookie_seconds is not None:
            morsel["max-age"] = visit.cookie_seconds
        return morsel.OutputString()
