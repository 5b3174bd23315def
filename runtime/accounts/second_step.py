"""The page between a right password and the session: it asks for the second proof."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.texts.sentence import Sentence
from runtime.accounts.doors import let_in, visitor_of
from runtime.accounts.factors.store import Factor, Outcome
from runtime.accounts.login import Account, Logins
from runtime.accounts.sessions import KINDS
from runtime.pages.own_pages import OWN_PAGES
from runtime.web.flash import Flash
from runtime.web.routes import Classification, PanelRoute, form_of
from runtime.web.templates import HOME_PATHS, LOGIN_PATHS
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.accounts.factors.pending import Pending
    from runtime.web.visit import AreaName

PATHS: dict[AreaName, str] = {"staff": "/admin/login/code", "client": "/login/code"}

WRONG = Sentence("This code is wrong, or was used already. Is the clock of your phone right?")
WRONG_BACKUP = Sentence("This is none of your backup codes, or it was used already.")
_AGAIN = Sentence("Please sign in again.")
_OFF = Sentence(
    "Too many wrong codes: this method is switched off. Use another one, or contact us."
)


def second_step_routes(area: AreaName, logins: Logins) -> list[PanelRoute]:
    """Return the page of one area and what checks it; a visitor has no session yet."""
    pages = _SecondStep(area, logins)
    asks = Classification(area, "login", login=False)
    checks = Classification(area, "login", login=False, changes=True)
    path = PATHS[area]
    return [
        PanelRoute(path, pages.ask, asks, name=f"{area}_second_step"),
        PanelRoute(path, pages.check, checks, methods=["POST"], name=f"{area}_check_second_step"),
    ]


class _SecondStep:
    def __init__(self, area: AreaName, logins: Logins) -> None:
        self.area: AreaName = area
        self.kind = KINDS[area]
        self.logins = logins

    def ask(self, request: Request) -> Response:
        """Ask for a code of the method that the address names, else of the default one."""
        found = self._who(request)
        if found is None:
            return self._from_the_start(request)
        _, account = found
        return self._page(request, account, self._method(account, request.query_params))

    def check(self, request: Request) -> Response:
        """Let somebody in with a right code; a lock sends them back to the start."""
        found = self._who(request)
        if found is None:
            return self._from_the_start(request, _AGAIN)
        pending, account = found
        form = form_of(request)
        method = self._method(account, form)
        if method is None:
            return self._page(request, account, None)
        outcome = self.logins.factors.check(
            self.kind, account.id, method.id, str(form.get("code") or "")
        )
        if outcome.right:
            return self._welcome(request, pending, account, method)
        visitor = visitor_of(request, self.area)
        if outcome.wait_seconds and not outcome.is_off:
            self.logins.pending.end_all(self.kind, account.id)
            self.logins.record(self.kind, account, "login_locked", visitor)
            return self._from_the_start(request, said(outcome, method))
        self.logins.record(self.kind, account, "login_code_wrong", visitor)
        return self._page(request, account, method, said(outcome, method))

    def _welcome(
        self, request: Request, pending: Pending, account: Account, method: Factor
    ) -> Response:
        if not self.logins.pending.take(pending):
            return self._from_the_start(request, _AGAIN)
        visitor = visitor_of(request, self.area)
        device = ""
        if form_of(request).get("remember_device"):
            device = self.logins.devices.remember(
                self.kind, account.id, ip=visitor.ip, user_agent=visitor.user_agent
            )
        welcome = self.logins.welcome(self.kind, account, visitor, device)
        to, used_backup = pending.then or HOME_PATHS[self.area], method.type == "backup"
        if used_backup:
            to = OWN_PAGES[f"verification.{self.area}"].path
        response = let_in(
            request, RedirectResponse(to, 303), self.area, self.logins, welcome,
            remember=pending.remember,
        )
        if used_backup:
            self.logins.record(self.kind, account, "backup_code_used", visitor)
            left = self.logins.factors.backup_codes_left(self.kind, account.id)
            self._tell(request, response, _used_backup(left), "warn")
        return response

    def _who(self, request: Request) -> tuple[Pending, Account] | None:
        """Return the login that waits in this browser."""
        token = visit_of(request).cookie
        pending = self.logins.pending.load(self.kind, token) if token else None
        account = self.logins.account(self.kind, pending.account_id) if pending else None
        return (pending, account) if pending and account else None

    def _method(self, account: Account, given: object) -> Factor | None:
        """Return the method that was chosen, else the first that takes codes."""
        chosen = str(given.get("method") or "")  # type: ignore[attr-defined]
        own = self._methods(account)
        for each in own:
            if str(each.id) == chosen:
                return each
        return next((each for each in own if not each.is_off), None)

    def _methods(self, account: Account) -> list[Factor]:
        usable = self.logins.factors.usable(self.kind, account.id)
        all_of_them = self.logins.factors.of(self.kind, account.id)
        return [*usable, *(each for each in all_of_them if each.type == "backup")]

    def _page(
        self, request: Request, account: Account, method: Factor | None,
        problem: Sentence | None = None,
    ) -> Response:
        return web_of(request).render(
            request, "accounts/second_step.html", 422 if problem else 200,
            login_area=self.area, action=PATHS[self.area], method=method, problem=problem,
            others=[each for each in self._methods(account) if each != method],
            login_path=LOGIN_PATHS[self.area],
        )

    def _from_the_start(self, request: Request, text: Sentence | None = None) -> Response:
        """Send somebody to the login page; what guarded this one is replaced."""
        response = RedirectResponse(LOGIN_PATHS[self.area], 303)
        if text is not None:
            visit = visit_of(request)
            if visit.login is None:
                visit.cookie, visit.new_cookie = secrets.token_urlsafe(32), True
            self._tell(request, response, text, "bad")
        return response

    def _tell(self, request: Request, response: Response, text: Sentence, level: str) -> None:
        web = web_of(request)
        translate = web.languages.of(web.visitor_locale(request))
        web.flashes.add(request, response, Flash(level, text.said(translate)))  # type: ignore[arg-type]


def said(outcome: Outcome, method: Factor) -> Sentence:
    """Return what somebody reads whose code was not taken."""
    if outcome.is_off:
        return _OFF
    if outcome.wait_seconds:
        return Sentence.counted(
            "Too many wrong codes. This method takes none for {count} minute.",
            "Too many wrong codes. This method takes none for {count} minutes.",
            count=-(-outcome.wait_seconds // 60),
        )
    return WRONG_BACKUP if method.type == "backup" else WRONG


def _used_backup(left: int) -> Sentence:
    return Sentence.counted(
        "You used a backup code; {count} is left. If your device is lost, set up a new one.",
        "You used a backup code; {count} are left. If your device is lost, set up a new one.",
        count=left,
    )
