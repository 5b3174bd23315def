"""The pages of imports and exports: how far one is, what came of it, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from config.texts.sentence import Sentence, worded
from generator.fields.formats import integer_text, moment_text
from runtime.actors import SYSTEM
from runtime.database import transaction
from runtime.exchange.importer import table_of
from runtime.exchange.kept_texts import of_column, recalled
from runtime.exchange.problems import FileProblem
from runtime.exchange.transfers import KEPT, Transfer, Transfers
from runtime.pages.context import PageContext

if TYPE_CHECKING:
    from runtime.panel import Panel

LINES_SHOWN = 100
REASON = "(reason)"

# State → words and colour of its badge.
_BADGES: Mapping[str, tuple[Sentence, str]] = {
    "reading": (Sentence("Being read"), "info"), "draft": (Sentence("Being prepared"), "quiet"),
    "waiting": (Sentence("Waiting"), "info"),
    "running": (Sentence("Running"), "info"), "done": (Sentence("Done"), "ok"),
    "stopped": (Sentence("Stopped"), "warn"), "undoing": (Sentence("Being undone"), "info"),
    "undone": (Sentence("Undone"), "quiet"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One count of a result; `look` colours it."""

    label: str
    count: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class LineNote:
    """A line of the file with what is to be said about it. `url` is its row, if one is there."""

    number: int
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class TransferRow:
    """One line of the list of all."""

    url: str
    icon: str
    name: str
    list_name: str
    badge: tuple[str, str]
    told: str
    when: str


@dataclass(frozen=True, slots=True)
class TransferPage:
    """Everything the template of one import or export writes down."""

    transfer: Transfer
    title: str
    list_name: str
    list_url: str
    badge: tuple[str, str]
    done: int
    total: int
    told: str
    problem: str
    facts: tuple[Fact, ...]
    lines: tuple[LineNote, ...]
    more_lines: int
    kept: tuple[LineNote, ...]
    more_kept: int
    url: str
    file_url: str | None
    until: str
    can_undo: bool
    can_go_on: bool

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0


def transfer_page(context: PageContext, panel: Panel, transfer: Transfer) -> TransferPage:
    """Return what the page of one says."""
    translate, links = context.translate, context.links
    transfers = Transfers(panel)
    done, total = transfer.steps
    names = context.plural(transfer.entity)
    title = translate("Import of {names}" if transfer.kind == "import" else "Export of {names}")
    lines = _lines(context, transfers, transfer, transfers.lines.c.done == "refused")
    kept = _lines(context, transfers, transfer, transfers.lines.c.undo == "kept")
    until = None if transfer.finished_at is None else transfer.finished_at + KEPT
    fresh = until is not None and panel.clock.now() < until
    has_file = transfer.kind == "export" and transfer.state == "done" and fresh
    ended = transfer.state in ("done", "stopped") and transfer.kind == "import"
    return TransferPage(
        transfer=transfer, title=title.format(names=names), list_name=names,
        list_url=links.list(transfer.entity), badge=_badge(context, transfer),
        done=done, total=total, told=_told(context, transfer),
        problem=worded(transfer.problem or "", translate), facts=_facts(context, transfer),
        lines=lines, more_lines=max(0, transfer.refused - len(lines)), kept=kept,
        more_kept=max(0, transfer.kept - len(kept)), url=links.transfer(transfer.id),
        file_url=links.transfer(transfer.id, "download") if has_file else None,
        until=_moment(context, until) if until else "",
        can_undo=ended and transfer.written > transfer.taken_back + transfer.kept,
        can_go_on=transfer.state == "stopped" and (transfer.kind == "export" or total > 0),
    )


def transfer_rows(
    context: PageContext, transfers: Sequence[Transfer]
) -> tuple[TransferRow, ...]:
    """Return the list of all, the newest first."""
    return tuple(
        TransferRow(
            url=context.links.transfer(each.id),
            icon="file-import" if each.kind == "import" else "file-export",
            name=each.name, list_name=context.plural(each.entity), badge=_badge(context, each),
            told=_told(context, each),
            when=_moment(context, each.created_at) if each.created_at else "",
        )
        for each in transfers
    )


def _badge(context: PageContext, transfer: Transfer) -> tuple[str, str]:
    words, look = _BADGES[transfer.state]
    return words.said(context.translate), look


def _told(context: PageContext, transfer: Transfer) -> str:
    """Return in a few words how far it is, or what came of it."""
    plural = context.translate.plural
    done, total = transfer.steps
    if transfer.state == "draft":
        return ""
    if transfer.state == "reading":
        return context.translate("The workbook is being read.")
    if transfer.is_working and total:
        said = context.translate("{done} of {total}")
        return said.format(done=number(context, done), total=number(context, total))
    if transfer.kind == "export":
        said = plural("{count} row", "{count} rows", done)
        return said.format(count=number(context, done))
    said = plural("{count} row written", "{count} rows written", transfer.written)
    told = said.format(count=number(context, transfer.written))
    if transfer.refused:
        refused = plural("{count} refused", "{count} refused", transfer.refused)
        told += f", {refused.format(count=number(context, transfer.refused))}"
    return told


