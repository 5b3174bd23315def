"""Which company a person looks at who belongs to several: all of them, or the one they chose.

The choice is a cookie, and only ever takes away: of the companies that the person belongs to at
this request it leaves one. A value that names any other is as good as none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from runtime.records.values import ListQuery
from runtime.web.routes import form_of
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.actors import Actor
    from runtime.pages.area import Area
    from runtime.pages.context import PageContext

COOKIE = "panel_company"
PATH = "/my/company"
_KEPT_SECONDS = 365 * 86_400
_SHOWN_MAX = 50


@dataclass(frozen=True, slots=True)
class Company:
    """One line of the switch; `value` is what its form sends, empty for all companies."""

    value: str
    title: str
    chosen: bool


def narrowed(actor: Actor, chosen: str) -> Actor:
    """Return the actor within the chosen company alone (`clients:12`), or as they are."""
    membership, _, text = chosen.partition(":")
    own = actor.sets.get(membership, frozenset())
    here = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    if here not in own or len(own) < 2:
        return actor
    held = actor.rights.get(membership, {})
    return replace(
        actor,
        sets={**actor.sets, membership: frozenset({here})},
        rights={**actor.rights, membership: {here: held.get(here, frozenset())}},
    )


def choose(area: Area, request: Request) -> Response:
    """Keep the choice and lead to the start page: the page of before may be of another company."""
    web, login = web_of(request), visit_of(request).login
    chosen = form_of(request).get("company")
    chosen = chosen if isinstance(chosen, str) else ""
    response = RedirectResponse("/", 303)
    name = web.address.cookie_name(COOKIE)
    if login is None or narrowed(login.whole, chosen) is login.whole:
        response.delete_cookie(name, path="/", secure=web.address.secure, httponly=True)
    else:
        response.set_cookie(
            name, chosen, max_age=_KEPT_SECONDS, path="/", secure=web.address.secure,
            httponly=True, samesite="lax",
        )
    return response


def companies(context: PageContext, whole: Actor) -> list[Company]:
    """Return what to switch between, nothing for a person of one company."""
    for name, membership in context.generated.project.site.memberships.items():
        own = whole.sets.get(name, frozenset())
        if len(own) < 2:
            continue
        now = context.records.actor.sets.get(name, frozenset())
        titles = _titles(context, whole, membership.of)
        one = next(iter(now)) if len(now) == 1 else None
        found = [Company(f"{name}:{id_}", titles[id_], id_ == one) for id_ in titles if id_ in own]
        found.sort(key=lambda company: company.title.casefold())
        return [Company("", context.translate("All companies"), one is None), *found]
    return []


def _titles(context: PageContext, whole: Actor, entity: str) -> Mapping[int, str]:
    """Return id → title of the companies, as the person sees them without the choice."""
    from runtime.records import Records
    from runtime.records.work import Work

    if not context.view_of(entity):
        return {}
    work = context.records.work
    everything = Records(Work(work.panel, work.connection, whole, write=False))
    query = ListQuery(view=context.view_of(entity), columns=(), size=_SHOWN_MAX, count=False)
    return {record.id: record.title for record in everything.list(entity, query).rows}
