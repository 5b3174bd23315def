"""Moves and deletions of one row: asked first, then done by the gate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from config.texts.sentence import Sentence
from runtime.pages.answers import answer_fields
from runtime.pages.area import Area, Trail
from runtime.pages.context import PageContext
from runtime.pages.moves import MoveDialog, move_dialog, read_answers
from runtime.pages.removing import act_dialog
from runtime.pages.serving.sending import FIELD, key_of, new_key, sent_form
from runtime.records.errors import (
    Forbidden,
    MoveRefused,
    NotFound,
    StillReferenced,
    ValidationFailed,
)
from runtime.records.values import AvailableMove, Record
from runtime.web.routes import form_of

RowAction = Literal["delete", "restore", "purge"]

# What may be done with a row beside its moves, and what is said afterwards.
ACTIONS: dict[RowAction, Sentence] = {
    "delete": Sentence("{name} {title} was deleted."),
    "restore": Sentence("{name} {title} was restored."),
    "purge": Sentence("{name} {title} was deleted forever."),
}
_TO_TRASH = Sentence("{name} {title} was moved to the trash.")


def ask_move(area: Area, request: Request) -> Response:
    """Show the questions of a move, or why it cannot be made now."""
    with area.reading(request) as context:
        record, move = _move(area, request, context)
        dialog = _keyed(move_dialog(context, record, move), new_key())
        return area.question(request, context, dialog, _trail(area, context, record, move.label))


def make_move(area: Area, request: Request) -> Response:
    """Make a move with the answers given; a refusal is shown in the same dialog."""
    form = form_of(request)
    with area.writing(request) as context:
        place = f"{area.entity(request)}/{area.record_id(request)}/moves/{_name(request)}"
        sending = sent_form(form, place)
        earlier = context.records.sent_before(sending)
        if earlier is not None and earlier.same:
            return _moved_before(area, request, context)
        record, move = _move(area, request, context)
        fields = answer_fields(context, record.entity, move.name)
        sent = read_answers(context, fields, form)
        problem, status = "", 409 if move.refused else 422
        if not sent.problems and not move.refused:
            try:
                moved = context.records.move(
                    record.entity, record.id, move.name, answers=sent.values,
                    expected=text_of(form, "expected") or None,
                )
            except ValidationFailed as refused:
                sent.take_refusal(refused)
            except MoveRefused as refused:
                problem, status = refused.reason, 409
            else:
                context.records.note_sent(sending, record.id)
                url = context.links.record(record.entity, record.id)
                return area.go(request, url, _said(context, record, moved, move))
        dialog = move_dialog(context, record, move, sent=sent, problem=problem)
        dialog = _keyed(dialog, key_of(form) or new_key())
        trail = _trail(area, context, record, move.label)
        return area.question(request, context, dialog, trail, status)


def _moved_before(area: Area, request: Request, context: PageContext) -> Response:
    """Lead to the row that this form moved already."""
    record = area.record(request, context, area.entity(request), trash=False)
    said = context.said(Sentence("{name} {title}: this was done already."), record)
    return area.go(request, context.links.record(record.entity, record.id), said, "info")


def _keyed(dialog: MoveDialog, key: str) -> MoveDialog:
    return replace(dialog, hidden=(*dialog.hidden, (FIELD, key)))


def _name(request: Request) -> str:
    name: str = request.path_params["move"]
    return name


def _said(context: PageContext, before: Record, after: Record, move: AvailableMove) -> str:
    """Return what happened: the state that the row has now, where the move changed it."""
    model = context.model(before.entity)
    for field, machine in model.machines.items():
        state = after.get(field)
        if move.name in machine.moves and state is not None and state != before.get(field):
            text = model.fields[field].type.text(model.fields[field], state, context.format)
            return context.said(Sentence("{name} {title} is now “{state}”."), after, state=text)
    return context.said(Sentence("{name} {title}: {move} is done."), before, move=move.label)


def _move(area: Area, request: Request, context: PageContext) -> tuple[Record, AvailableMove]:
    """Return the row and the move that the address names. Raises NotFound, Forbidden.

    A move that does not start from the row's present state comes with that as its refusal.
    """
    entity, name = area.entity(request), _name(request)
    record = area.record(request, context, entity, trash=False)
    for move in context.records.moves(entity, record):
        if move.name == name:
            return record, move
    model = context.model(entity)
    for field, machine in model.machines.items():
        if name not in machine.moves:
            continue
        decision = context.records.can("move", entity, record, move=name)
        if not decision:
            raise Forbidden(decision)
        spec, bound = machine.moves[name], model.fields[field]
        state = bound.type.text(bound, record.get(field), context.format)
        said = context.translate("It is {state} now, so this is not possible any more.")
        return record, AvailableMove(
            name, spec, context.text(spec.label, name), said.format(state=state)
        )
    raise NotFound(entity, name)


def ask_action(area: Area, request: Request, action: RowAction) -> Response:
    """Ask before a row is deleted, restored or deleted forever."""
    with area.reading(request) as context:
        record = _acted_on(area, request, context, action)
        dialog = act_dialog(context, record, action)
        trail = _trail(area, context, record, dialog.submit or dialog.title)
        return area.question(request, context, dialog, trail)


def do_action(area: Area, request: Request, action: RowAction) -> Response:
    with area.writing(request) as context:
        record = _acted_on(area, request, context, action)
        records = context.records
        do = {"delete": records.delete, "restore": records.restore, "purge": records.purge}
        try:
            do[action](record.entity, record.id)
        except (StillReferenced, ValidationFailed) as refused:
            dialog = act_dialog(context, record, action, problem=str(refused))
            trail = _trail(area, context, record, dialog.submit or dialog.title)
            return area.question(request, context, dialog, trail, 409)
        kept = action == "delete" and context.model(record.entity).has("trash")
        said = context.said(_TO_TRASH if kept else ACTIONS[action], record)
        if action == "restore":
            return area.go(request, context.links.record(record.entity, record.id), said)
        if action == "purge" and area.has_list(context, record.entity):
            trash = context.links.list(record.entity, {"trash": "1"})
            return area.go(request, trash, said)
        return area.go(request, area.home(context, record.entity), said)


def _acted_on(
    area: Area, request: Request, context: PageContext, action: RowAction
) -> Record:
    entity = area.entity(request)
    record = area.record(request, context, entity, trash=action != "delete")
    if action != "delete" and record.deleted_at is None:
        raise NotFound(entity, record.id)
    decision = context.records.may(action, entity, record)
    if not decision:
        raise Forbidden(decision)
    return record


def _trail(area: Area, context: PageContext, record: Record, last: str) -> Trail:
    return area.trail(context, record.entity, record, last)


def text_of(form: Any, name: str) -> str:
    """Return what a form sent as text under a name, empty without it."""
    value = form.get(name)
    return value if isinstance(value, str) else ""
