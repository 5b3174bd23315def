"""A process that is killed in the middle of an import or its undo: the next one goes on exactly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from runtime.exchange.transfers import Transfers
from tests.runtime.exchange.files import begin_import, csv_text, found
from tests.runtime.records.house import FOLDER, SECRET_KEYS, House

ROOT = Path(__file__).parents[3]
ROWS = 600

_WORKER = """
import sys
from pathlib import Path
from runtime.exchange import importer, undoing
from runtime.panel import open_panel
from runtime.settings import Settings

importer.LINES_AT_ONCE = undoing.LINES_AT_ONCE = 5
url, var, folder, key = sys.argv[1:]
with open_panel([Path(folder)], Settings(url, Path(var), (key,))) as panel:
    panel.background.run_waiting()
"""


def test_no_row_is_written_twice_and_none_is_lost(house: House):
    rows = [(f"Client {number}", f"c{number}@x.example") for number in range(ROWS)]
    rows[7] = ("", "c7@x.example")
    mapping = {"Name": "name", "Mail": "email"}
    id_ = begin_import(house, "boss", "client", csv_text(("Name", "Mail"), rows), mapping)

    for written in (20, 60):
        _kill_after(house, id_, written)
    house.panel.background.run_waiting()

    done = found(house, "boss", id_)
    assert (done.state, done.created, done.refused) == ("done", ROWS - 1, 1)
    names = [row["name"] for row in house.stored("client")][2:]
    assert names == [name for name, _ in rows if name]
    lines = [row["line"] for row in house.stored("import_line") if row["transfer_id"] == id_]
    assert lines == list(range(2, ROWS + 2))


def _kill_after(
    house: House, id_: int, rows: int, count: str = "created", during: str = "running"
) -> None:
    """Let another process work on the import and kill it once so many rows are in `count`."""
    settings = house.panel.settings
    command = [
        sys.executable, "-c", _WORKER, settings.database_url, str(settings.var), str(FOLDER),
        SECRET_KEYS[0],
    ]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}) as worker:
        until = time.monotonic() + 60
        while getattr(found(house, "boss", id_), count) < rows and time.monotonic() < until:
            assert worker.poll() is None
            time.sleep(0.01)
        worker.send_signal(signal.SIGKILL)
    state = found(house, "boss", id_)
    assert rows <= getattr(state, count) < ROWS - 1
    assert state.state == during


def test_undo_that_was_killed_takes_back_each_row_once_and_ends(house: House):
    rows = [(f"Client {number}", f"c{number}@x.example") for number in range(ROWS)]
    id_ = begin_import(
        house, "boss", "client", csv_text(("Name", "Mail"), rows), {"Name": "name", "Mail": "email"}
    )
    house.panel.background.run_waiting()
    changed = house.stored("client")[2 + ROWS // 2]
    house.clock.advance(timedelta(minutes=1))
    with house.records("sam") as records:
        records.update("client", changed["id"], {"country": "FR"})
    Transfers(house.panel).change(id_, state="undoing")

    for taken_back in (20, 60):
        _kill_after(house, id_, taken_back, "taken_back", "undoing")
    house.panel.background.run_waiting()

    done = found(house, "boss", id_)
    assert (done.state, done.taken_back, done.kept) == ("undone", ROWS - 1, 1)
    alive = [row["name"] for row in house.stored("client") if row["deleted_at"] is None]
    assert alive == ["Acme", "Bolt", changed["name"]]
    undone = [row["undo"] for row in house.stored("import_line") if row["transfer_id"] == id_]
    assert (undone.count("done"), undone.count("kept")) == (ROWS - 1, 1)
    deletions = [row for row in house.stored("activity")
                 if row["action"] == "delete" and row["record_entity"] == "client"]
    assert len(deletions) == ROWS - 1
