"""The start page of the staff area: the widgets of `dashboard: staff` that may be seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from config.specs.parts import WidgetSpec
from runtime.admin.desk import LINKS, VIEW, Desk
from runtime.pages.context import PageContext


@dataclass(frozen=True, slots=True)
class Widget:
    """A card of `columns` twelfths of the page's width."""

    label: str
    icon: str
    columns: int
    url: str
    value: str
    badge: str = ""


def show(desk: Desk, request: Request) -> Response:
    with desk.reading(request) as context:
        spec = desk.panel.project.dashboards.get("staff")
        declared = spec.widgets if spec else {}
        widgets = [
            made for key, widget in declared.items() if not widget.hidden
            for made in _widget(context, key, widget)
        ]
        title = context.text(spec.label) if spec and spec.label else context.translate("Dashboard")
        return desk.page(
            request, context, "admin/dashboard.html", title, trail=[(title, None)],
            widgets=widgets, name=desk.actor(request).name,
        )


def _widget(context: PageContext, key: str, spec: WidgetSpec) -> Iterator[Widget]:
    """Yield the card of a count; charts and widgets come from what is installed."""
    entity, _, view = (spec.count or "").partition(".")
    model = context.generated.entities.get(entity)
    if model is None or not context.records.can("see", entity):
        return
    view = view or VIEW
    if view not in model.views:
        return
    count = context.records.count(entity, view)
    shown = model.views[view]
    label = context.text(spec.label or shown.label, key)
    columns = max(2, min(12, int(spec.size.partition("x")[0])))
    query = {} if view == VIEW else {"view": view}
    warns = shown.badge if shown.badge in ("warn", "bad") and count.number else ""
    url = LINKS.list(entity, query)
    number = count.text(context.format.locale)
    yield Widget(label, spec.icon or model.spec.icon, columns, url, number, warns or "")
