"""Verification center: how a person can prove who they are, the same pages in both areas.

They belong to whoever is signed in: no address names another person, and an id of somebody else's
method is not found. Every change asks for a fresh proof: a code where two-factor is on, else the
password.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from config.texts.sentence import Sentence
from generator.fields.formats import moment_text
from runtime.accounts.events import record_login_event
from runtime.accounts.factors import totp
from runtime.accounts.factors.store import FACTORS_MAX, NAME_MAX, Factor
from runtime.accounts.login import Account, Logins
from runtime.accounts.proof import Proof, prove
from runtime.accounts.second_step import said
from runtime.actors import SYSTEM
from runtime.pages.own_pages import OWN_PAGES
from runtime.pages.serving.routes import route
from runtime.records.errors import NotFound
from runtime.web.routes import form_of
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.accounts.sessions import Login
    from runtime.pages.area import Area
    from runtime.pages.context import PageContext
    from runtime.panel import Panel
    from runtime.web.routes import PanelRoute
    from runtime.web.visit import AreaName

_NAMED = Sentence("Give the device a name, such as “Phone”.")
_ENOUGH = Sentence("Ten methods are enough: delete one first.")
_ADDED = Sentence("{name} is set up.")
_DEFAULT = Sentence("{name} is asked first from now on.")
_GONE = Sentence("{name} is deleted.")
_LAST = Sentence(
    "This is the only method while two-factor authentication is on: add another one first."
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person can be reached; `verified` is None where nothing is known about it."""

    label: str
    value: str
    icon: str
    verified: bool | None


@dataclass(frozen=True, slots=True)
class App:
    """What a person needs to set up their app: a picture to scan, an address to tap, a text."""

    id: int
    name: str
    qr: Markup
    uri: str
    secret: str


def verification_routes(
    area: Area, name: AreaName, logins: Logins, prefix: str
) -> list[PanelRoute]:
    """Return the routes of one area. `prefix`: what stands before them where it is mounted."""
    pages = Verification(name, logins)
    path = pages.path.removeprefix(prefix)
    of = partial(route, area, name)
    return [
        of(path, pages.show, "profile"),
        of(f"{path}/app", pages.begin, "profile", changes=True),
        of(f"{path}/app/{{id:row}}", pages.app, "profile"),
        of(f"{path}/app/{{id:row}}", pages.confirm, "profile", changes=True),
        of(f"{path}/{{id:row}}/default", pages.ask_default, "profile"),
        of(f"{path}/{{id:row}}/default", pages.make_default, "profile", changes=True),
        of(f"{path}/{{id:row}}/delete", pages.ask_delete, "profile"),
        of(f"{path}/{{id:row}}/delete", pages.delete, "profile", changes=True),
    ]


