"""One import on its way: batches of lines, each in a transaction of its own, as its person.

The line up to which everything is written stands in the same transaction as the rows, so an import
that was cut off anywhere goes on behind it: no row twice, none lost. Who the person is and what
they may is asked anew for each batch.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from config.texts.sentence import Sentence
from generator.fields.exchange import NEUTRAL, FormatContext
from runtime.actors import Actor, load_actor
from runtime.database import let_others_write
from runtime.exchange import store
from runtime.exchange.kept_texts import kept
from runtime.exchange.problems import FileProblem
from runtime.exchange.reading import CsvForm, Table, open_table
from runtime.records.errors import RecordError
from runtime.records.importing import ImportPlan, Line, LineResult, import_lines

if TYPE_CHECKING:
    from runtime.exchange.transfers import Transfer, Transfers
    from runtime.records import Records

LINES_AT_ONCE = 250
# Writers of other processes are not seen: they get a moment between two batches.
_PAUSE_SECONDS = 0.02
NEUTRAL_FORMATS = ""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What its person chose. `formats`: a locale, empty for dates and numbers as we export them."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    workbook: bool = False
    mapping: Mapping[str, str] | None = None
    key: str | None = None
    clear_empty: bool = False
    formats: str = NEUTRAL_FORMATS

    @classmethod
    def of(cls, transfer: Transfer) -> ImportOptions:
        return cls(**transfer.options)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def csv_form(self) -> CsvForm:
        return CsvForm(self.encoding, self.delimiter)

    def plan(self, entity: str, actor: Actor) -> ImportPlan:
        formats = NEUTRAL if self.formats == NEUTRAL_FORMATS else FormatContext(
            locale=self.formats, time_zone=actor.time_zone
        )
        return ImportPlan(entity, self.mapping or {}, self.key, self.clear_empty, formats)


def table_of(transfers: Transfers, transfer: Transfer) -> Table:
    """Open the file of an import. Raises FileProblem, also when it is no longer kept."""
    try:
        path = store.path_of(transfers.folder, transfer.place or "")
        return open_table(path, ImportOptions.of(transfer).csv_form())
    except FileNotFoundError:
        raise FileProblem("The file is no longer kept: upload it again.") from None


class Stopped(Exception):
    """The work ends here. `sentence` says why, empty when its person wanted it so."""

    def __init__(self, sentence: Sentence | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def run_import(
    transfers: Transfers, transfer: Transfer, go_on: Callable[[], bool] = lambda: True
) -> bool:
    """Write what is left of an import; say whether it came to its end.

    `go_on` is asked between batches: no leaves it for whoever takes it up later. Raises Stopped.
    """
    try:
        lines = table_of(transfers, transfer).lines(after=transfer.lines_done)
        for batch in batches(lines, LINES_AT_ONCE):
            if not go_on():
                return False
            _write(transfers, transfer, batch)
            give_way(transfers)
    except FileProblem as problem:
        raise Stopped(problem.sentence) from None
    return True


def give_way(transfers: Transfers) -> None:
    """Let those write who wait for it, where only one can write at a time."""
    engine = transfers.panel.engine
    if engine.dialect.name == "sqlite":
        time.sleep(_PAUSE_SECONDS)
        let_others_write(engine)


def person_of(transfers: Transfers, transfer: Transfer) -> Actor:
    """Return the person as they are now. Raises Stopped when there is no such account any more."""
    actor = load_actor(transfers.panel, transfer.owner_kind, transfer.owner_id)
    if actor is None:
        raise Stopped(Sentence("The account that began this was switched off."))
    return actor


def ask_to_stop(transfers: Transfers, transfer: Transfer, actor: Actor) -> None:
    """Raise Stopped when the person asked for it."""
    if transfers.own(actor, transfer.id).cancel:
        raise Stopped


def batches(lines: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while batch := list(itertools.islice(lines, size)):
        yield batch


def _write(transfers: Transfers, transfer: Transfer, batch: Sequence[Line]) -> None:
    panel = transfers.panel
    actor = person_of(transfers, transfer)
    ask_to_stop(transfers, transfer, actor)
    plan = ImportOptions.of(transfer).plan(transfer.entity, actor)
    try:
        with panel.records(actor) as records:
            written = partial(_written_before, transfers, transfer, records)
            results = import_lines(records.work, plan, batch, written=written)
            _note(transfers, transfer, records, results)
    except RecordError as refused:
        # Single lines are refused one by one: what comes here is about the whole import.
        raise Stopped(Sentence("{problem}", problem=str(refused))) from None


def _written_before(
    transfers: Transfers, transfer: Transfer, records: Records, ids: Collection[int]
) -> dict[int, int]:
    """Return id → line, of those rows that earlier batches of the import wrote."""
    lines = transfers.lines
    found = records.work.trusted().run(
        select(lines.c.row_id, lines.c.line).where(
            lines.c.transfer_id == transfer.id, lines.c.row_id.in_(ids)
        )
    )
    return {row.row_id: row.line for row in found}


def _note(
    transfers: Transfers, transfer: Transfer, records: Records, results: Sequence[LineResult]
) -> None:
    """Write down what became of the lines, and how far the import is, beside the rows."""
    work = records.work.trusted()
    moments = _moments(records, transfer.entity, results)
    rows = [
        {
            "transfer_id": transfer.id, "line": each.number, "done": each.done,
            "row_id": each.id, "before": dict(each.before) or None,
            "problems": {
                name: [kept(text) for text in texts]
                for name, texts in each.problems.items()
            } or None,
            "written_at": moments.get(each.id or 0),
            "created_at": work.now, "updated_at": work.now,
        }
        for each in results if each.done != "same"
    ]
    if rows:
        work.run(insert(transfers.lines), rows)
    table = transfers.table
    counts = {name: sum(each.done == name for each in results)
              for name in ("created", "updated", "same", "refused")}
    transfers.change_in(
        work.run, transfer.id, lines_done=results[-1].number, beat_at=work.now,
        **{name: table.c[name] + count for name, count in counts.items()},
    )


def _moments(
    records: Records, entity: str, results: Sequence[LineResult]
) -> dict[int, Any]:
    """Return row id → when the row says it was last changed: later only others have done that."""
    work = records.work.trusted()
    table = work.table(entity)
    ids = [each.id for each in results if each.done in ("created", "updated")]
    found = work.run(select(table.c.id, table.c.updated_at).where(table.c.id.in_(ids)))
    return {row.id: row.updated_at for row in found}
