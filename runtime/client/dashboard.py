"""The start page of the client area: the widgets of `dashboard: client` that may be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from config.specs.parts import WidgetSpec
from runtime.client.frame import LINKS
from runtime.pages.context import PageContext

if TYPE_CHECKING:
    from runtime.pages.area import Area
    from runtime.records import Records

# Draws the body of a widget that a part of the panel registered by name.
DrawWidget = Callable[["Records", Request], Markup | None]


@dataclass(frozen=True, slots=True)
class Widget:
    """A card of `columns` twelfths of the page's width."""

    label: str
    icon: str
    columns: int
    url: str = ""
    value: str = ""
    body: Markup | None = None


@dataclass(slots=True)
class Dashboard:
    """Shows the start page. `widgets`: registered name → what draws it."""

    widgets: dict[str, DrawWidget] = field(default_factory=dict)

    def show(self, area: Area, request: Request) -> Response:
        with area.reading(request) as context:
            spec = area.panel.project.dashboards.get("client")
            found = []
            for key, widget in spec.widgets.items() if spec else ():
                if not widget.hidden:
                    found += self._widget(context, key, widget, request)
            title = context.translate("Overview")
            return area.page(
                request, context, "client/dashboard.html", title, widgets=found,
                greeting=area.actor(request).name,
            )

    def _widget(
        self, context: PageContext, key: str, spec: WidgetSpec, request: Request
    ) -> Iterator[Widget]:
        columns = min(12, int(spec.size.partition("x")[0]))
        label = context.text(spec.label, key)
        if spec.count:
            yield from self._count(context, spec, label, columns)
        elif spec.widget and (draw := self.widgets.get(spec.widget)):
            body = draw(context.records, request)
            if body:
                yield Widget(label, spec.icon or "layout-dashboard", columns, body=body)

    def _count(
        self, context: PageContext, spec: WidgetSpec, label: str, columns: int
    ) -> Iterator[Widget]:
        entity, _, view = (spec.count or "").partition(".")
        model = context.generated.entities.get(entity)
        if model is None or view not in model.views or not context.records.can("see", entity):
            return
        count = context.records.count(entity, view)
        shown = model.views[view].area == "client"
        query = {} if view == context.view_of(entity) else {"view": view}
        url = LINKS.list(entity, query) if shown else ""
        number = count.text(context.format.locale)
        yield Widget(label, spec.icon or model.spec.icon, columns, url, number)
