"""General settings: one tab per `settings:` file; a row for what staff changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.specs.parts import SettingsSpec
from generator.fields.base import BoundField
from generator.fields.exchange import FieldProblem
from runtime.admin.desk import Desk
from runtime.admin.frame import SETTINGS_PATH
from runtime.pages.context import PageContext
from runtime.pages.controls import Filling, form_field
from runtime.pages.forms import FormPage, FormProblem, FormSection, FormTab
from runtime.pages.submitted import Submitted, read_fields
from runtime.records import Records
from runtime.records.errors import NotFound, ValidationFailed
from runtime.records.options import fitting
from runtime.records.values import PAGE_SIZE_MAX, ListQuery, Record
from runtime.web.branding import setting_problem
from runtime.web.routes import UPLOAD_ENDING, form_of

ENTITY = "setting"
FILE_TYPES = ("file", "image")
_SHOWN_MAX = 200


def first_tab(desk: Desk, request: Request) -> Response:
    """Lead to the first tab. Raises NotFound for a panel without settings."""
    with desk.reading(request) as context:
        desk.require(context, "see", ENTITY)
        for tab in context.generated.project.settings:
            return RedirectResponse(f"{SETTINGS_PATH}/{tab}", 303)
    raise NotFound(ENTITY, "")


def show_tab(desk: Desk, request: Request) -> Response:
    with desk.reading(request) as context:
        tab = _tab(context, request)
        desk.require(context, "see", ENTITY)
        return _page(desk, request, context, tab)


def save_tab(desk: Desk, request: Request) -> Response:
    """Write what differs: a row per changed setting, none for one that is as the YAML says."""
    form = form_of(request)
    with desk.writing(request) as context:
        tab = _tab(context, request)
        desk.require(context, "edit", ENTITY)
        fields = desk.panel.settings_fields[tab]
        rows = {row["key"]: row for row in _rows(context) if row["tab"] == tab}
        if form.get("reset"):
            for row in rows.values():
                context.records.delete(ENTITY, row.id)
            said = context.translate("All settings of this page are as configured again.")
            return desk.go(request, f"{SETTINGS_PATH}/{tab}", said)
        sent = Submitted()
        sent.values = read_fields(
            sent, _shown(fields), _with_files(context, fields, form, sent), context.format
        )
        _check(sent, tab, fields, rows, context)
        if not sent.problems:
            try:
                _write(context, tab, fields, rows, sent.values)
            except ValidationFailed as refused:
                sent.take_refusal(refused)
            else:
                said = context.translate("Your changes are saved.")
                return desk.go(request, f"{SETTINGS_PATH}/{tab}", said)
        return _page(desk, request, context, tab, sent)


def _tab(context: PageContext, request: Request) -> str:
    tab: str = request.path_params["tab"]
    if tab not in context.generated.project.settings:
        raise NotFound(ENTITY, tab)
    return tab


def _shown(fields: Mapping[str, BoundField]) -> list[BoundField]:
    return [bound for bound in fields.values() if bound.type.writable]


def _rows(context: PageContext) -> Iterator[Record]:
    """Yield every stored setting; there are few, but more than one page of a list."""
    cursor = None
    while True:
        query = ListQuery(
            columns=("tab", "key", "value", "secret"), size=PAGE_SIZE_MAX, count=False,
            cursor=cursor,
        )
        page = context.records.list(ENTITY, query)
        yield from page.rows
        if page.next is None:
            return
        cursor = page.next


def _values(
    context: PageContext, tab: str, fields: Mapping[str, BoundField], sent: Submitted
) -> dict[str, Any]:
    """Return what holds now; `sent` takes a message for each stored value that fits no longer."""
    values = {key: bound.type.default(bound, context.format) for key, bound in fields.items()}
    for row in _rows(context):
        if row["tab"] == tab and row["key"] in fields:
            bound, sealed = fields[row["key"]], row.get("secret")
            try:
                values[bound.name] = fitting(bound, row["value"] if sealed is None else sealed)
            except FieldProblem as problem:
                sent.refuse(bound.name, [_misfit(context, bound, row, problem)])
    return values


def _misfit(
    context: PageContext, bound: BoundField, row: Record, problem: FieldProblem
) -> str:
    why = problem.text(context.translate)
    if bound.spec.type == "secret" or row.get("secret") is not None:
        said = context.translate(
            "What was saved here does not fit any more; the default is used. {why}"
        )
        return said.format(why=why)
    value = row["value"]
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    said = context.translate(
        "“{value}” was saved here and does not fit any more; the default is used. {why}"
    )
    return said.format(value=shown[:_SHOWN_MAX], why=why)


def _with_files(
    context: PageContext, fields: Mapping[str, BoundField], form: FormData, sent: Submitted
) -> FormData:
    """Return the form with the ids of the files that came with it in place of their bytes."""
    stored: dict[str, str] = {}
    for name, upload in form.multi_items():
        key = name.removesuffix(UPLOAD_ENDING)
        bound = fields.get(key)
        if not (isinstance(upload, UploadFile) and name.endswith(UPLOAD_ENDING) and bound):
            continue
        if not upload.filename or bound.spec.type not in FILE_TYPES:
            continue
        # One byte over the limit is enough to see that it is too large.
        data = upload.file.read(bound.spec.size_max + 1)
        try:
            stored[key] = str(context.records.upload_setting(
                bound, upload.filename, upload.content_type or "", data
            ))
        except FieldProblem as problem:
            sent.refuse(key, [problem.text(context.translate)])
    pairs = [(key, value) for key, value in form.multi_items() if key not in stored]
    return FormData([*pairs, *stored.items()])


def _check(
    sent: Submitted, tab: str, fields: Mapping[str, BoundField], rows: Mapping[str, Record],
    context: PageContext,
) -> None:
    """Note what is missing or outside the limits; rows of `setting` hold any JSON."""
    for key, bound in fields.items():
        if bound.spec.type == "secret" and bound.spec.required and key not in {*rows, *sent.values}:
            sent.refuse(key, [context.translate("This is needed.")])
    for key, value in sent.values.items():
        bound = fields[key]
        if value is None:
            if bound.spec.required:
                sent.refuse(key, [context.translate("This is needed.")])
            continue
        try:
            bound.type.validate(bound, value)
            if bound.spec.type in FILE_TYPES:
                context.records.check_setting_file(value, rows[key].id if key in rows else None)
        except FieldProblem as problem:
            sent.refuse(key, [problem.text(context.translate)])
        unseen = setting_problem(tab, key, value)
        if unseen:
            sent.refuse(key, [unseen.said(context.translate)])


def _write(
    context: PageContext, tab: str, fields: Mapping[str, BoundField],
    rows: Mapping[str, Record], values: Mapping[str, Any],
) -> None:
    records = context.records
    for key, value in values.items():
        bound = fields[key]
        row = rows.get(key)
        if bound.spec.type == "secret":
            _write_secret(records, tab, key, row, value)
            continue
        data = bound.type.json(bound, value)
        if data == bound.type.json(bound, bound.type.default(bound, context.format)):
            if row is not None:
                records.delete(ENTITY, row.id)
            continue
        if row is None:
            row = records.create(ENTITY, {"tab": tab, "key": key, "value": data})
        elif row["value"] != data or row.get("secret") is not None:
            secret = {"secret": None} if row.get("secret") is not None else {}
            records.update(ENTITY, row.id, {"value": data, **secret})
        if bound.spec.type in FILE_TYPES:
            records.attach_setting_file(data, row.id, public=bool(bound.spec.public))


def _write_secret(
    records: Records, tab: str, key: str, row: Record | None, value: Any
) -> None:
    """Keep a secret sealed; what a form leaves empty is not sent, and stays as it is."""
    if value is None:
        if row is not None:
            records.delete(ENTITY, row.id)
    elif row is None:
        records.create(ENTITY, {"tab": tab, "key": key, "secret": value})
    else:
        records.update(ENTITY, row.id, {"secret": value, "value": None})


def _page(
    desk: Desk, request: Request, context: PageContext, tab: str, sent: Submitted | None = None
) -> Response:
    fields = desk.panel.settings_fields[tab]
    # A form that came back has its own problems; they are about what was typed.
    notes = Submitted()
    values = _values(context, tab, fields, notes)
    values |= {key: value for key, value in (sent.values if sent else {}).items()
               if fields[key].spec.type != "secret"}
    filling = Filling(None, values, sent or notes)
    may_edit = bool(context.records.can("edit", ENTITY))
    drawn = [
        form_field(context, bound, filling, read_only=not may_edit) for bound in _shown(fields)
    ]
    spec = context.generated.project.settings[tab]
    label = context.text(spec.label, tab)
    section = FormSection("settings", "", context.text(spec.help), tuple((one,) for one in drawn))
    page = FormPage(
        entity=ENTITY, title=label, help="", action=f"{SETTINGS_PATH}/{tab}",
        cancel_url=f"{SETTINGS_PATH}/{tab}", submit=context.translate("Save"),
        tabs=(FormTab("settings", label, (section,)),),
        problems=tuple(
            FormProblem(one.label, text, one.state.id) for one in drawn for text in one.problems
        ) if sent else (),
    )
    group = tabs_beside(context, tab)
    names = {key: (context.text(one.label, key), one.icon) for key, one in group.items()}
    heading = context.text(spec.group) or context.translate("General settings")
    trail = [(heading, f"{SETTINGS_PATH}/{next(iter(group))}"), (label, None)]
    return desk.page(
        request, context, "admin/settings.html", label, trail=trail, status=422 if sent else 200,
        page=page, tabs=names, tab=tab, may_edit=may_edit, path=SETTINGS_PATH, heading=heading,
    )


def tabs_beside(context: PageContext, tab: str) -> Mapping[str, SettingsSpec]:
    """Return the tabs that stand on one page with `tab`: those of its group."""
    settings = context.generated.project.settings
    return {key: one for key, one in settings.items() if one.group == settings[tab].group}
