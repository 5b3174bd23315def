"""Rows put in another order, by a button or by dragging."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from runtime.admin.desk import LINKS, Desk, back_url
from runtime.pages.context import PageContext
from runtime.pages.serving.acts import text_of
from runtime.pages.submitted import as_id
from runtime.records.errors import NotFound
from runtime.records.values import Record
from runtime.web.routes import form_of


def place(desk: Desk, request: Request) -> Response:
    """Move one row up, down, or behind another one."""
    entity, form = desk.entity(request), form_of(request)
    with desk.writing(request) as context:
        fields = context.model(entity).fields
        name = next((key for key, one in fields.items() if one.spec.type == "position"), None)
        if name is None:
            raise NotFound(entity, "place")
        record, wanted = _wanted(context, entity, name, form)
        desk.require(context, "edit", entity, record, field=name)
        if wanted != record[name] and wanted >= 1:
            context.records.update(entity, record.id, {name: wanted})
        return desk.go(request, back_url(form.get("back"), LINKS.list(entity)))


def _wanted(context: PageContext, entity: str, name: str, form: Any) -> tuple[Record, int]:
    for button, step in (("up", -1), ("down", 1)):
        if text_of(form, button):
            record = _record(context, entity, text_of(form, button))
            return record, record[name] + step
    record = _record(context, entity, text_of(form, "id"))
    if not text_of(form, "after"):
        return record, 1
    before = _record(context, entity, text_of(form, "after"))[name]
    # Rows between the old and the new place close up, so behind a later row means its own place.
    return record, before if record[name] < before else before + 1


def _record(context: PageContext, entity: str, text: str) -> Record:
    id_ = as_id(text)
    if id_ is None:
        raise HTTPException(400, context.translate("The form does not say which row to move."))
    return context.records.get(entity, id_)
