"""A list as a file: asked how, then sent at once when it is short, else written meanwhile."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from runtime.exchange import exporter, store
from runtime.exchange.exporter import AT_ONCE_MAX, ExportOptions
from runtime.exchange.transfers import Transfers
from runtime.exchange.writing import MEDIA_TYPES, open_writer
from runtime.pages.area import Area
from runtime.pages.context import PageContext
from runtime.pages.query import ListAddress
from runtime.pages.rows import column_label, told_apart
from runtime.pages.serving.lists import require_list
from runtime.pages.serving.sending import key_of, new_key
from runtime.pages.serving.transfers import begin_once, too_many
from runtime.pages.transfers import number
from runtime.records import exporting
from runtime.records.values import ListQuery
from runtime.web.downloads import sent_file
from runtime.web.routes import form_of

# A row of the file is taken for this long when it is asked whether the disk has room.
_ROW_BYTES = 500


@dataclass(frozen=True, slots=True)
class ExportPage:
    """What the template writes down. `columns`: path, label, chosen."""

    action: str
    back: str
    rows_told: str
    at_once: bool
    columns: tuple[tuple[str, str, bool], ...]
    form_key: str
    kind: str = "csv"
    shown: bool = False
    problem: str = ""


def ask(area: Area, request: Request) -> Response:
    """Ask for format, columns and how texts are written."""
    entity = area.entity(request)
    with area.reading(request) as context:
        address = _address(area, request, context, entity)
        return _question(area, request, context, entity, address)


def start(area: Area, request: Request) -> Response:
    """Send a short list at once; a long one is written in the background."""
    entity, form = area.entity(request), form_of(request)
    with area.reading(request) as context:
        address = _address(area, request, context, entity)
        known = exporting.exportable(context.records.work, entity, address.query.view)
        chosen = set(form.getlist("column"))
        columns = tuple(path for path in known if path in chosen)
        options = ExportOptions(
            replace(address.query, columns=columns, cursor=None),
            "xlsx" if form.get("kind") == "xlsx" else "csv", form.get("shown") == "yes",
        )
        if not columns:
            problem = context.translate("Choose at least one column.")
            return _question(area, request, context, entity, address, options, problem)
        rows = exporting.total(context.records.work, entity, options.query)
        if rows <= AT_ONCE_MAX:
            answer = _at_once(area, context, entity, options)
        else:
            return _later(area, request, context, entity, address, options, rows)
    # A transaction that reads writes nothing, so the history gets its entry afterwards.
    exporter.note(area.panel, area.actor(request), entity, "export", f"{entity}: {rows} rows")
    return answer


def as_csv(area: Area, request: Request) -> Response:
    """Send the rows as the list shows them; one that is too long for that is asked about."""
    entity = area.entity(request)
    with area.reading(request) as context:
        address = _address(area, request, context, entity)
        rows = exporting.total(context.records.work, entity, address.query)
        if rows > AT_ONCE_MAX:
            query = address.url().partition("?")[2]
            url = context.links.export(entity)
            return RedirectResponse(f"{url}?{query}" if query else url, 303)
        answer = _at_once(area, context, entity, ExportOptions(address.query))
    exporter.note(area.panel, area.actor(request), entity, "export", f"{entity}: {rows} rows")
    return answer


def _address(area: Area, request: Request, context: PageContext, entity: str) -> ListAddress:
    require_list(area, context, entity)
    area.require(context, "export", entity)
    return area.address(request, context, entity)


def _question(
    area: Area, request: Request, context: PageContext, entity: str, address: ListAddress,
    options: ExportOptions | None = None, problem: str = "",
) -> Response:
    work = context.records.work
    rows = exporting.total(work, entity, address.query)
    columns = _columns(context, entity, address.query, options)
    query = address.url().partition("?")[2]
    url = context.links.export(entity)
    page = ExportPage(
        action=f"{url}?{query}" if query else url, back=address.url(),
        rows_told=_told(context, rows), at_once=rows <= AT_ONCE_MAX, columns=columns,
        form_key=(key_of(form_of(request)) if problem else "") or new_key(),
        kind=options.kind if options else "csv", shown=bool(options and options.shown),
        problem=problem,
    )
    title = context.translate("Export {names}").format(names=area.list_name(context, entity))
    trail = area.trail(context, entity, last=context.translate("Export"))
    return area.page(
        request, context, "pages/export.html", title, trail=trail, page=page,
        status=422 if problem else 200,
    )


def _told(context: PageContext, rows: int) -> str:
    said = context.translate.plural(
        "{count} row, as the list is filtered now", "{count} rows, as the list is filtered now",
        rows,
    )
    return said.format(count=number(context, rows))


def _columns(
    context: PageContext, entity: str, query: ListQuery, options: ExportOptions | None
) -> tuple[tuple[str, str, bool], ...]:
    """Return what may be columns, those chosen: what the list shows, or what was ticked."""
    work = context.records.work
    view = context.model(entity).views[query.view]
    shown: Sequence[str] = view.with_beneath(query.columns or view.columns)
    if options is not None:
        shown = options.query.columns or ()
    columns = told_apart(context, entity, [
        (path, column_label(context, entity, path, field, view))
        for path in exporting.exportable(work, entity, query.view)
        if (field := context.generated.field_at(entity, path)) is not None
    ])
    return tuple((path, label, path in shown) for path, label in columns)


def _at_once(area: Area, context: PageContext, entity: str, options: ExportOptions) -> Response:
    """Write the file now, outside of memory, and send it; it is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="panel-export-"))
    path = folder / f"{entity}.{options.kind}"
    try:
        writer = open_writer(path, options.kind)
        try:
            for row in exporter.rows_of(context.records, entity, options, context.format):
                writer.row(row)
        finally:
            writer.close()
    except BaseException:
        path.unlink(missing_ok=True)
        folder.rmdir()
        raise
    return sent_file(path, path.name, MEDIA_TYPES[options.kind])


def _later(
    area: Area, request: Request, context: PageContext, entity: str, address: ListAddress,
    options: ExportOptions, rows: int,
) -> Response:
    transfers = Transfers(area.panel)
    problem: Any = too_many(context, transfers)
    if problem is None and not store.has_room(transfers.folder, rows * _ROW_BYTES):
        problem = context.translate("There is no room on the disk for a file of this size.")
    if problem is not None:
        return _question(area, request, context, entity, address, options, problem)
    id_ = begin_once(
        area, request, "export", entity, f"{entity}.{options.kind}", state="waiting",
        options=options.as_json(), place=store.new_place(transfers.folder, options.kind),
        total=rows,
    )
    area.panel.background.wake()
    return area.go(request, context.links.transfer(id_))
