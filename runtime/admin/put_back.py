"""One field of a row gets back what it held before a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from runtime.pages.context import PageContext
from runtime.pages.detail import offered_tabs
from runtime.pages.history import value_text
from runtime.pages.moves import MoveDialog
from runtime.records.errors import ValidationFailed
from runtime.records.values import Record

if TYPE_CHECKING:
    from runtime.admin.desk import Desk


def ask(desk: Desk, request: Request) -> Response:
    """Show what the field holds now and what it would hold."""
    with desk.reading(request) as context:
        record = desk.record(request, context, desk.entity(request), trash=False)
        return _question(desk, request, context, record)


def put(desk: Desk, request: Request) -> Response:
    with desk.writing(request) as context:
        record = desk.record(request, context, desk.entity(request), trash=False)
        change, name = _named(request)
        try:
            context.records.put_back(record.entity, record.id, change, name)
        except ValidationFailed as refused:
            return _question(desk, request, context, record, str(refused))
        said = context.translate("{field} is as it was before.")
        url = _history_url(context, record)
        return desk.go(request, url, said.format(field=_label(context, record, name)))


def _question(
    desk: Desk, request: Request, context: PageContext, record: Record, problem: str = ""
) -> Response:
    translate = context.translate
    change, name = _named(request)
    desk.require(context, "edit", record.entity, record, field=name)
    facts: tuple[str, ...] = ()
    try:
        value = context.records.earlier(record.entity, record.id, change, name)
    except ValidationFailed as refused:
        problem = str(refused)
    else:
        bound = context.model(record.entity).fields[name]
        facts = (
            translate("Now: {value}").format(
                value=value_text(context, bound, record.get(name)) or "–"),
            translate("Then: {value}").format(value=value_text(context, bound, value) or "–"),
        )
    url = context.links.record(record.entity, record.id)
    dialog = MoveDialog(
        title=translate("Put back {field}").format(field=_label(context, record, name)),
        text=translate("Everything else of {title} stays as it is.").format(title=record.title),
        action=f"{url}/history/{change}/{name}",
        cancel_url=_history_url(context, record), submit=translate("Put back"), facts=facts,
        refused=problem, possible=not problem,
    )
    trail = desk.trail(context, record.entity, record, dialog.title)
    return desk.question(request, context, dialog, trail, 422 if problem else 200)


def _history_url(context: PageContext, record: Record) -> str:
    """Return the tab that the person came from: what was put back stands first there."""
    tabs = offered_tabs(context, record)
    tab = next((name for name, spec in tabs.items() if spec.history), None)
    return context.links.record(record.entity, record.id, {"tab": tab})


def _named(request: Request) -> tuple[int, str]:
    return request.path_params["change"], request.path_params["field"]


def _label(context: PageContext, record: Record, name: str) -> str:
    bound = context.model(record.entity).fields.get(name)
    return bound.label(context.format.locale) if bound else name
