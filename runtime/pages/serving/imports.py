"""Rows out of a file, step by step: the file, its columns, a look at what would happen, the start.

Each step is a page that works without a script, and nothing is written before the last one.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.texts.sentence import Sentence, worded
from runtime.exchange import detecting, store, workbook
from runtime.exchange.importer import ImportOptions
from runtime.exchange.problems import FileProblem
from runtime.exchange.reading import BYTES_MAX
from runtime.exchange.transfers import State, Transfer, Transfers
from runtime.pages.area import Area
from runtime.pages.context import PageContext
from runtime.pages.imports import columns_page, mapping_of, preview_page, upload_page
from runtime.pages.moves import MoveDialog
from runtime.pages.serving.lists import require_list
from runtime.pages.serving.sending import key_of, new_key
from runtime.pages.serving.transfers import begin_once, own, too_many, trail
from runtime.pages.transfers import number
from runtime.records.errors import ValidationFailed
from runtime.records.import_values import check_mapping
from runtime.web.routes import form_of

FILE = "file.upload"
PASTED = "pasted.csv"


def ask_file(area: Area, request: Request) -> Response:
    entity = area.entity(request)
    with area.reading(request) as context:
        _may(area, context, entity)
        return _upload(area, request, context, entity)


def take_file(area: Area, request: Request) -> Response:
    """Keep the file, see what it is, and lead to its columns."""
    entity, form = area.entity(request), form_of(request)
    with area.reading(request) as context:
        _may(area, context, entity)
        transfers = Transfers(area.panel)
        sent, pasted = form.get(FILE), form.get("text") or ""
        problem: str | None = too_many(context, transfers)
        if problem is None:
            try:
                id_ = _kept(area, request, entity, sent, pasted)
            except FileProblem as refused:
                problem = refused.sentence.said(context.translate)
            else:
                area.panel.background.wake()
                return area.go(request, context.links.transfer(id_, "columns"))
        return _upload(area, request, context, entity, problem, pasted)


def _may(area: Area, context: PageContext, entity: str) -> None:
    require_list(area, context, entity)
    area.require(context, "import", entity)


def _upload(
    area: Area, request: Request, context: PageContext, entity: str, problem: str | None = None,
    pasted: str = "",
) -> Response:
    page = replace(
        upload_page(context, entity, problem or "", pasted),
        form_key=(key_of(form_of(request)) if problem else "") or new_key(),
    )
    title = context.translate("Import")
    return area.page(
        request, context, "pages/import_file.html", page.title, page=page,
        trail=area.trail(context, entity, last=title), status=422 if problem else 200,
    )


def _kept(area: Area, request: Request, entity: str, sent: Any, pasted: str) -> int:
    """Keep what was sent and begin an import of it. Raises FileProblem; nothing is kept then."""
    if isinstance(sent, UploadFile) and sent.filename:
        source: BinaryIO = sent.file
        name = sent.filename
    elif pasted.strip():
        source, name = io.BytesIO(pasted.encode("utf-8", "replace")), PASTED
    else:
        raise FileProblem("Choose a file, or paste rows.")
    transfers = Transfers(area.panel)
    folder = transfers.folder
    if not store.has_room(folder, 2 * BYTES_MAX):
        raise FileProblem("There is no room on the disk for a file now.")
    raw = store.new_place(folder, "part")
    if not store.keep(folder, raw, source, BYTES_MAX):
        raise FileProblem(
            "The file is larger than {size} MB: part it into several files.",
            size=BYTES_MAX // 1_000_000,
        )
    try:
        state, place, options = _first_look(transfers, raw)
    except BaseException:
        store.remove(folder, raw)
        raise
    return begin_once(
        area, request, "import", entity, _plain_name(name), place=place, state=state,
        options=options.as_json(),
    )


def _first_look(transfers: Transfers, raw: str) -> tuple[State, str, ImportOptions]:
    """Return where an import of the file begins, its place, and how it is read.

    Raises FileProblem. A large workbook takes long to read, which is done in the background.
    """
    folder = transfers.folder
    source = store.path_of(folder, raw)
    if detecting.kind_of(source) == "csv":
        place = store.new_place(folder, "csv")
        target = source.rename(store.path_of(folder, place))
        encoding = detecting.encoding_of(target)
        delimiter = detecting.delimiter_of(target, encoding)
        return "draft", place, ImportOptions(encoding, delimiter)
    if not workbook.is_quickly_read(source, workbook.check_archive(source)):
        return "reading", raw, ImportOptions(workbook=True)
    place = workbook.as_table(folder, raw)
    source.unlink()
    return "draft", place, ImportOptions(workbook=True)


def _plain_name(name: str) -> str:
    """Return a file's name without the folders that some browsers send along."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[:200] or "file"


# ---------------------------------------------------------------------- columns


def ask_columns(area: Area, request: Request) -> Response:
    with area.reading(request) as context:
        transfer = _own(area, request, context)
        return _begun(context, transfer) or _columns(area, request, context, transfer)


def take_columns(area: Area, request: Request) -> Response:
    """Keep what was chosen; go on when it fits together, else say what does not."""
    form = form_of(request)
    with area.reading(request) as context:
        transfer = _own(area, request, context)
        begun = _begun(context, transfer)
        if begun is not None:
            return begun
        transfers = Transfers(area.panel)
        options = _chosen(context, transfer, form)
        transfers.change(transfer.id, options=options.as_json())
        transfer = replace(transfer, options=options.as_json())
        if form.get("reread"):
            return area.go(request, context.links.transfer(transfer.id, "columns"))
        page = columns_page(context, transfers, transfer)
        problems = page.problems or _problems(context, transfer.entity, options)
        if problems:
            return _columns(area, request, context, transfer, problems)
        transfers.change(transfer.id, total=page.rows)
        transfers.remember(
            context.records.actor, transfer.entity,
            {"mapping": dict(options.mapping or {}), "key": options.key},
        )
    return RedirectResponse(context.links.transfer(transfer.id, "preview"), 303)


