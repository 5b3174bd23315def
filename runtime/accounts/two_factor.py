"""Two-factor authentication switched on and off, backup codes, and remembered browsers."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from config.texts.sentence import Sentence
from generator.fields.formats import moment_text
from runtime.accounts.codes_sheet import as_pdf
from runtime.accounts.events import record_login_event
from runtime.accounts.login import Account, Logins
from runtime.accounts.proof import Proof, prove
from runtime.accounts.second_step import said
from runtime.actors import system
from runtime.pages.own_pages import OWN_PAGES
from runtime.pages.serving.routes import route
from runtime.records.errors import NotFound
from runtime.web.routes import form_of
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.accounts.sessions import Login
    from runtime.pages.area import Area
    from runtime.pages.context import PageContext
    from runtime.web.routes import PanelRoute
    from runtime.web.visit import AreaName

_NO_METHOD = Sentence("Set up a method in the Verification center first.")
_OFF = Sentence("Two-factor authentication is off.")
_FORGOTTEN = Sentence("A code is asked there again.")


def two_factor_routes(area: Area, name: AreaName, logins: Logins, prefix: str) -> list[PanelRoute]:
    """Return the routes of one area. `prefix`: what stands before them where it is mounted."""
    pages = TwoFactor(name, logins)
    path = pages.path.removeprefix(prefix)
    of = partial(route, area, name)
    return [
        of(path, pages.show, "profile"),
        of(f"{path}/enable", pages.enable, "profile", changes=True),
        of(f"{path}/disable", pages.disable, "profile", changes=True),
        of(f"{path}/codes", pages.new_codes, "profile", changes=True),
        of(f"{path}/devices/forget", pages.forget_all, "profile", changes=True),
        of(f"{path}/devices/{{id:row}}/forget", pages.forget, "profile", changes=True),
    ]


class TwoFactor:
    def __init__(self, area: AreaName, logins: Logins) -> None:
        self.logins, self.panel = logins, logins.panel
        self.path = OWN_PAGES[f"two_factor.{area}"].path
        self.verification_path = OWN_PAGES[f"verification.{area}"].path

    def show(self, area: Area, request: Request) -> Response:
        return self._page(area, request)

    def enable(self, area: Area, request: Request) -> Response:
        """Switch it on with a code of the default method, and hand out the backup codes."""
        login, account = _login(request), self._account(request)
        methods = self.logins.factors.usable(login.kind, login.account_id)
        if account.two_factor:
            return self._page(area, request)
        if not methods:
            return self._page(area, request, _NO_METHOD)
        code = str(form_of(request).get("code") or "")
        outcome = self.logins.factors.check(login.kind, login.account_id, methods[0].id, code)
        if not outcome.right:
            return self._page(area, request, said(outcome, methods[0]))
        codes = self.logins.factors.new_backup_codes(login.kind, login.account_id)
        self._switch(login, on=True)
        self._note(request, "two_factor_on")
        return self._codes(area, request, codes)

    def disable(self, area: Area, request: Request) -> Response:
        """Switch it off with a fresh code; backup codes and remembered browsers end."""
        login, account = _login(request), self._account(request)
        if account.two_factor:
            proof = prove(self.logins, login.kind, account, form_of(request))
            if not proof.right:
                return self._page(area, request, proof.problem, about="disable")
            self._switch(login, on=False)
            self.logins.factors.drop_backup_codes(login.kind, login.account_id)
            self.logins.devices.forget(login.kind, login.account_id)
            self._note(request, "two_factor_off")
        return self._back(area, request, _OFF)

    def new_codes(self, area: Area, request: Request) -> Response:
        """Hand out ten new backup codes after a fresh code; those before are void."""
        login, account = _login(request), self._account(request)
        if not account.two_factor:
            return self._page(area, request)
        proof = prove(self.logins, login.kind, account, form_of(request))
        if not proof.right:
            return self._page(area, request, proof.problem, about="codes")
        codes = self.logins.factors.new_backup_codes(login.kind, login.account_id)
        self._note(request, "backup_codes")
        return self._codes(area, request, codes)

    def forget(self, area: Area, request: Request) -> Response:
        """Forget one remembered browser of the person's own."""
        login, id_ = _login(request), area.record_id(request)
        if not self.logins.devices.forget(login.kind, login.account_id, id_):
            raise NotFound("remembered_device", id_)
        self._note(request, "devices_forgotten")
        return self._back(area, request, _FORGOTTEN)

    def forget_all(self, area: Area, request: Request) -> Response:
        login = _login(request)
        if self.logins.devices.forget(login.kind, login.account_id):
            self._note(request, "devices_forgotten")
        return self._back(area, request, _FORGOTTEN)

    # ------------------------------------------------------------------ pages

    def _page(
        self, area: Area, request: Request, problem: Sentence | None = None, about: str = "enable"
    ) -> Response:
        login, account = _login(request), self._account(request)
        factors = self.logins.factors
        with area.reading(request) as context:
            return area.page(
                request, context, "accounts/two_factor.html",
                context.translate("Two-factor authentication"), status=422 if problem else 200,
                on=account.two_factor, methods=factors.usable(login.kind, login.account_id),
                proof=Proof.of(self.logins, login.kind, account), path=self.path,
                verification_url=self.verification_path, problem=problem, about=about,
                backup_left=factors.backup_codes_left(login.kind, login.account_id),
                devices=self.logins.devices.of(login.kind, login.account_id),
                when=partial(_when, context), said=context.say,
            )

    def _codes(self, area: Area, request: Request, codes: Sequence[str]) -> Response:
        """Show new backup codes, this once: nothing but their digests is kept."""
        account = self._account(request)
        name = web_of(request).brand(visit_of(request)).name
        with area.reading(request) as context:
            sheet = as_pdf(context, codes, issuer=name, email=account.email)
            return area.page(
                request, context, "accounts/backup_codes.html",
                context.translate("Your backup codes"), codes=codes, path=self.path,
                pdf=base64.b64encode(sheet).decode() if sheet else "",
            )

    def _back(self, area: Area, request: Request, text: Sentence) -> Response:
        translate = web_of(request).languages.of(_login(request).actor.locale)
        return area.go(request, self.path, text.said(translate))

    # ------------------------------------------------------------------ whose

    def _account(self, request: Request) -> Account:
        login = _login(request)
        account = self.logins.account(login.kind, login.account_id)
        assert account is not None
        return account

    def _switch(self, login: Login, *, on: bool) -> None:
        with self.panel.records(system(login.actor.name)) as records:
            records.update(login.kind, login.account_id, {"two_factor": on})

    def _note(self, request: Request, action: str) -> None:
        login, visit = _login(request), visit_of(request)
        record_login_event(
            self.panel, action, login.kind, login.account_id, login.actor.name, ip=visit.ip,
            request_id=visit.request_id,
        )


def _login(request: Request) -> Login:
    login = visit_of(request).login
    assert login is not None
    return login


def _when(context: PageContext, at: datetime) -> str:
    return moment_text(at, context.format.locale, context.format.time_zone)
