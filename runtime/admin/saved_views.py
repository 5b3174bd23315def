"""Staff keep a list under a name, change what they kept, and drop it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from runtime.pages import saved_views
from runtime.pages.context import PageContext
from runtime.pages.moves import MoveDialog
from runtime.pages.serving.sending import FIELD, key_of, new_key, sent_form
from runtime.records import saved
from runtime.records.errors import ValidationFailed
from runtime.records.saved import SavedView
from runtime.web.routes import form_of

if TYPE_CHECKING:
    from runtime.admin.desk import Desk


def ask(desk: Desk, request: Request) -> Response:
    entity = desk.entity(request)
    with desk.reading(request) as context:
        desk.require(context, "see", entity)
        view = _view(request, context, entity)
        pairs = request.query_params.multi_items()
        address = saved_views.address_of(context, entity, pairs)
        return _question(desk, request, context, saved_views.ask(
            context, entity, address, view=view), entity)


def keep(desk: Desk, request: Request) -> Response:
    """Keep what the question carried as a new view, or in place of an own one."""
    entity, form = desk.entity(request), form_of(request)
    with desk.writing(request) as context:
        view = _view(request, context, entity)
        address = saved_views.sent_address(context, entity, form)
        # A view that is there may be changed to the same as often as somebody likes.
        sending = sent_form(form, f"{entity}/views/new") if view is None else None
        earlier = context.records.sent_before(sending)
        if earlier is not None and earlier.same and earlier.record_id is not None:
            return desk.go(request, saved_views.opened(address, earlier.record_id))
        sent = saved_views.sent_answers(context, form)
        if not sent.problems:
            try:
                id_ = _keep(context, entity, view, sent.values, address.kept)
            except ValidationFailed as refused:
                sent.take_refusal(refused)
            else:
                context.records.note_sent(sending, id_)
                said = context.translate("The view “{name}” is saved.")
                url = saved_views.opened(address, id_)
                return desk.go(request, url, said.format(name=sent.values["name"]))
        dialog = saved_views.ask(context, entity, address, view=view, sent=sent)
        return _question(desk, request, context, dialog, entity, 422)


def drop(desk: Desk, request: Request) -> Response:
    """Delete an own view; the same form sent again finds it gone already, and leads on as well."""
    entity, links = desk.entity(request), desk.links
    with desk.writing(request) as context:
        place = f"{entity}/views/{request.path_params['id']}/delete"
        sending = sent_form(form_of(request), place)
        if context.records.sent_before(sending) is not None:
            return desk.go(request, links.list(entity, {"saved": "0"}))
        view = _view(request, context, entity)
        assert view is not None
        context.records.note_sent(sending, view.id)
        context.records.drop_view(entity, view.id)
        said = context.translate("The view “{name}” is deleted.").format(name=view.name)
        return desk.go(request, links.list(entity, {"saved": "0"}), said)


def _keep(
    context: PageContext, entity: str, view: SavedView | None, values: dict[str, object],
    pairs: saved.Pairs,
) -> int:
    if view is None:
        return context.records.keep_view(entity, values, pairs)
    context.records.change_view(entity, view.id, values, pairs)
    return view.id


def _view(request: Request, context: PageContext, entity: str) -> SavedView | None:
    """Return the own view that the address names. Raises NotFound for one of somebody else."""
    id_: int | None = request.path_params.get("id")
    return None if id_ is None else saved.own(context.records.work, entity, id_)


def _question(
    desk: Desk, request: Request, context: PageContext, dialog: MoveDialog, entity: str,
    status: int = 200,
) -> Response:
    key = (key_of(form_of(request)) if status != 200 else "") or new_key()
    dialog = replace(dialog, hidden=(*dialog.hidden, (FIELD, key)))
    trail = desk.trail(context, entity, last=context.translate("Saved view"))
    return desk.question(request, context, dialog, trail, status)
