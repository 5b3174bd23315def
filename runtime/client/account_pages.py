"""A person's own pages: their data, as far as the role shows and opens it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from config.texts.sentence import Sentence
from runtime.accounts.login import Logins
from runtime.client.frame import PROFILE_PATH
from runtime.pages.forms import build_form, form_names
from runtime.records.errors import Forbidden, ValidationFailed
from runtime.records.values import Decision
from runtime.web.routes import form_of
from runtime.web.uploads import read_form_with_files
from runtime.web.visit import visit_of

if TYPE_CHECKING:
    from runtime.accounts.sessions import Login
    from runtime.pages.area import Area
    from runtime.pages.context import PageContext
    from runtime.pages.submitted import Submitted
    from runtime.records.values import Record


class AccountPages:
    """Pages about whoever is signed in; no address names another person."""

    def __init__(self, logins: Logins) -> None:
        self.logins, self.panel = logins, logins.panel

    def profile(self, area: Area, request: Request) -> Response:
        """Show the person's own fields; those the role lets them change are a form."""
        with area.reading(request) as context:
            return self._profile(area, request, context)

    def save_profile(self, area: Area, request: Request) -> Response:
        login = _login(request)
        with area.writing(request) as context:
            records = context.records
            record = records.get("user", login.account_id)
            sent = read_form_with_files(context, "user", form_of(request), record)
            if not sent.problems:
                try:
                    records.update("user", record.id, sent.values, version=sent.version)
                    return area.go(
                        request, PROFILE_PATH, context.translate("Your changes are saved.")
                    )
                except ValidationFailed as refused:
                    sent.take_refusal(refused)
            return self._profile(area, request, context, sent)

    def _own(self, context: PageContext, login: Login) -> Record:
        """Return the person's own row. Raises Forbidden for who may not even see that."""
        if not context.records.can("see", "user"):
            raise Forbidden(Decision(
                False, Sentence("Your role does not show you your own data.")
            ))
        return context.records.get("user", login.account_id)

    def _profile(
        self, area: Area, request: Request, context: PageContext, sent: Submitted | None = None
    ) -> Response:
        record = self._own(context, _login(request))
        page = build_form(context, "user", record, sent=sent)
        page = replace(
            page,
            title=context.translate("My account"),
            help="",
            action=PROFILE_PATH,
            cancel_url="/",
        )
        return area.page(
            request, context, "client/profile.html", page.title, status=422 if sent else 200,
            page=page, editable=bool(form_names(context, "user", record)),
        )


def _login(request: Request) -> Login:
    login = visit_of(request).login
    assert login is not None
    return login