def number(context: PageContext, count: int) -> str:
    """Return a count as the reader writes it."""
    return integer_text(count, context.format.locale)


def rows_told(context: PageContext, count: int) -> str:
    said = context.translate.plural("{count} row", "{count} rows", count)
    return said.format(count=number(context, count))


def _facts(context: PageContext, transfer: Transfer) -> tuple[Fact, ...]:
    if transfer.kind == "export":
        return ()
    translate = context.translate
    counts = [
        (translate("New"), transfer.created, ""), (translate("Changed"), transfer.updated, ""),
        (translate("As they were"), transfer.same, ""),
        (translate("Refused"), transfer.refused, "bad"),
    ]
    if transfer.state in ("undoing", "undone") or transfer.taken_back or transfer.kept:
        counts += [(translate("Taken back"), transfer.taken_back, ""),
                   (translate("Stay"), transfer.kept, "warn")]
    return tuple(
        Fact(label, number(context, count), look if count else "") for label, count, look in counts
    )


def _lines(
    context: PageContext, transfers: Transfers, transfer: Transfer, which: Any
) -> tuple[LineNote, ...]:
    """Return the first lines of which there is something to say."""
    if transfer.kind != "import" or transfer.is_working:
        return ()
    table = transfers.lines
    statement = (
        select(table).where(table.c.transfer_id == transfer.id, which)
        .order_by(table.c.line).limit(LINES_SHOWN)
    )
    with transaction(transfers.panel.engine, SYSTEM, write=False) as connection:
        rows = connection.execute(statement).mappings().all()
    return tuple(
        LineNote(
            row["line"],
            worded(of_column(row["kept_why"]) or "", context.translate)
            or reasons(context, transfer.entity, row["problems"] or {}),
            context.links.record(transfer.entity, row["row_id"]) if row["row_id"] else None,
        )
        for row in rows
    )


def reasons(
    context: PageContext, entity: str, problems: Mapping[str, Sequence[Any]]
) -> str:
    """Return why a line was refused, each reason behind the label of its field."""
    said = []
    for path, texts in problems.items():
        text = " ".join(worded(recalled(each), context.translate) for each in texts)
        label = path_label(context, entity, path) if path else ""
        said.append(f"{label}: {text}" if label else text)
    return " · ".join(said)


def path_label(context: PageContext, entity: str, path: str) -> str:
    """Return the label of a field, or of a link by the field that names its rows."""
    name, _, by = path.partition(".")
    model = context.model(entity)
    bound, part = model.fields.get(name), model.spec.create_with.get(name)
    if by and part is not None and (bound is None or bound.spec.type != "relation"):
        of_part = path_label(context, part.entity, by)
        return f"{context.text(part.label, name)}: {of_part}"
    if bound is None:
        return path
    label = bound.label(context.format.locale)
    if not by:
        return label
    other = context.model(bound.spec.to[0]).fields.get(by)
    return f"{label}: {other.label(context.format.locale)}" if other is not None else label


def refused_lines(
    context: PageContext, panel: Panel, transfer: Transfer
) -> Iterator[list[str]]:
    """Yield the refused lines as they stood in the file, with a last column that says why.

    The file is read beside the notes, both in the order of the lines, so neither is ever whole in
    memory. That last column is passed over when the file is sent again.
    """
    from runtime.records.exporting import escape_formula

    transfers = Transfers(panel)
    try:
        table = table_of(transfers, transfer)
    except FileProblem as problem:
        yield [problem.sentence.said(context.translate)]
        return
    yield [*table.header, REASON]
    notes = _refused(transfers, transfer)
    note = next(notes, None)
    for line in table.lines():
        while note is not None and note[0] < line.number:
            note = next(notes, None)
        if note is None:
            return
        if note[0] == line.number:
            cells = [line.cells.get(name, "") for name in table.header]
            why = escape_formula(reasons(context, transfer.entity, note[1]))
            yield [*cells, why]


def _refused(
    transfers: Transfers, transfer: Transfer
) -> Iterator[tuple[int, Mapping[str, Sequence[str]]]]:
    """Yield line and problems of the refused lines in their order, some hundreds at a time."""
    table, after = transfers.lines, 0
    while True:
        with transaction(transfers.panel.engine, SYSTEM, write=False) as connection:
            rows = connection.execute(
                select(table.c.line, table.c.problems).where(
                    table.c.transfer_id == transfer.id, table.c.done == "refused",
                    table.c.line > after,
                ).order_by(table.c.line).limit(500)
            ).all()
        if not rows:
            return
        yield from ((row.line, row.problems or {}) for row in rows)
        after = rows[-1].line


def _moment(context: PageContext, moment: datetime) -> str:
    return moment_text(moment, context.format.locale, context.format.time_zone)