def _own(area: Area, request: Request, context: PageContext) -> Transfer:
    transfer = own(area, request, context, kind="import")
    _may(area, context, transfer.entity)
    return transfer


def _begun(context: PageContext, transfer: Transfer) -> Response | None:
    """Lead to its page when it is no longer being prepared."""
    if transfer.state == "draft":
        return None
    return RedirectResponse(context.links.transfer(transfer.id), 303)


def _columns(
    area: Area, request: Request, context: PageContext, transfer: Transfer,
    problems: Mapping[str, str] | None = None,
) -> Response:
    page = columns_page(context, Transfers(area.panel), transfer, problems)
    return area.page(
        request, context, "pages/import_columns.html", page.title, page=page,
        trail=trail(context, page.title), status=422 if problems else 200,
    )


def _chosen(context: PageContext, transfer: Transfer, form: Any) -> ImportOptions:
    """Return the choices of the form; what it does not offer stays as it was."""
    before = ImportOptions.of(transfer)
    encoding, delimiter = form.get("encoding"), form.get("delimiter")
    locales = context.generated.project.site.locales
    formats = form.get("formats", before.formats)
    return replace(
        before,
        encoding=encoding if encoding in detecting.ENCODINGS else before.encoding,
        delimiter={"tab": "\t"}.get(delimiter, delimiter)
        if delimiter in (*detecting.DELIMITERS, "tab") else before.delimiter,
        formats=formats if formats in ("", *locales) else before.formats,
        mapping=mapping_of(form), key=form.get("key") or None,
        clear_empty=form.get("clear_empty") == "yes",
    )


def _problems(
    context: PageContext, entity: str, options: ImportOptions
) -> dict[str, str]:
    """Return path → why the mapping does not do: nothing chosen, twice the same, one missing."""
    from runtime.pages.imports import missing_fields

    if not options.mapping:
        return {"": context.translate("Choose a field for at least one column.")}
    try:
        check_mapping(context.records.work, entity, options.mapping, options.key)
    except ValidationFailed as refused:
        return {
            path: " ".join(worded(text, context.translate) for text in texts)
            for path, texts in refused.problems.items()
        }
    missing = missing_fields(context, entity, options)
    if missing and options.key is None:
        said = Sentence("New rows need a column for: {names}.", names=", ".join(missing))
        return {"": said.said(context.translate)}
    return {}


# ---------------------------------------------------------------------- preview and start


def preview(area: Area, request: Request) -> Response:
    """Try the first rows, take them back, and show what would become of each."""
    with area.writing(request) as context:
        transfer = _own(area, request, context)
        begun = _begun(context, transfer)
        if begun is not None:
            return begun
        page = preview_page(context, Transfers(area.panel), transfer)
        if page is None:
            return RedirectResponse(context.links.transfer(transfer.id, "columns"), 303)
        return area.page(
            request, context, "pages/import_preview.html", page.title, page=page,
            trail=trail(context, page.title),
        )


def run(area: Area, request: Request) -> Response:
    """Let the import begin, once."""
    with area.reading(request) as context:
        transfer = _own(area, request, context)
        transfers = Transfers(area.panel)
        if transfer.state == "draft":
            options = ImportOptions.of(transfer)
            ready = transfer.total and not _problems(context, transfer.entity, options)
            if not ready:
                return area.go(request, context.links.transfer(transfer.id, "columns"))
            transfers.change(transfer.id, only=("draft",), state="waiting")
            area.panel.background.wake()
        return area.go(request, context.links.transfer(transfer.id))


# ---------------------------------------------------------------------- undo


def ask_undo(area: Area, request: Request) -> Response:
    with area.reading(request) as context:
        transfer = own(area, request, context, kind="import")
        dialog = _undo_dialog(context, transfer)
        return area.question(request, context, dialog, trail(context, dialog.title))


def undo(area: Area, request: Request) -> Response:
    """Begin to take an import back."""
    with area.reading(request) as context:
        transfer = own(area, request, context, kind="import")
        Transfers(area.panel).change(
            transfer.id, only=("done", "stopped"), state="undoing", problem=None, cancel=False
        )
        area.panel.background.wake()
        return area.go(request, context.links.transfer(transfer.id))


def _undo_dialog(context: PageContext, transfer: Transfer) -> MoveDialog:
    translate = context.translate
    facts = [
        translate("Rows that it made are deleted: {count}").format(
            count=number(context, transfer.created)
        ),
        translate("Rows that it changed get their old values: {count}").format(
            count=number(context, transfer.updated)
        ),
        translate("What somebody changed since stays as it is, and is listed."),
    ]
    refused = ""
    if transfer.created and not context.records.can("delete", transfer.entity):
        refused = translate("You may not delete here: the new rows stay.")
    return MoveDialog(
        title=translate("Undo the import {name}?").format(name=transfer.name), text="",
        action=context.links.transfer(transfer.id, "undo"),
        cancel_url=context.links.transfer(transfer.id), submit=translate("Undo the import"),
        facts=tuple(facts), refused=refused, danger=True,
    )
