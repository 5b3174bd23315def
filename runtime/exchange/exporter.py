"""One export on its way: page after page of a list into a file, as its person.

Each page is a transaction of its own, in which the person's rights are asked anew. Keys lead from
one page to the next, so rows that come or go meanwhile shift nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from config.labels import text
from config.texts.sentence import Sentence
from generator.fields.exchange import FormatContext
from runtime.actors import Actor
from runtime.exchange import store
from runtime.exchange.importer import Stopped, ask_to_stop, person_of
from runtime.exchange.writing import Cell, open_writer, plain_cell
from runtime.records import exporting, history
from runtime.records.errors import RecordError
from runtime.records.values import Filter, ListQuery

if TYPE_CHECKING:
    from runtime.exchange.transfers import Transfer, Transfers
    from runtime.panel import Panel
    from runtime.records import Records

AT_ONCE_MAX = 2000
"""Up to so many rows are sent with the answer; more are written in the background."""
_TOLD_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What its person chose. `shown`: texts as the list shows them, else as they are read back."""

    query: ListQuery
    kind: str = "csv"
    shown: bool = False

    @classmethod
    def of(cls, transfer: Transfer) -> ExportOptions:
        data: Mapping[str, Any] = transfer.options
        query = dict(data["query"])
        for name in ("columns", "sort", "parent"):
            query[name] = None if query[name] is None else tuple(query[name])
        query["filters"] = tuple(
            Filter(each["path"], each["op"], tuple(each["values"])) for each in query["filters"]
        )
        return cls(ListQuery(**query), data["kind"], data["shown"])

    def as_json(self) -> dict[str, Any]:
        return asdict(replace(self, query=replace(self.query, cursor=None)))


@dataclass(frozen=True, slots=True)
class Written:
    """What came of an export: rows in the file, texts that did not fit into their cells."""

    rows: int
    cut: int


def rows_of(
    records: Records, entity: str, options: ExportOptions, formats: FormatContext
) -> Iterator[list[Cell]]:
    """Yield header and rows of a short list, all in one transaction."""
    cursor: str | None = None
    first = True
    while first or cursor is not None:
        page = _page(records, entity, options, formats, cursor)
        if first:
            yield header_of(records, entity, page.columns, options, formats)
        yield from _cells(page, options)
        cursor, first = page.next, False


def run_export(
    transfers: Transfers, transfer: Transfer, formats: Callable[[Actor], FormatContext],
    go_on: Callable[[], bool] = lambda: True,
) -> Written | None:
    """Write the file of an export; None when it was told to leave it. Raises Stopped."""
    options = ExportOptions.of(transfer)
    path = store.path_of(transfers.folder, transfer.place or "")
    try:
        with closing(open_writer(path, options.kind)) as writer:
            cursor, rows, told = None, 0, 0.0
            while True:
                if not go_on():
                    return None
                actor = person_of(transfers, transfer)
                ask_to_stop(transfers, transfer, actor)
                with transfers.panel.reading(actor) as records:
                    reader = formats(actor)
                    page = _page(records, transfer.entity, options, reader, cursor)
                    if cursor is None:
                        writer.row(
                            header_of(records, transfer.entity, page.columns, options, reader)
                        )
                for cells in _cells(page, options):
                    writer.row(cells)
                rows += len(page.cells)
                cursor = page.next
                if time.monotonic() - told > _TOLD_SECONDS:
                    now = transfers.panel.clock.now()
                    transfers.change(transfer.id, lines_done=rows, beat_at=now)
                    told = time.monotonic()
                if cursor is None:
                    break
            cut = writer.cut
    except RecordError as refused:
        raise Stopped(Sentence("{problem}", problem=str(refused))) from None
    except OSError:
        raise Stopped(Sentence("The file could not be written: is the disk full?")) from None
    return Written(rows, cut)


def note(panel: Panel, actor: Actor, entity: str, action: str, told: str) -> None:
    """Write down that somebody took rows out, or brought some in."""
    with panel.records(actor) as records:
        history.note_list(records.work, entity, action, told)


def header_of(
    records: Records, entity: str, columns: Sequence[str], options: ExportOptions,
    formats: FormatContext,
) -> list[Cell]:
    """Return the names of the columns: paths, or labels in the reader's language."""
    if not options.shown:
        return list(columns)
    generated = records.work.panel.generated
    view = generated.entities[entity].views.get(options.query.view)
    named = view.labels if view is not None else {}
    labels: list[str] = []
    for path in columns:
        field = generated.field_at(entity, path)
        label = field.label(formats.locale) if field is not None else path
        first, dot, _ = path.partition(".")
        link = generated.entities[entity].fields.get(first) if dot else None
        label = f"{link.label(formats.locale)}: {label}" if link is not None else label
        if path in named:
            label = text(named[path], path, formats.locale)
        # Two columns of one name could not be told apart.
        labels.append(f"{label} ({path})" if label in labels else label)
    return list(labels)


def _page(
    records: Records, entity: str, options: ExportOptions, formats: FormatContext,
    cursor: str | None,
) -> exporting.ExportPage:
    query = replace(options.query, cursor=cursor)
    shown = formats if options.shown else None
    return exporting.export_page(records.work, entity, query, shown)


def _cells(page: exporting.ExportPage, options: ExportOptions) -> Iterator[list[Cell]]:
    typed = options.kind == "xlsx"
    for row in page.cells:
        yield [plain_cell(value, text) if typed else text for value, text in row]
