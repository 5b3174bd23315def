"""My account: what a staff member keeps up themselves, and where they are signed in.

It belongs to the person: no role is asked, and no address names anybody else.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from generator.fields.base import BoundField
from generator.fields.formats import moment_text
from runtime.accounts.own_password import PATHS as PASSWORD_PATHS
from runtime.accounts.own_password import OwnPassword
from runtime.accounts.own_sessions import end_other_sessions, end_session, living_sessions
from runtime.accounts.preferences import keep_preferences
from runtime.accounts.two_factor import two_factor_routes
from runtime.accounts.verification import verification_routes
from runtime.actors import SYSTEM, Actor
from runtime.admin.desk import PREFIX, Desk
from runtime.pages.context import PageContext
from runtime.pages.controls import Filling, FormField, form_field
from runtime.pages.forms import FormProblem, FormSection
from runtime.pages.own_pages import OWN_PAGES
from runtime.pages.serving.routes import route
from runtime.pages.submitted import Submitted, read_fields
from runtime.records.errors import ValidationFailed
from runtime.records.values import Record
from runtime.web.routes import form_of
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.accounts.login import Logins
    from runtime.accounts.sessions import Login
    from runtime.web.routes import PanelRoute

PATH = OWN_PAGES["account.staff"].path
_SESSION = "/my/account/sessions"
# The e-mail address is what a person signs in with: it is not changed in passing.
_ROWS = (("firstname", "lastname"), ("phone",), ("language", "time_zone"))


def my_account_routes(desk: Desk, logins: Logins) -> list[PanelRoute]:
    """Return the routes below `/admin`."""
    account, password = MyAccount(logins), OwnPassword(logins)
    of = partial(route, desk, "staff")
    path, password_path = (
        each.removeprefix(PREFIX) for each in (PATH, PASSWORD_PATHS["staff"])
    )
    return [
        of(path, account.show, "profile"),
        of(path, account.save, "profile", changes=True),
        of(f"{_SESSION}/{{id:row}}/end", account.end, "logout", changes=True),
        of(f"{_SESSION}/end", account.end_others, "logout", changes=True),
        of(password_path, password.ask, "password"),
        of(password_path, password.change, "password", changes=True),
        *verification_routes(desk, "staff", logins, PREFIX),
        *two_factor_routes(desk, "staff", logins, PREFIX),
    ]


class MyAccount:
    """The page of whoever is signed in, and what its forms do."""

    def __init__(self, logins: Logins) -> None:
        self.logins, self.panel = logins, logins.panel

    def show(self, desk: Desk, request: Request) -> Response:
        return self._page(desk, request)

    def save(self, desk: Desk, request: Request) -> Response:
        """Store what differs; the next page is in the chosen language already."""
        login, web = _login(request), web_of(request)
        sent = Submitted()
        with desk.reading(request) as context:
            values = read_fields(sent, self._fields().values(), form_of(request), context.format)
            for name in ("language", "time_zone"):
                if name in values and values[name] is None:
                    sent.refuse(name, [context.translate("Enter a value.")])
        sent.values = values
        if not sent.problems:
            try:
                keep_preferences(
                    self.panel, "staff", login.account_id, values, visit_of(request),
                    login.actor.name,
                )
            except ValidationFailed as refused:
                sent.take_refusal(refused)
        if sent.problems:
            return self._page(desk, request, sent)
        locale = values.get("language", login.actor.locale)
        response = desk.go(
            request, PATH, web.languages.of(locale)("Your changes are saved.")
        )
        web.keep_language(response, locale)
        return response

    def end(self, desk: Desk, request: Request) -> Response:
        """Sign the person out on one other device."""
        session = request.path_params["id"]
        visit, login = visit_of(request), _login(request)
        ended = end_session(self.panel, self.logins.sessions, login, session, visit)
        translate = web_of(request).languages.of(login.actor.locale)
        if not ended:
            # Ended meanwhile, or never one of this person's: both look the same.
            raise HTTPException(404)
        return desk.go(request, PATH, translate("That device is signed out."))

    def end_others(self, desk: Desk, request: Request) -> Response:
        login = _login(request)
        end_other_sessions(self.panel, self.logins.sessions, login, visit_of(request))
        translate = web_of(request).languages.of(login.actor.locale)
        return desk.go(request, PATH, translate("All other devices are signed out."))

    def _fields(self) -> dict[str, BoundField]:
        fields = self.panel.generated.entities["staff"].fields
        return {name: fields[name] for row in _ROWS for name in row}

    def _record(self, login: Login) -> Record:
        with self.panel.reading(SYSTEM) as records:
            return records.get("staff", login.account_id)

    def _page(self, desk: Desk, request: Request, sent: Submitted | None = None) -> Response:
        login = _login(request)
        record = self._record(login)
        with desk.reading(request) as context:
            section = self._section(context, record, login.actor, sent)
            title = context.translate("My account")
            devices = living_sessions(self.panel, self.logins.sessions, login)
            return desk.page(
                request, context, "admin/my_account.html", title,
                status=422 if sent else 200, trail=[(title, None)], section=section,
                problems=_problems(section, sent), action=PATH, sessions=devices,
                said=context.say, when=partial(_when, context),
                password_path=PASSWORD_PATHS["staff"], session_path=f"{PREFIX}{_SESSION}",
                email=record["email"], two_factor=record["two_factor"],
            )

    def _section(
        self, context: PageContext, record: Record, actor: Actor, sent: Submitted | None
    ) -> FormSection:
        fields = self._fields()
        values: dict[str, Any] = {name: record[name] for name in fields}
        # Somebody who never chose has those of the site.
        values |= {"language": actor.locale, "time_zone": actor.time_zone}
        filling = Filling(None, values | (sent.values if sent else {}), sent)
        rows = tuple(tuple(form_field(context, fields[name], filling) for name in row)
                     for row in _ROWS)
        return FormSection("person", "", "", rows)


def _when(context: PageContext, moment: datetime) -> str:
    return moment_text(moment, context.format.locale, context.format.time_zone)


def _problems(section: FormSection, sent: Submitted | None) -> tuple[FormProblem, ...]:
    drawn: list[FormField] = [one for row in section.rows for one in row]
    return tuple(
        FormProblem(one.label, text, one.state.id) for one in drawn for text in one.problems
    ) if sent else ()


def _login(request: Request) -> Login:
    login = visit_of(request).login
    assert login is not None
    return login
