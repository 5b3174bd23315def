"""The start page of the staff area: the widgets of `dashboard: staff` that may be seen."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from runtime.admin.desk import Desk
from runtime.pages.widgets import drawn


def show(desk: Desk, request: Request) -> Response:
    with desk.reading(request) as context:
        spec = desk.panel.project.dashboards.get("staff")
        declared = spec.widgets if spec else {}
        widgets = [
            made for key, widget in declared.items() if not widget.hidden
            for made in drawn(context, key, widget)
        ]
        title = context.text(spec.label) if spec and spec.label else context.translate("Dashboard")
        return desk.page(
            request, context, "admin/dashboard.html", title, trail=[(title, None)],
            widgets=widgets, name=desk.actor(request).name,
        )
