"""The page on which a person changes their password, the same in both areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.texts.sentence import Sentence
from runtime.accounts.credentials import store_hash
from runtime.accounts.endings import end_everything
from runtime.accounts.events import record_login_event
from runtime.accounts.passwords import TooBusy, why_unfit
from runtime.actors import SYSTEM
from runtime.pages.own_pages import OWN_PAGES
from runtime.web.errors import TooManyRequests
from runtime.web.flash import Flash
from runtime.web.routes import form_of
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.accounts.login import Logins
    from runtime.accounts.sessions import AccountKind, Login
    from runtime.pages.area import Area

PATHS: dict[AccountKind, str] = {
    "staff": OWN_PAGES["password.staff"].path, "user": OWN_PAGES["password.client"].path,
}
_BUSY_SECONDS = 5


class OwnPassword:
    """Asks for a new password and stores it; no address names another person."""

    def __init__(self, logins: Logins) -> None:
        self.logins, self.panel = logins, logins.panel

    def ask(self, area: Area, request: Request) -> Response:
        return self._page(area, request, {})

    def change(self, area: Area, request: Request) -> Response:
        """Set a new password; every other session of the person ends."""
        login = _login(request)
        form = form_of(request)
        old, new, again = (_text(form, name) for name in ("old", "new", "again"))
        problems = self._problems(login, old, new, again)
        if problems:
            return self._page(area, request, problems, 422)
        store_hash(self.panel, login.kind, login.account_id, self.logins.passwords.hash(new))
        ended = end_everything(
            self.panel, login.kind, login.account_id, but_session=login.session_id
        )
        visit = visit_of(request)
        record_login_event(
            self.panel,
            "password_changed",
            login.kind,
            login.account_id,
            login.actor.name,
            ip=visit.ip,
            request_id=visit.request_id,
        )
        translate = web_of(request).languages.of(login.actor.locale)
        said = translate("Your password is changed.")
        if ended:
            said += " " + translate("All other devices are signed out.")
        response = RedirectResponse(PATHS[login.kind], 303)
        web_of(request).flashes.add(request, response, Flash("ok", said))
        return response

    def _problems(self, login: Login, old: str, new: str, again: str) -> dict[str, str]:
        """Return field → sentence; the old password is asked first, and limited like a login."""
        wait = self.logins.seconds_to_wait(login.kind, login.account_id)
        if wait:
            raise TooManyRequests(
                Sentence("Too many tries. Please wait a few minutes."), wait
            )
        try:
            if not self.logins.password_fits(login.kind, login.account_id, old):
                return {"old": Sentence("This is not your present password.")}
        except TooBusy:
            raise TooManyRequests(
                Sentence("Please try again in a moment."), _BUSY_SECONDS
            ) from None
        self.logins.forget_tries(login.kind, login.account_id)
        length_min = self.panel.project.site.security.password_min
        unfit = why_unfit(new, length_min=length_min, names=(login.actor.name,))
        if unfit:
            return {"new": unfit}
        if new == old:
            return {"new": Sentence("This is your present password: choose another one.")}
        return {} if new == again else {
            "again": Sentence("The two passwords do not match.")
        }

    def _page(
        self, area: Area, request: Request, problems: dict[str, str], status: int = 200
    ) -> Response:
        login = _login(request)
        # For the browser's own list of passwords: whose this one is.
        with self.panel.reading(SYSTEM) as records:
            email = records.get(login.kind, login.account_id)["email"]
        with area.reading(request) as context:
            return area.page(
                request, context, "accounts/password.html", context.translate("Change password"),
                status=status, problems=problems, email=email, action=PATHS[login.kind],
                length_min=self.panel.project.site.security.password_min,
            )


def _login(request: Request) -> Login:
    login = visit_of(request).login
    assert login is not None
    return login


def _text(form: object, name: str) -> str:
    value = form.get(name)  # type: ignore[attr-defined]
    return value if isinstance(value, str) else ""
