"""Lists as rows of text, for files. What a role may not export, it exports no column of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from generator.fields.exchange import FormatContext
from runtime.records import reading
from runtime.records.errors import Forbidden
from runtime.records.values import PAGE_SIZE_MAX, ListQuery, Record
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator.fields.base import BoundField

# What spreadsheets take for the start of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Some rows of a list: `cells` are (value, text) per column. `next` leads to the following."""

    columns: tuple[str, ...]
    cells: list[list[tuple[Any, str]]]
    next: str | None


def export(work: Work, entity: str, query: ListQuery) -> Iterator[list[str]]:
    """Yield the header and every row of a list as texts that `import_rows` reads back.

    Rows that the actor sees but whose grant says `export: no` are left out; when no grant
    allows it at all, Forbidden is raised at once.
    """
    require(work, entity)
    return _rows(work, entity, query)


def _rows(work: Work, entity: str, query: ListQuery) -> Iterator[list[str]]:
    cursor, first = None, True
    while first or cursor is not None:
        page = export_page(work, entity, replace(query, cursor=cursor))
        if first:
            yield list(page.columns)
        for row in page.cells:
            yield [escape_formula(text) for _, text in row]
        cursor, first = page.next, False


def require(work: Work, entity: str) -> None:
    """Raise Forbidden when the actor exports no row of the entity at all."""
    rights = work.rights(entity)
    if not rights.may_somewhere("export"):
        raise Forbidden(rights.decide("export", None))


def export_page(
    work: Work, entity: str, query: ListQuery, shown: FormatContext | None = None
) -> ExportPage:
    """Return the rows behind `query.cursor`; the id comes first.

    `shown` writes texts as a list shows them to that reader, without it as they are read back.
    """
    require(work, entity)
    rights = work.rights(entity)
    query = replace(query, size=PAGE_SIZE_MAX, count=False)
    page = reading.list_page(work, entity, query)
    columns = ("id", *(path for path in page.columns if path != "id"))
    fields = {path: work.panel.generated.field_at(entity, path) for path in columns[1:]}
    cells = []
    for record in page.rows:
        if rights.allows("export", record.permits):
            row: list[tuple[Any, str]] = [(record.id, str(record.id))]
            row += [_cell(record, path, fields[path], shown) for path in columns[1:]]
            cells.append(row)
    return ExportPage(columns, cells, page.next)


def _cell(
    record: Record, path: str, field: BoundField | None, shown: FormatContext | None
) -> tuple[Any, str]:
    value = record.get(path)
    if field is None or value is None:
        return None, ""
    if shown is None:
        # A link is a number here, but not one to compute with.
        plain = None if field.spec.type in ("relation", "money", "duration", "rate") else value
        return plain, field.type.export_text(field, value)
    if field.spec.type == "relation" and path in record.titles:
        title = record.titles[path]
        return None, title.text if title is not None else ""
    return None, field.type.text(field, value, shown)


def total(work: Work, entity: str, query: ListQuery) -> int:
    """Return how many rows the list has, all of them counted."""
    from runtime.records import conditions, searching

    require(work, entity)
    reading.require(work, entity, "see")
    model = work.model(entity)
    view = reading.view_of(model, query.view)
    where = [
        *conditions.of_view(work, model, view, query), *searching.asked(work, model, view, query)
    ]
    statement = select(func.count()).select_from(model.table).where(*where)
    number: int = work.run(statement).scalar_one()
    return number


def exportable(work: Work, entity: str, view: str) -> Sequence[str]:
    """Return the paths that may be columns of a file: those of the view, then all other fields."""
    model = work.model(entity)
    listed = reading.view_of(model, view)
    paths = [*listed.with_beneath(listed.columns), *model.fields]
    found = []
    for path in dict.fromkeys(paths):
        field = work.panel.generated.field_at(entity, path)
        hidden = field is not None and field.spec.type in ("many", "secret", "driver_settings")
        if path != "id" and field is not None and not hidden and (
            reading.may_show(work, model, path)
        ):
            found.append(path)
    return found


def escape_formula(text: str) -> str:
    """Return `text` so that a spreadsheet shows it and does not compute it.

    Numbers stay numbers: `-5` is no formula. A text that looks escaped already gets one more
    quote, so that it comes back as it was.
    """
    plain = text.lstrip("'")
    if plain.startswith(_FORMULA) and not (plain == text and _is_number(text)):
        return f"'{text}"
    return text


def unescape_formula(text: str) -> str:
    """Return what `escape_formula` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def _is_number(text: str) -> bool:
    digits = text[1:].replace(".", "", 1)
    return text[0] in "+-" and digits.isascii() and digits.isdigit()


__all__ = ["ExportPage", "escape_formula", "export", "export_page", "unescape_formula"]
