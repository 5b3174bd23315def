"""The start page of the client area: the widgets of `dashboard: client` that may be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from config.specs.parts import WidgetSpec
from runtime.pages.context import PageContext
from runtime.pages.widgets import Widget, drawn, width_of

if TYPE_CHECKING:
    from runtime.pages.area import Area
    from runtime.records import Records

# Draws the body of a widget that a part of the panel registered by name.
DrawWidget = Callable[["Records", Request], Markup | None]


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
        yield from drawn(context, key, spec)
        if spec.widget and (draw := self.widgets.get(spec.widget)):
            body = draw(context.records, request)
            if body:
                label = context.text(spec.label, key)
                yield Widget(label, spec.icon or "layout-dashboard", width_of(spec), body=body)
