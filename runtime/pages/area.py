"""What every page of an area shares: who asks, one transaction, the frame, the answer.

An area (staff, client) is a subclass: it says whose roles count, what stands around its pages and
where its own ways differ. What is done with rows is the same in both and stands in `serving`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from runtime.pages.limits import limits_of
from runtime.pages.lists import ListOptions
from runtime.pages.query import ListAddress, read_address
from runtime.records.errors import Forbidden, NotFound
from runtime.records.values import Record
from runtime.web.flash import Flash
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from generator.fields.base import BoundField
    from runtime.actors import Actor
    from runtime.pages.context import PageContext
    from runtime.pages.links import Links
    from runtime.panel import Panel
    from runtime.records import Records

Trail = list[tuple[str, str | None]]


class Area:
    """One area of one panel. Below the line stands what each area says for itself."""

    template: str
    links: Links
    list_options = ListOptions()

    def __init__(self, panel: Panel) -> None:
        self.panel = panel

    # ------------------------------------------------------------------ what was asked

    def entity(self, request: Request) -> str:
        """Return the entity that the address names. Raises NotFound."""
        entity: str = request.path_params["entity"]
        model = self.panel.generated.entities.get(entity)
        if model is None or model.spec.internal:
            raise NotFound(entity, "")
        return entity

    def record_id(self, request: Request) -> int:
        """Return the id that the address names, which its route has read."""
        id_: int = request.path_params["id"]
        return id_

    def record(
        self, request: Request, context: PageContext, entity: str, *, trash: bool = True
    ) -> Record:
        return context.records.get(entity, self.record_id(request), trash=trash)

    def actor(self, request: Request) -> Actor:
        login = visit_of(request).login
        if login is None:
            raise HTTPException(401)
        return login.actor

    @contextmanager
    def reading(self, request: Request) -> Iterator[PageContext]:
        """Open one transaction for reading and give the context of a page in it."""
        with self.panel.reading(self.actor(request)) as records:
            yield self.context(request, records)

    @contextmanager
    def writing(self, request: Request) -> Iterator[PageContext]:
        with self.panel.records(self.actor(request)) as records:
            yield self.context(request, records)

    def address(self, request: Request, context: PageContext, entity: str) -> ListAddress:
        limits = limits_of(context, entity)
        pairs = request.query_params.multi_items()
        return read_address(self.links.list(entity), pairs, limits, context.translate)

    def require(
        self, context: PageContext, action: Any, entity: str, record: Record | None = None,
        **more: Any,
    ) -> None:
        """Raise Forbidden before a question is asked whose answer could not be taken."""
        decision = context.records.can(action, entity, record, **more)
        if not decision:
            raise Forbidden(decision)

    # ------------------------------------------------------------------ what is answered

    def page(
        self, request: Request, context: PageContext, part: str, title: str, *,
        trail: Trail = (), status: int = 200, **values: Any,  # type: ignore[assignment]
    ) -> Response:
        """Return `part` inside the frame. `title` is the page's own part of the window's title."""
        frame = self.around(request, context)
        # What a person looks for among many tabs stands first: the row, then its list.
        above = [label for label, url in reversed(trail) if url and label not in title]
        words = " · ".join([title, *above])
        return web_of(request).render_framed(
            request, self.template, part, frame, status,
            **{"title": words, "trail": list(trail), **values},
        )

    def piece(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """Return a piece of a page for a script to put in place."""
        response = web_of(request).render_part(request, template, **values)
        response.status_code = status
        return response

    def question(
        self, request: Request, context: PageContext, page: Any, trail: Trail, status: int = 200
    ) -> Response:
        """Return a question as the inside of a dialog when a script asks, else as a page."""
        if in_dialog(request):
            return self.piece(request, "pages/move.html", status, page=page, in_dialog=True)
        return self.page(
            request, context, "pages/move.html", page.title, trail=trail, status=status, page=page
        )

    def go(self, request: Request, url: str, said: str = "", level: Any = "ok") -> Response:
        """Lead on after a change, also out of a dialog, with a message."""
        if in_dialog(request):
            response: Response = Response(status_code=204, headers={"X-Panel-Location": url})
        else:
            response = RedirectResponse(url, 303)
        if said:
            web_of(request).flashes.add(request, response, Flash(level, said))
        return response

    def trail(
        self, context: PageContext, entity: str, record: Record | None = None, last: str = ""
    ) -> Trail:
        """Return the way up from a page: label and address; the page itself has none."""
        steps: Trail = []
        if self.has_list(context, entity):
            steps.append((self.list_name(context, entity), self.links.list(entity)))
        if record is not None:
            steps.append((record.title, self.links.record(entity, record.id)))
        if last:
            steps.append((last, None))
        elif steps:
            steps[-1] = (steps[-1][0], None)
        return steps

    def home(self, context: PageContext, entity: str) -> str:
        """Return where to go when a row is gone: its list, or the start page without one."""
        shown = self.has_list(context, entity)
        return self.links.list(entity) if shown else f"{self.links.prefix}/"

    # ------------------------------------------------------------------ what an area says

    def context(self, request: Request, records: Records) -> PageContext:
        """Return who looks at a page and how they want values written."""
        raise NotImplementedError

    def around(self, request: Request, context: PageContext) -> Mapping[str, Any]:
        """Return what the frame's template needs."""
        raise NotImplementedError

    def has_list(self, context: PageContext, entity: str) -> bool:
        """Say whether the entity has a page of its own with its rows."""
        return bool(context.view_of(entity))

    def list_name(self, context: PageContext, entity: str) -> str:
        """Return what the list of an entity is called in this area."""
        return context.plural(entity)

    def preset(
        self, request: Request, fields: Mapping[str, BoundField]
    ) -> dict[str, Any]:
        """Return values that a new row of this person can have only one way."""
        return {}


def in_dialog(request: Request) -> bool:
    return request.headers.get("x-panel-part") == "dialog"


def initials(name: str) -> str:
    """Return one or two letters for a person's round picture."""
    words = [word for word in name.replace("@", " ").split() if word[:1].isalnum()]
    return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or "?"
