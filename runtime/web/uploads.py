"""Files inside a form: kept first, so that the form itself holds only the ids of their rows.

    paper.upload            a file of the row            -> paper=17
    lines.0.paper.upload    one of an inline row
    owner.photo.upload      one of a row made with it

An upload survives a form that is refused: it stands in the form again by its id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import FormData, UploadFile

from generator.fields.exchange import FieldProblem
from runtime.pages.forms import read_form
from runtime.records.errors import RecordError
from runtime.web.routes import UPLOAD_ENDING

if TYPE_CHECKING:
    from runtime.pages.context import PageContext
    from runtime.pages.submitted import Submitted
    from runtime.records.values import Record


def read_form_with_files(
    context: PageContext, entity: str, form: FormData, record: Record | None = None
) -> Submitted:
    """Return what `form` says about a row, its files stored. Needs a transaction that writes."""
    problems: dict[str, str] = {}
    stored: dict[str, str] = {}
    for key, value in form.multi_items():
        if isinstance(value, UploadFile) and key.endswith(UPLOAD_ENDING) and value.filename:
            name = key.removesuffix(UPLOAD_ENDING)
            try:
                stored[name] = str(_store(context, entity, name, value))
            except FieldProblem as problem:
                problems[name] = problem.text(context.translate)
            except RecordError as refused:
                problems[name] = str(refused)
    pairs = [(key, value) for key, value in form.multi_items() if key not in stored]
    sent = read_form(context, entity, FormData([*pairs, *stored.items()]), record)
    for name, text in problems.items():
        sent.refuse(name, [text])
    return sent


def _store(context: PageContext, entity: str, name: str, upload: UploadFile) -> int:
    owner, field = _owner(context, entity, name)
    bound = context.model(owner).fields.get(field) if owner else None
    if owner is None or bound is None or bound.spec.type not in ("file", "image"):
        raise FieldProblem("This form takes no file here.")
    # One byte over the limit is enough to see that it is too large.
    data = upload.file.read(bound.spec.size_max + 1)
    filename, media_type = upload.filename or "", upload.content_type or ""
    return context.records.upload(owner, field, filename, media_type, data)


def _owner(context: PageContext, entity: str, name: str) -> tuple[str | None, str]:
    """Return the entity and field that the control `name` of a form of `entity` writes."""
    parts = name.split(".")
    model = context.model(entity)
    if len(parts) == 1:
        return entity, name
    if len(parts) == 2 and parts[0] in model.spec.create_with:
        return model.spec.create_with[parts[0]].entity, parts[1]
    if len(parts) == 3 and parts[0] in model.children:
        return model.children[parts[0]].entity, parts[2]
    return None, name
