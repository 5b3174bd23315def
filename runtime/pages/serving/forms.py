"""Forms: a new row, an edit, and the choice when two edits met."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from config.texts.sentence import Sentence
from runtime.pages.area import Area, in_dialog
from runtime.pages.conflict import build_conflict, choices_of, merged
from runtime.pages.context import PageContext
from runtime.pages.forms import build_form
from runtime.pages.serving.sending import key_of, new_key, sent_form
from runtime.pages.submitted import Submitted, as_preset
from runtime.records.errors import Conflict, RecordError, ValidationFailed
from runtime.records.values import Record
from runtime.web.routes import form_of
from runtime.web.uploads import read_form_with_files


def ask_new(area: Area, request: Request) -> Response:
    """Show an empty form; the address may fill some of it in (`?client=12`)."""
    entity = area.entity(request)
    with area.reading(request) as context:
        area.require(context, "create", entity)
        fields = context.model(entity).fields
        preset = as_preset(fields, request.query_params.multi_items(), context.format)
        preset |= area.preset(request, fields)
        return _form(area, request, context, entity, preset=preset)


def create(area: Area, request: Request) -> Response:
    """Make a row out of the form, or show the form again with what is wrong."""
    entity = area.entity(request)
    with area.writing(request) as context:
        area.require(context, "create", entity)
        form = form_of(request)
        sending = sent_form(form, f"{entity}/new")
        earlier = context.records.sent_before(sending)
        if earlier is not None and earlier.same:
            return _made(area, request, context, _record(context, entity, earlier.record_id))
        sent = read_form_with_files(context, entity, form)
        if earlier is not None:
            _ask_again(sent, context, _record(context, entity, earlier.record_id))
            return _form(area, request, context, entity, sent=sent, key=new_key())
        if sent.problems:
            # One round tells everything: what could not be read, and what the gate would say.
            sent.take_refusal(context.records.problems(
                entity, None, sent.values, sent.children, sent.parts
            ))
        else:
            try:
                record = context.records.create(
                    entity, sent.values, children=sent.children, parts=sent.parts
                )
            except ValidationFailed as refused:
                sent.take_refusal(refused)
            else:
                context.records.note_sent(sending, record.id)
                return _made(area, request, context, record)
        return _form(area, request, context, entity, sent=sent, key=key_of(form))


def _made(
    area: Area, request: Request, context: PageContext, record: Record | None
) -> Response:
    """Lead to the row that a form made; also when the form is sent a second time."""
    if record is None:
        entity = area.entity(request)
        said = context.translate("This form was sent before; what it made is no longer here.")
        return area.go(request, area.home(context, entity), said, "info")
    if in_dialog(request):
        # The page below links to it: nothing is left, and what was typed there stays.
        return JSONResponse({"id": record.id, "title": record.title}, 201)
    said = context.said(Sentence("{name} {title} was created."), record)
    return area.go(request, _after_create(context, record), said)


def _record(context: PageContext, entity: str, id_: int | None) -> Record | None:
    try:
        return None if id_ is None else context.records.get(entity, id_)
    except RecordError:
        return None


def _ask_again(sent: Submitted, context: PageContext, made: Record | None) -> None:
    """Note that the form made a row already: somebody went back, changed it and sent it again."""
    if made is None:
        sent.refuse("", [context.translate(
            "This form was sent before. Send it again to make another one."
        )])
    else:
        sent.refuse("", [context.said(
            Sentence("{name} {title} was made from this form already. "
                     "Send it again to make another one."), made,
        )])


def _after_create(context: PageContext, record: Record) -> str:
    where = context.model(record.entity).spec.after_create
    if where == "list":
        return context.links.list(record.entity)
    if where == "form":
        return context.links.edit(record.entity, record.id)
    return context.links.record(record.entity, record.id)


def ask_edit(area: Area, request: Request) -> Response:
    entity = area.entity(request)
    with area.reading(request) as context:
        record = area.record(request, context, entity, trash=False)
        area.require(context, "edit", entity, record)
        return _form(area, request, context, entity, record=record)


def update(area: Area, request: Request) -> Response:
    """Change a row; an edit that met another one is shown beside it, and nothing is saved."""
    entity = area.entity(request)
    form = form_of(request)
    with area.writing(request) as context:
        record = area.record(request, context, entity, trash=False)
        area.require(context, "edit", entity, record)
        sending = sent_form(form, f"{entity}/{record.id}/edit")
        earlier = context.records.sent_before(sending)
        if earlier is not None and earlier.same:
            return _saved(area, request, context, record)
        sent = read_form_with_files(context, entity, form, record)
        if form.get("merge"):
            choices = choices_of(form.multi_items())
            sent.values = merged(sent.values, choices)
            sent.children = merged(sent.children, choices)
        if sent.problems:
            sent.take_refusal(context.records.problems(
                entity, record.id, sent.values, sent.children
            ))
        else:
            try:
                saved = context.records.update(
                    entity, record.id, sent.values, version=sent.version, children=sent.children
                )
            except ValidationFailed as refused:
                sent.take_refusal(refused)
            except Conflict as conflict:
                return _conflict(area, request, context, conflict)
            else:
                context.records.note_sent(sending, record.id)
                return _saved(area, request, context, saved)
        return _form(area, request, context, entity, record=record, sent=sent, key=key_of(form))


def _saved(area: Area, request: Request, context: PageContext, record: Record) -> Response:
    said = context.said(Sentence("{name} {title} was saved."), record)
    return area.go(request, context.links.record(record.entity, record.id), said)


def _conflict(
    area: Area, request: Request, context: PageContext, conflict: Conflict
) -> Response:
    page = build_conflict(context, conflict, form_of(request).multi_items())
    current = conflict.current
    trail = area.trail(context, current.entity, current, context.translate("Two edits"))
    return area.page(
        request, context, "pages/conflict.html", page.title, trail=trail, status=409, page=page
    )


def _form(
    area: Area, request: Request, context: PageContext, entity: str, *,
    record: Record | None = None, sent: Submitted | None = None, preset: Any = None,
    key: str = "",
) -> Response:
    settled = area.preset(request, context.model(entity).fields) if record is None else {}
    page = build_form(context, entity, record, sent=sent, preset=preset, settled=settled)
    settings_url = f"{area.links.prefix}/{entity}/driver-settings"
    page = replace(page, form_key=key or new_key(), driver_url=settings_url)
    if in_dialog(request):
        status = 422 if sent else 200
        return area.piece(request, "pages/form.html", status, page=page, in_dialog=True)
    last = page.title if record is None else context.translate("Edit")
    trail = area.trail(context, entity, record, last)
    return area.page(
        request, context, "pages/form.html", page.title, trail=trail,
        status=422 if sent else 200, page=page,
    )
