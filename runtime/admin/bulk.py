"""One action for many rows: asked once, done row by row by the gate, every refusal told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from config.texts.sentence import Sentence
from generator.fields.base import BoundField
from runtime.admin.desk import LINKS, Desk, back_url
from runtime.pages.answers import answer_fields
from runtime.pages.bulk_edit import bulk_fields, chosen, which_fields
from runtime.pages.context import PageContext
from runtime.pages.controls import Filling, FormField, form_field
from runtime.pages.moves import MoveDialog, answer_problems, read_answers
from runtime.pages.serving.acts import text_of
from runtime.pages.serving.sending import FIELD, key_of, new_key, sent_form
from runtime.pages.submitted import Submitted, as_id
from runtime.records.errors import ValidationFailed
from runtime.records.values import BulkResult
from runtime.web.routes import form_of

IDS_MAX = 500
_REFUSED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Order:
    """What was chosen: `right` is what the gate is asked for, `move` its name for a move.

    `fields` are asked before it is done; an edit also says which fields it `offers`.
    """

    entity: str
    ids: tuple[int, ...]
    action: str
    right: str
    move: str | None
    label: str
    danger: bool
    back: str
    fields: tuple[BoundField, ...] = ()
    offers: Mapping[str, BoundField] = field(default_factory=dict)


def act(desk: Desk, request: Request) -> Response:
    """Ask once what the action needs to know, then do it."""
    entity, form = desk.entity(request), form_of(request)
    with desk.writing(request) as context:
        order = _order(context, entity, form)
        desk.require(context, order.right, entity, **({"move": order.move} if order.move else {}))
        if not order.ids:
            said = context.translate("Choose at least one row first.")
            return desk.go(request, order.back, said, "warn")
        if order.right == "edit" and not order.fields:
            return _which(desk, request, context, order, again="which" in form)
        sent = read_answers(context, order.fields, form) if form.get("confirmed") else None
        if sent is None or sent.problems:
            return _ask(desk, request, context, order, sent)
        sending = sent_form(form, f"{entity}/bulk")
        if context.records.sent_before(sending) is not None:
            said = context.translate("{action}: this was done already.")
            return desk.go(request, order.back, said.format(action=order.label), "info")
        try:
            result = _do(context, order, sent.values)
        except ValidationFailed as refused:
            sent.take_refusal(refused)
            return _ask(desk, request, context, order, sent)
        context.records.note_sent(sending, None)
        return _told(desk, request, context, order, result)


def _order(context: PageContext, entity: str, form: Any) -> _Order:
    action = text_of(form, "action")
    right, _, name = action.partition(":")
    back = back_url(form.get("back"), LINKS.list(entity))
    ids = tuple(dict.fromkeys(
        id_ for text in form.getlist("id")
        if isinstance(text, str) and (id_ := as_id(text)) is not None
    ))
    if len(ids) > IDS_MAX:
        said = context.translate("At most {max} rows can be chosen at once.")
        raise HTTPException(400, said.format(max=IDS_MAX))
    if right == "move":
        for machine in context.model(entity).machines.values():
            if name in machine.moves:
                move = machine.moves[name]
                label = context.text(move.label, name)
                fields = answer_fields(context, entity, name)
                return _Order(entity, ids, action, "move", name, label, move.danger, back, fields)
    if action == "edit":
        offers = bulk_fields(context, entity)
        ticked = chosen(offers, form.getlist("change"))
        label = context.translate("Edit")
        return _Order(entity, ids, action, "edit", None, label, False, back, ticked, offers)
    labels = {
        "delete": context.translate("Delete"), "restore": context.translate("Restore"),
        "purge": context.translate("Delete forever"),
    }
    if action in labels:
        danger = action != "restore"
        return _Order(entity, ids, action, action, None, labels[action], danger, back)
    raise HTTPException(400, context.translate("There is no such action."))


def _do(context: PageContext, order: _Order, answers: dict[str, Any]) -> BulkResult:
    action = order.move or order.action
    return context.records.bulk(
        order.entity, order.ids, action, answers=answers, values=answers
    )


def _which(
    desk: Desk, request: Request, context: PageContext, order: _Order, *, again: bool
) -> Response:
    """Ask which fields an edit of many rows is about."""
    problem = context.translate("Choose at least one field.") if again else ""
    question = which_fields(context, dict(order.offers), problem)
    dialog = replace(
        _dialog(context, order, (question,)), submit=context.translate("Next"),
        hidden=(*_carried(order), ("which", "1")),
        text=context.translate("The next page asks for their values, the same for all rows."),
    )
    trail = desk.trail(context, order.entity, last=order.label)
    return desk.question(request, context, dialog, trail, 422 if again else 200)


def _carried(order: _Order) -> tuple[tuple[str, str], ...]:
    """Return what every step of the question passes on."""
    return (
        ("action", order.action), ("back", order.back),
        *(("id", str(id_)) for id_ in order.ids),
    )


def _dialog(
    context: PageContext, order: _Order, drawn: tuple[FormField, ...]
) -> MoveDialog:
    count = len(order.ids)
    return MoveDialog(
        title=Sentence.counted(
            "{action}: one row of {names}", "{action}: {count} rows of {names}",
            count=count, action=order.label, names=context.plural(order.entity),
        ).said(context.translate),
        text=context.translate("Rows for which it is not possible stay as they are."),
        action=LINKS.bulk(order.entity),
        cancel_url=order.back,
        submit=order.label,
        fields=drawn,
        danger=order.danger,
    )


def _ask(
    desk: Desk, request: Request, context: PageContext, order: _Order, sent: Submitted | None
) -> Response:
    defaults = {bound.name: bound.type.default(bound, context.format) for bound in order.fields}
    if order.right == "edit":
        # An edit of many rows has no row to begin with: nothing stands there that nobody typed.
        defaults = {}
    filling = Filling(None, defaults | (sent.values if sent else {}), sent)
    drawn = tuple(form_field(context, bound, filling) for bound in order.fields)
    changes = tuple(("change", bound.name) for bound in order.fields if order.right == "edit")
    dialog = replace(
        _dialog(context, order, drawn), problems=answer_problems(drawn, sent),
        hidden=(
            *_carried(order), ("confirmed", "1"), *changes,
            (FIELD, key_of(form_of(request)) or new_key()),
        ),
    )
    trail = desk.trail(context, order.entity, last=order.label)
    return desk.question(request, context, dialog, trail, 422 if sent else 200)


def _told(
    desk: Desk, request: Request, context: PageContext, order: _Order, result: BulkResult
) -> Response:
    """Return to the list; what was refused is listed first, with its reasons."""
    translate = context.translate
    done = Sentence.counted(
        "{action}: done for {count} row.", "{action}: done for {count} rows.",
        count=len(result.done), action=order.label,
    ).said(translate)
    if not result.refused:
        return desk.go(request, order.back, done)
    titles = _titles(context, order.entity, list(result.refused)[:_REFUSED_SHOWN])
    facts = [f"{titles.get(id_, f'#{id_}')}: {context.say(reason)}"
             for id_, reason in list(result.refused.items())[:_REFUSED_SHOWN]]
    more = len(result.refused) - len(facts)
    if more > 0:
        facts.append(translate.plural("and {count} more", "and {count} more", more)
                     .format(count=more))
    dialog = MoveDialog(
        title=Sentence.counted(
            "{count} row stays as it is", "{count} rows stay as they are",
            count=len(result.refused),
        ).said(translate),
        text=done, action="", cancel_url=order.back, submit="", facts=tuple(facts), possible=False,
    )
    trail = desk.trail(context, order.entity, last=order.label)
    return desk.question(request, context, dialog, trail)


def _titles(context: PageContext, entity: str, ids: list[int]) -> dict[int, str]:
    from runtime.pages.filters import titles_of

    found = titles_of(context, entity, [str(id_) for id_ in ids])
    return {int(text): title for text, title in found.items()}
