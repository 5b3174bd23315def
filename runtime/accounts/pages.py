"""The pages to sign in and out, one pair per area."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.texts.sentence import Sentence
from generator.fields.formats import language_name
from runtime.accounts.doors import let_in, visitor_of
from runtime.accounts.login import Logins, Refusal, SecondStep
from runtime.accounts.preferences import keep_preferences
from runtime.accounts.second_step import PATHS as SECOND_STEP_PATHS
from runtime.accounts.sessions import KINDS
from runtime.web.flash import Flash
from runtime.web.routes import Classification, PanelRoute, form_of
from runtime.web.templates import HOME_PATHS, LOGIN_PATHS
from runtime.web.visit import area_of, visit_of, web_of

if TYPE_CHECKING:
    from runtime.web.visit import AreaName

LOGOUT_PATHS = {"staff": "/admin/logout", "client": "/logout"}
_EMAIL_MAX = 254
_BOTH = Sentence("Enter both, please.")


def login_routes(area: AreaName, logins: Logins) -> list[PanelRoute]:
    """Return the routes to sign in to and out of one area."""
    pages = _LoginPages(area, logins)
    asks = Classification(area, "login", login=False)
    signs_in = Classification(area, "login", login=False, changes=True)
    signs_out = Classification(area, "logout", login=False, changes=True)
    return [
        PanelRoute(LOGIN_PATHS[area], pages.ask, asks, name=f"{area}_login"),
        PanelRoute(
            LOGIN_PATHS[area], pages.sign_in, signs_in, methods=["POST"], name=f"{area}_sign_in"
        ),
        PanelRoute(
            LOGOUT_PATHS[area], pages.sign_out, signs_out, methods=["POST"], name=f"{area}_logout"
        ),
    ]


def safe_next(area: AreaName, asked: str) -> str:
    """Return the path to go on to after signing in: a page of this area, else its start.

    Browsers take a backslash for a slash and drop control characters, so `/\\evil` would leave.
    """
    plain = asked.isprintable() and "\\" not in asked and len(asked) <= 2000
    if not plain or not asked.startswith("/") or asked.startswith("//"):
        return HOME_PATHS[area]
    path = asked.partition("?")[0].partition("#")[0]
    ends_here = path in (LOGIN_PATHS[area], LOGOUT_PATHS[area])
    if area_of(path) != area or ends_here or "/../" in f"{path}/":
        return HOME_PATHS[area]
    return asked


class _LoginPages:
    def __init__(self, area: AreaName, logins: Logins) -> None:
        self.area: AreaName = area
        self.logins = logins

    def ask(self, request: Request) -> Response:
        """Show the form."""
        to = safe_next(self.area, request.query_params.get("next", ""))
        if visit_of(request).login:
            return RedirectResponse(to, 303)
        return self._form(request, to=to)

    def sign_in(self, request: Request) -> Response:
        """Check the password; a failure shows the form again with the e-mail as typed."""
        form = form_of(request)
        email, password, to = (_text(form, name) for name in ("email", "password", "next"))
        to = safe_next(self.area, to)
        if not email.strip() or not password:
            return self._form(request, 422, to=to, email=email, problem=_BOTH)
        # Clients stay signed in; of the staff who asks for it.
        remember = self.area == "client" or bool(_text(form, "remember"))
        answer = self.logins.sign_in(
            KINDS[self.area], email, password, visitor_of(request, self.area), then=to,
            remember=remember,
        )
        if isinstance(answer, Refusal):
            status = 429 if answer.wait_seconds else 422
            response = self._form(request, status, to=to, email=email, problem=answer.text)
            if answer.wait_seconds:
                response.headers["Retry-After"] = str(answer.wait_seconds)
            return response
        chosen = _text(form, "language")
        if isinstance(answer, SecondStep):
            visit = visit_of(request)
            visit.cookie, visit.new_cookie = answer.token, True
            response = RedirectResponse(SECOND_STEP_PATHS[self.area], 303)
            if chosen in web_of(request).locales:
                web_of(request).keep_language(response, chosen)
            return response
        if chosen in web_of(request).locales:
            keep_preferences(
                self.logins.panel, KINDS[self.area], answer.account_id, {"language": chosen},
                visit_of(request),
            )
        response = RedirectResponse(to, 303)
        return let_in(request, response, self.area, self.logins, answer, remember=remember)

    def sign_out(self, request: Request) -> Response:
        """End the session; somebody who has none is simply shown the form."""
        visit = visit_of(request)
        if visit.login and visit.cookie:
            login = visit.login
            self.logins.sign_out(
                login.kind, login.account_id, login.actor.name, visit.cookie,
                visitor_of(request, self.area),
            )
        # A fresh value in place of none: it signs the message, and guards the form shown next.
        web = web_of(request)
        actor = visit.login.actor if visit.login else None
        said = web.languages.of(actor.locale if actor else web.visitor_locale(request))
        visit.login, visit.cookie, visit.new_cookie = None, secrets.token_urlsafe(32), True
        response = RedirectResponse(LOGIN_PATHS[self.area], 303)
        if actor:
            web.keep_language(response, actor.locale)
        # Pages of the session that the browser still holds.
        response.headers["Clear-Site-Data"] = '"cache"'
        web.flashes.add(request, response, Flash("ok", said(Sentence("You are signed out."))))
        return response

    def _form(
        self, request: Request, status: int = 200, *, to: str, email: str = "", problem: str = ""
    ) -> Response:
        web = web_of(request)
        # Only a choice made on this very page is kept with the person who signs in.
        sent = _text(form_of(request), "language") if request.method == "POST" else ""
        chosen = sent or request.query_params.get("language", "")
        chosen = chosen if chosen in web.locales else ""
        response = web.render(
            request,
            "accounts/login.html",
            status,
            login_area=self.area,
            next=to,
            email=email[:_EMAIL_MAX],
            problem=problem,
            chosen_language=chosen,
            remember=request.method == "POST" and bool(_text(form_of(request), "remember")),
            languages=self._languages(web.locales, to),
        )
        if chosen:
            web.keep_language(response, chosen)
        return response

    def _languages(self, locales: Sequence[str], to: str) -> list[tuple[str, str, str]]:
        """Return locale, its name and the address of this form in it; nothing for just one."""
        path = LOGIN_PATHS[self.area]
        return [
            (locale, language_name(locale), f"{path}?{urlencode({'language': locale, 'next': to})}")
            for locale in locales if len(locales) > 1
        ]


def _text(form: object, name: str) -> str:
    value = form.get(name)  # type: ignore[attr-defined]
    return value if isinstance(value, str) else ""
