"""The client area as the pages of both areas see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from runtime.client.frame import LINKS, Frame, page_context
from runtime.pages.area import Area
from runtime.pages.context import PageContext
from runtime.pages.lists import ListOptions

if TYPE_CHECKING:
    from generator.fields.base import BoundField
    from runtime.panel import Panel
    from runtime.records import Records


class Grounds(Area):
    """The client area of one panel. Lists are for reading: rows are acted on on their pages."""

    template = "client/page.html"
    links = LINKS
    list_options = ListOptions(choose=False, menu=False)

    def __init__(self, panel: Panel, frame: Frame) -> None:
        super().__init__(panel)
        self.frame = frame

    def context(self, request: Request, records: Records) -> PageContext:
        return page_context(self.panel, request, records)

    def around(self, request: Request, context: PageContext) -> Mapping[str, Any]:
        return self.frame.within(request, context)

    def list_name(self, context: PageContext, entity: str) -> str:
        """Return the words of the view in the client's menu, if it has any."""
        shown = context.model(entity).views.get(context.view_of(entity))
        return context.text(shown.label if shown else None) or context.plural(entity)

    def preset(
        self, request: Request, fields: Mapping[str, BoundField]
    ) -> dict[str, Any]:
        """Return the links that a new row can have only one way: to the person's one company."""
        actor, preset = self.actor(request), {}
        for name, membership in self.panel.project.site.memberships.items():
            own = actor.sets.get(name, frozenset())
            of = (membership.of,)
            links = [key for key, bound in fields.items() if getattr(bound.spec, "to", ()) == of]
            if len(own) == 1 and len(links) == 1:
                preset[links[0]] = next(iter(own))
        return preset
