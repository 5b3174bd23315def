"""A person's language and time zone, the same small page in both areas.

They belong to the person: no role is asked, and no address names anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.texts.sentence import Sentence
from generator.fields.exchange import ControlState, FieldProblem
from runtime.accounts.sessions import KINDS
from runtime.actors import system
from runtime.web.flash import Flash
from runtime.web.routes import Classification, PanelRoute, form_of
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.accounts.sessions import AccountKind, Login
    from runtime.panel import Panel
    from runtime.web.visit import AreaName, Visit

PATHS: Mapping[str, str] = {"staff": "/admin/my/language", "client": "/my/language"}
FIELDS = ("language", "time_zone")
_SAVED = Sentence("Your changes are saved.")


@dataclass(frozen=True, slots=True)
class _Control:
    label: str
    body: Markup
    state: ControlState


def preference_routes(area: AreaName, panel: Panel) -> list[PanelRoute]:
    """Return the page of one area and what saves it."""
    page = _Preferences(area, panel)
    shows = Classification(area, "preferences")
    saves = Classification(area, "preferences", changes=True)
    return [
        PanelRoute(PATHS[area], page.show, shows, name=f"{area}_preferences"),
        PanelRoute(
            PATHS[area], page.save, saves, methods=["POST"], name=f"{area}_save_preferences"
        ),
    ]


def keep_preferences(
    panel: Panel, kind: AccountKind, account_id: int, values: Mapping[str, Any], visit: Visit,
    name: str = "",
) -> None:
    """Store language or time zone with an account; the history says who did it, by `name`."""
    actor = system(name or "login").asking(ip=visit.ip, request_id=visit.request_id)
    with panel.records(actor) as records:
        records.update(kind, account_id, dict(values))


class _Preferences:
    def __init__(self, area: AreaName, panel: Panel) -> None:
        self.area, self.panel = area, panel
        self.kind = KINDS[area]

    def show(self, request: Request) -> Response:
        actor = _login(request).actor
        chosen = {"language": actor.locale, "time_zone": actor.time_zone}
        return self._page(request, chosen, {})

    def save(self, request: Request) -> Response:
        """Store what was chosen; the next page is in that language already."""
        web, login = web_of(request), _login(request)
        given = {name: str(form_of(request).get(name) or "") for name in FIELDS}
        reader = web.format_context(login.actor, self.area)
        values: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for name in FIELDS:
            field = self._field(name)
            try:
                values[name] = field.type.parse(field, [given[name]], reader)
                if values[name] is None:
                    raise FieldProblem("Enter a value.")
            except FieldProblem as problem:
                problems[name] = problem.text(reader.translate)
        if problems:
            return self._page(request, given, problems)
        keep_preferences(
            self.panel, self.kind, login.account_id, values, visit_of(request), login.actor.name
        )
        response = RedirectResponse(PATHS[self.area], 303)
        web.keep_language(response, values["language"])
        said = _SAVED.said(web.languages.of(values["language"]))
        web.flashes.add(request, response, Flash("ok", said))
        return response

    def _field(self, name: str) -> Any:
        return self.panel.generated.entities[self.kind].fields[name]

    def _page(
        self, request: Request, chosen: Mapping[str, str], problems: Mapping[str, str]
    ) -> Response:
        web, actor = web_of(request), _login(request).actor
        reader = web.format_context(actor, self.area)
        controls = []
        for name in FIELDS:
            field = self._field(name)
            said = (problems[name],) if name in problems else ()
            raw = (chosen[name],) if problems else None
            state = ControlState(name, chosen[name], raw, said, required=True)
            body = field.type.control(field, state, reader)
            controls.append(_Control(field.label(reader.locale), body, state))
        title = reader.translate("Language and time zone")
        frame = {**web.frame_context(request), "trail": [(title, None)]}
        return web.render(
            request, "accounts/preferences.html", 422 if problems else 200,
            **frame, title=title, controls=controls, action=PATHS[self.area],
        )


def _login(request: Request) -> Login:
    login = visit_of(request).login
    assert login is not None
    return login