class Verification:
    def __init__(self, area: AreaName, logins: Logins) -> None:
        self.logins, self.panel = logins, logins.panel
        self.path = OWN_PAGES[f"verification.{area}"].path
        self.two_factor_path = OWN_PAGES[f"two_factor.{area}"].path

    def show(self, area: Area, request: Request) -> Response:
        """Show address and number, the methods, and the way to one more."""
        return self._centre(area, request)

    def begin(self, area: Area, request: Request) -> Response:
        """Begin to set up an app; the next page shows its picture."""
        login, form = _login(request), form_of(request)
        name = " ".join(str(form.get("name") or "").split())[:NAME_MAX]
        if not name:
            return self._centre(area, request, {"name": _NAMED})
        account = self._account(login)
        proof = prove(self.logins, login.kind, account, form)
        if not proof.right:
            return self._centre(area, request, {"proof": proof.problem}, name)
        if len(self.logins.factors.of(login.kind, login.account_id)) > FACTORS_MAX:
            return self._centre(area, request, {"name": _ENOUGH}, name)
        factor = self.logins.factors.begin_totp(login.kind, login.account_id, name)
        return area.go(request, f"{self.path}/app/{factor}")

    def app(self, area: Area, request: Request) -> Response:
        return self._app(area, request)

    def confirm(self, area: Area, request: Request) -> Response:
        """Take the first code: from then on the app is a method."""
        login = _login(request)
        factor = self._factor(area, request)
        outcome = self.logins.factors.confirm(
            login.kind, login.account_id, factor.id, str(form_of(request).get("code") or "")
        )
        if outcome is None:
            raise NotFound("factor", factor.id)
        if not outcome.right:
            return self._app(area, request, said(outcome, factor))
        self._note(request, "method_added", factor.name)
        return self._back(area, request, Sentence(_ADDED, name=factor.name))

    def ask_default(self, area: Area, request: Request) -> Response:
        return self._question(area, request, self._usable(area, request), "default")

    def make_default(self, area: Area, request: Request) -> Response:
        """Ask for this method first, once a code of it has shown that it works."""
        login, factor = _login(request), self._usable(area, request)
        outcome = self.logins.factors.check(
            login.kind, login.account_id, factor.id, str(form_of(request).get("code") or "")
        )
        if not outcome.right:
            return self._question(area, request, factor, "default", said(outcome, factor))
        self.logins.factors.make_default(login.kind, login.account_id, factor.id)
        return self._back(area, request, Sentence(_DEFAULT, name=factor.name))

    def ask_delete(self, area: Area, request: Request) -> Response:
        return self._question(area, request, self._usable(area, request), "delete")

    def delete(self, area: Area, request: Request) -> Response:
        """Drop a method after a fresh proof; never the last one while two-factor is on."""
        login, factor = _login(request), self._usable(area, request)
        account = self._account(login)
        if account.two_factor and len(self._methods(login)) == 1:
            return self._question(area, request, factor, "delete", _LAST)
        proof = prove(self.logins, login.kind, account, form_of(request))
        if not proof.right:
            return self._question(area, request, factor, "delete", proof.problem)
        dropped = self.logins.factors.drop(
            login.kind, login.account_id, factor.id, last=not account.two_factor
        )
        if not dropped:
            return self._question(area, request, factor, "delete", _LAST)
        self._note(request, "method_removed", factor.name)
        return self._back(area, request, Sentence(_GONE, name=factor.name))

    # ------------------------------------------------------------------ pages

    def _centre(
        self, area: Area, request: Request, problems: dict[str, Any] | None = None, name: str = ""
    ) -> Response:
        login = _login(request)
        account = self._account(login)
        with area.reading(request) as context:
            return area.page(
                request, context, "accounts/verification.html",
                context.translate("Verification center"), status=422 if problems else 200,
                contacts=contacts(self.panel, context, login), methods=self._methods(login),
                two_factor=account.two_factor, two_factor_url=self.two_factor_path,
                when=partial(_when, context),
                path=self.path, name=name, problems=problems or {},
                proof=Proof.of(self.logins, login.kind, account),
                backup_left=self.logins.factors.backup_codes_left(login.kind, login.account_id),
            )

    def _app(self, area: Area, request: Request, problem: Sentence | None = None) -> Response:
        login, factor = _login(request), self._factor(area, request)
        secret = self.logins.factors.secret_of(login.kind, login.account_id, factor.id)
        if secret is None:
            raise NotFound("factor", factor.id)
        account = self._account(login)
        issuer = web_of(request).brand(visit_of(request)).name
        uri = totp.uri(secret, issuer=issuer, account=account.email)
        qr = segno.make(uri, error="m", micro=False).svg_inline(scale=4, border=4, omitsize=True)
        with area.reading(request) as context:
            title = context.translate("Set up an authenticator app")
            return area.page(
                request, context, "accounts/app_setup.html", title,
                trail=self._trail(context, title), status=422 if problem else 200,
                app=App(factor.id, factor.name, Markup(qr), uri, totp.grouped(secret)),
                problem=problem, path=self.path, issuer=issuer, email=account.email,
            )

    def _question(
        self, area: Area, request: Request, factor: Factor, what: str,
        problem: Sentence | None = None,
    ) -> Response:
        login = _login(request)
        with area.reading(request) as context:
            title = context.translate(
                Sentence("Delete {name}") if what == "delete" else Sentence("Ask for {name} first")
            ).format(name=factor.name)
            return area.page(
                request, context, "accounts/method_question.html", title,
                trail=self._trail(context, title), status=422 if problem else 200,
                factor=factor, what=what, problem=problem, path=self.path,
                proof=Proof.of(self.logins, login.kind, self._account(login)),
            )

    def _trail(self, context: PageContext, title: str) -> list[tuple[str, str | None]]:
        return [(context.translate("Verification center"), self.path), (title, None)]

    def _back(self, area: Area, request: Request, text: Sentence) -> Response:
        translate = web_of(request).languages.of(_login(request).actor.locale)
        return area.go(request, self.path, text.said(translate))

    # ------------------------------------------------------------------ whose

    def _methods(self, login: Login) -> tuple[Factor, ...]:
        return self.logins.factors.usable(login.kind, login.account_id)

    def _factor(self, area: Area, request: Request) -> Factor:
        """Return the person's own method that the address names. Raises NotFound."""
        login, id_ = _login(request), area.record_id(request)
        for each in self.logins.factors.of(login.kind, login.account_id):
            if each.id == id_:
                return each
        raise NotFound("factor", id_)

    def _usable(self, area: Area, request: Request) -> Factor:
        factor = self._factor(area, request)
        if factor.type == "backup" or factor.verified_at is None:
            raise NotFound("factor", factor.id)
        return factor

    def _account(self, login: Login) -> Account:
        account = self.logins.account(login.kind, login.account_id)
        assert account is not None
        return account

    def _note(self, request: Request, action: str, what: str) -> None:
        login, visit = _login(request), visit_of(request)
        record_login_event(
            self.panel, action, login.kind, login.account_id, login.actor.name, ip=visit.ip,
            request_id=visit.request_id, reason=what,
        )


def _login(request: Request) -> Login:
    login = visit_of(request).login
    assert login is not None
    return login


def contacts(panel: Panel, context: PageContext, login: Login) -> list[Contact]:
    """Return a person's own address and number, and whether each is proven."""
    fields = context.model(login.kind).fields
    with panel.reading(SYSTEM) as records:
        own = records.get(login.kind, login.account_id)
    return [
        Contact(
            fields[name].label(context.format.locale), own.get(name) or "", drawing,
            bool(own[f"{name}_verified"]) if f"{name}_verified" in own else None,
        )
        for name, drawing in (("email", "mail"), ("phone", "phone")) if name in own
    ]


def _when(context: PageContext, at: datetime) -> str:
    return moment_text(at, context.format.locale, context.format.time_zone)
