"""The staff area as the pages of both areas see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.requests import Request

from runtime.pages.area import Area
from runtime.pages.context import PageContext
from runtime.pages.links import Links
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.admin.frame import Frame
    from runtime.panel import Panel
    from runtime.records import Records

PREFIX = "/admin"
LINKS = Links(PREFIX)
VIEW = "staff"
FILE_ENTITY = "file"


class Desk(Area):
    """The staff area of one panel."""

    template = "admin/page.html"
    links = LINKS

    def __init__(self, panel: Panel, frame: Frame) -> None:
        super().__init__(panel)
        self.frame = frame

    def context(self, request: Request, records: Records) -> PageContext:
        return page_context(self.panel, request, records)

    def list_name(self, context: PageContext, entity: str) -> str:
        """Return the name of the list that the entity opens with, its own when it has one."""
        label = context.model(entity).views[VIEW].label
        return context.text(label) if label else super().list_name(context, entity)

    def around(self, request: Request, context: PageContext) -> Mapping[str, Any]:
        return self.frame.within(request, context)


def page_context(panel: Panel, request: Request, records: Records) -> PageContext:
    """Return who looks at a page of the staff area and how they want values written."""
    login = visit_of(request).login
    actor = login.actor if login else None
    reader = web_of(request).format_context(actor, VIEW)
    seen: dict[str, bool] = {}

    def link(entity: str, id: int) -> str | None:  # noqa: A002
        if entity == FILE_ENTITY:
            # The gate opens a file by the field that shows it, whoever may list all files.
            return LINKS.action(entity, id, "download")
        if entity not in seen:
            seen[entity] = bool(records.can("see", entity))
        return f"{PREFIX}/{entity}/{id}" if seen[entity] else None

    return PageContext(
        records=records, generated=panel.generated, format=replace(reader, link=link), links=LINKS,
    )


def back_url(given: object, otherwise: str) -> str:
    """Return where a form said it came from, if that is a page of the staff area."""
    text = given if isinstance(given, str) else ""
    safe = text.startswith(f"{PREFIX}/") and "//" not in text.partition("?")[0]
    return text if safe and text.isprintable() and "\\" not in text else otherwise
