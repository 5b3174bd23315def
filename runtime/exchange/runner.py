"""Does imports and exports in the background: one thread that takes what waits, oldest first.

What is to do stands in rows, so a restart loses nothing: an import goes on behind its last written
line, an export that was cut off says so and can be started again. Whatever else runs work in the
background later only has to do what `Runner` does: `wake` and `run_waiting`.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, OperationalError

from config.texts.sentence import Sentence
from generator.fields.exchange import FormatContext
from runtime.exchange import exporter, store, workbook
from runtime.exchange.importer import Stopped, ask_to_stop, person_of, run_import
from runtime.exchange.kept_texts import column_text
from runtime.exchange.problems import FileProblem
from runtime.exchange.transfers import Transfer, Transfers, new_worker
from runtime.exchange.undoing import run_undo

if TYPE_CHECKING:
    from runtime.actors import Actor
    from runtime.panel import Panel

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 15
_TRIES_MAX = 5
_INTERRUPTED = Sentence("The panel was restarted meanwhile. Nothing is lost: start it again.")
_FAILED = Sentence("Something went wrong on our side; it was written down. You can go on later.")


class Runner:
    """The background work of one panel in this process. It costs nothing until there is some."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.transfers = Transfers(panel)
        self._worker = new_worker()
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Look for work now: something waits, or an earlier process may have left something."""
        with self._lock:
            if self._stopping.is_set():
                return
            self._woken.set()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._look_after, name="exchange", daemon=True
                )
                self._thread.start()

    def stop(self, seconds: float = 10) -> None:
        """End after the present batch; what is left waits for the next start."""
        with self._lock:
            self._stopping.set()
            self._woken.set()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def wait(self, seconds: float = 60) -> bool:
        """Wait until everything is done that this process works on; say whether it is."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def run_waiting(self) -> int:
        """Do everything that waits, in this thread; return how many that were."""
        done = 0
        while not self._stopping.is_set():
            transfer = self.transfers.claim(self._worker)
            if transfer is None:
                return done
            self._run(transfer)
            done += 1
        return done

    # ------------------------------------------------------------------ the thread

    def _look_after(self) -> None:
        """Work while there is any, here or in a process that may die over it."""
        self._sweep()
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                self.run_waiting()
                if not self.transfers.any_open():
                    if self._may_rest():
                        return
                    continue
            except Exception:
                logger.exception("background work cannot be looked after")
            self._woken.wait(_LOOK_SECONDS)

    def _sweep(self) -> None:
        try:
            self.transfers.sweep()
        except Exception:
            logger.exception("old files cannot be swept away")

    def _may_rest(self) -> bool:
        """Let the thread end unless somebody woke it at the same moment."""
        with self._lock:
            if self._woken.is_set():
                return False
            self._thread = None
            return True

    def _go_on(self) -> bool:
        return not self._stopping.is_set()

    # ------------------------------------------------------------------ one of them

    def _run(self, transfer: Transfer) -> None:
        for attempt in range(1, _TRIES_MAX + 1):
            try:
                self._work_on(transfer)
            except Stopped as stopped:
                self._end(transfer, stopped.sentence)
            except (OperationalError, DBAPIError):
                # A deadlock, a database that is away for a moment: what is committed stays.
                logger.warning("a transfer met the database at a bad moment", exc_info=True)
                if attempt < _TRIES_MAX and not self._stopping.wait(attempt):
                    transfer = self._again(transfer)
                    continue
                self._end(transfer, _FAILED)
            except Exception:
                logger.exception("a transfer failed", extra={"transfer": transfer.id})
                self._end(transfer, _FAILED)
            return

    def _again(self, transfer: Transfer) -> Transfer:
        from runtime.actors import Actor

        owner = Actor(transfer.owner_kind, transfer.owner_id)  # type: ignore[arg-type]
        return self.transfers.own(owner, transfer.id)

    def _work_on(self, transfer: Transfer) -> None:
        if transfer.kind == "export":
            self._export(transfer)
        elif transfer.state == "reading":
            self._read(transfer)
        elif transfer.state == "undoing":
            if run_undo(self.transfers, transfer, self._go_on):
                self._finish(transfer, "undone")
            else:
                self._leave(transfer)
        else:
            self.transfers.change(transfer.id, state="running")
            if run_import(self.transfers, transfer, self._go_on):
                self._finish(transfer, "done")
            else:
                self._leave(transfer)

    def _read(self, transfer: Transfer) -> None:
        """Turn a large workbook into a table, and let its person go on with it."""
        folder = self.transfers.folder
        try:
            place = workbook.as_table(folder, transfer.place or "")
        except FileProblem as problem:
            raise Stopped(problem.sentence) from None
        finally:
            store.remove(folder, transfer.place)
        try:
            ask_to_stop(self.transfers, transfer, person_of(self.transfers, transfer))
        except Stopped:
            store.remove(folder, place)
            raise
        self.transfers.change(transfer.id, state="draft", place=place, worker=None)

    def _export(self, transfer: Transfer) -> None:
        if transfer.state == "running":
            raise Stopped(_INTERRUPTED)
        self.transfers.change(transfer.id, state="running", lines_done=0)
        written = exporter.run_export(self.transfers, transfer, self._formats, self._go_on)
        if written is None:
            raise Stopped(_INTERRUPTED)
        said = Sentence.counted(
            "{count} text was longer than a cell of a spreadsheet holds and was cut: CSV keeps it "
            "whole.",
            "{count} texts were longer than a cell of a spreadsheet holds and were cut: CSV keeps "
            "them whole.",
            count=written.cut,
        ) if written.cut else None
        self._finish(
            transfer, "done", said, total=written.rows, lines_done=written.rows
        )

    def _formats(self, actor: Actor) -> FormatContext:
        return FormatContext(
            locale=actor.locale, time_zone=actor.time_zone,
            area="staff" if actor.kind == "staff" else "client",
            translate=self.panel.languages.of(actor.locale), now=self.panel.clock.now(),
        )

    def _finish(
        self, transfer: Transfer, state: str, said: str | None = None, **values: int
    ) -> None:
        self.transfers.change(
            transfer.id, state=state, worker=None, cancel=False,
            problem=self._worded(transfer, said), finished_at=self.panel.clock.now(), **values,
        )
        self._tell(transfer)

    def _tell(self, transfer: Transfer) -> None:
        """Write into the history that rows were brought in or taken out."""
        from runtime.actors import load_actor

        actor = load_actor(self.panel, transfer.owner_kind, transfer.owner_id)
        if actor is not None:
            now = self._again(transfer)
            rows = now.total if now.kind == "export" else now.steps[0]
            action = "undo import" if now.state == "undone" else now.kind
            exporter.note(self.panel, actor, now.entity, action, f"{now.name}: {rows} rows")

    def _end(self, transfer: Transfer, sentence: Sentence | None) -> None:
        """Stop it with what its person is told; nothing is told to who stopped it themselves."""
        if transfer.kind == "export":
            store.remove(self.transfers.folder, transfer.place)
        self.transfers.change(
            transfer.id, state="stopped", worker=None, cancel=False,
            problem=self._worded(transfer, sentence), finished_at=self.panel.clock.now(),
        )

    def _leave(self, transfer: Transfer) -> None:
        """Give it back, for the next process."""
        self.transfers.change(transfer.id, worker=None)

    def _worded(self, transfer: Transfer, said: str | None) -> str | None:
        if said is None:
            return None
        from runtime.actors import load_actor

        actor = load_actor(self.panel, transfer.owner_kind, transfer.owner_id)
        locale = actor.locale if actor else self.panel.project.site.locales[0]
        return column_text(said, self.panel.languages.of(locale))
