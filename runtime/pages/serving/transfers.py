"""Imports and exports of one person: the list of them, and how far each one is."""

from __future__ import annotations

import contextlib
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from config.texts.sentence import Sentence
from runtime.exchange import store
from runtime.exchange.exporter import ExportOptions
from runtime.exchange.transfers import KEPT, WORKING, Transfer, Transfers
from runtime.exchange.writing import MEDIA_TYPES
from runtime.pages.area import Area, Trail
from runtime.pages.context import PageContext
from runtime.pages.serving.sending import sent_form
from runtime.pages.transfers import refused_lines, transfer_page, transfer_rows
from runtime.records.errors import NotFound
from runtime.web.downloads import kept_response
from runtime.web.routes import form_of


def show_all(area: Area, request: Request) -> Response:
    with area.reading(request) as context:
        rows = transfer_rows(context, Transfers(area.panel).of(context.records.actor))
        title = context.translate("Imports and exports")
        return area.page(
            request, context, "pages/transfers.html", title, trail=[(title, None)], rows=rows
        )


def show(area: Area, request: Request) -> Response:
    """Show one: how far it is, or what came of it. One still being prepared goes on there."""
    with area.reading(request) as context:
        transfer = own(area, request, context)
        if transfer.state == "draft":
            return RedirectResponse(context.links.transfer(transfer.id, "columns"), 303)
        page = transfer_page(context, area.panel, transfer)
        return area.page(
            request, context, "pages/transfer.html", page.title, page=page,
            trail=trail(context, page.title),
        )


def progress(area: Area, request: Request) -> Response:
    """Return the bar alone; once the work has ended the browser is told to load the page."""
    with area.reading(request) as context:
        transfer = own(area, request, context)
        page = transfer_page(context, area.panel, transfer)
        answer = area.piece(request, "pages/transfer_progress.html", page=page)
        if not transfer.is_working:
            answer.headers["HX-Refresh"] = "true"
        return answer


def download(area: Area, request: Request) -> Response:
    """Send the file of an export to whoever made it and may still export."""
    with area.reading(request) as context:
        transfer = own(area, request, context)
        area.require(context, "export", transfer.entity)
        now = area.panel.clock.now()
        if transfer.kind != "export" or transfer.state != "done" or transfer.finished_at is None:
            raise NotFound("file_transfer", transfer.id)
        if now - transfer.finished_at > KEPT:
            raise NotFound("file_transfer", transfer.id)
        path = store.path_of(Transfers(area.panel).folder, transfer.place or "x")
    if not path.is_file():
        raise NotFound("file_transfer", transfer.id)
    kind = ExportOptions.of(transfer).kind
    response = FileResponse(path, media_type=MEDIA_TYPES[kind], filename=transfer.name)
    return kept_response(response)


def refused(area: Area, request: Request) -> Response:
    """Send the refused lines of an import as CSV, each with its reason, to mend and send again."""
    from runtime.web.downloads import csv_response

    with area.reading(request) as context:
        transfer = own(area, request, context, kind="import")
        area.require(context, "import", transfer.entity)
        rows = refused_lines(context, area.panel, transfer)
        return csv_response("refused.csv", rows)


def cancel(area: Area, request: Request) -> Response:
    """Ask the work to end; what waits still ends at once. A draft is thrown away."""
    with area.reading(request) as context:
        transfer = own(area, request, context)
        transfers = Transfers(area.panel)
        if transfer.state == "draft":
            transfers.drop(transfer)
            return area.go(request, context.links.list(transfer.entity))
        transfers.change(transfer.id, only=WORKING, cancel=True)
        area.panel.background.wake()
        return area.go(request, context.links.transfer(transfer.id))


def go_on(area: Area, request: Request) -> Response:
    """Let a stopped import go on behind its last line, or write a stopped export anew."""
    with area.reading(request) as context:
        transfer = own(area, request, context)
        area.require(context, "export" if transfer.kind == "export" else "import", transfer.entity)
        transfers = Transfers(area.panel)
        if transfer.kind == "export":
            kind = ExportOptions.of(transfer).kind
            changed = transfers.change(
                transfer.id, only=("stopped",), state="waiting", problem=None, cancel=False,
                place=store.new_place(transfers.folder, kind), lines_done=0,
            )
        elif not transfer.total:
            # Its file could never be read.
            return area.go(request, context.links.imports(transfer.entity))
        else:
            undoing = bool(transfer.taken_back or transfer.kept)
            changed = transfers.change(
                transfer.id, only=("stopped",), problem=None, cancel=False,
                state="undoing" if undoing else "waiting",
            )
        if changed:
            area.panel.background.wake()
        return area.go(request, context.links.transfer(transfer.id))


def own(
    area: Area, request: Request, context: PageContext, *, kind: str = ""
) -> Transfer:
    """Return the transfer that the address names, if this person began it. Raises NotFound."""
    transfer = Transfers(area.panel).own(context.records.actor, area.record_id(request))
    if kind and transfer.kind != kind:
        raise NotFound("file_transfer", transfer.id)
    return transfer


def begin_once(
    area: Area, request: Request, kind: Literal["import", "export"], entity: str, name: str,
    **values: Any,
) -> int:
    """Begin a transfer as the form asks, and return its id: the earlier one for a second sending.

    The file of a second sending goes. One that its person has thrown away begins anew.
    """
    sending = sent_form(form_of(request), f"{entity}/{kind}")
    transfers = Transfers(area.panel)
    with area.writing(request) as context:
        records = context.records
        earlier = records.sent_before(sending)
        if earlier is not None and earlier.same and earlier.record_id is not None:
            with contextlib.suppress(NotFound):
                transfers.own(records.actor, earlier.record_id)
                store.remove(transfers.folder, values.get("place"))
                return earlier.record_id
        id_ = transfers.begin_in(
            records.work.trusted().run, records.actor, kind, entity, name, **values
        )
        records.note_sent(sending, id_)
    return id_


def trail(context: PageContext, last: str) -> Trail:
    return [(context.translate("Imports and exports"), context.links.transfers()), (last, None)]


def too_many(context: PageContext, transfers: Transfers) -> str | None:
    """Say why a person may begin no more for now, None when they may."""
    from runtime.exchange.transfers import OPEN_MAX

    if transfers.open_count(context.records.actor) < OPEN_MAX:
        return None
    said = Sentence("{count} imports and exports of yours are still waiting: let some of them end "
                    "first.", count=OPEN_MAX)
    return said.said(context.translate)

