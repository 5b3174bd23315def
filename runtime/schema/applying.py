"""Carrying out a plan, so that a kill between any two statements leaves nothing half-done.

SQLite: one transaction, all or nothing; whoever comes second waits for the first. PostgreSQL: a
lock that only an apply takes, then one short transaction per operation. What an operation changes
in the meaning of fields is remembered in its own transaction, so that the next apply plans from
what really is there and goes on to the same end.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from generator.schema import create_functions
from runtime.actors import SYSTEM
from runtime.database import act_as
from runtime.panel_state import HISTORY, MEMORY, read, write
from runtime.schema.filling import Filling
from runtime.schema.guards import guards_off
from runtime.schema.memory import Memory, remembered
from runtime.schema.operations import Operation, Phase, Plan
from runtime.schema.plan import consumed_words, count, plan
from runtime.schema.problems import ApplyProblem
from runtime.schema.report import why_not
from runtime.schema.statements import run

if TYPE_CHECKING:
    from runtime.panel import Panel

logger = logging.getLogger(__name__)

LOCK = 7461637
LOCK_SECONDS = 3
TRIES = 40
PAUSE_SECONDS = 0.25
PAUSE_SECONDS_MAX = 5.0

_UPDATE = re.compile(r'UPDATE "(\w+)"')

_BEFORE_FILLING = (Phase.RENAME, Phase.CREATE, Phase.ADD, Phase.LOOSEN, Phase.CHANGE)

Told = Callable[[Operation], None]


@dataclass(slots=True)
class Applied:
    """What was done. `plan` is empty when there was nothing to do."""

    plan: Plan


def apply(panel: Panel, told: Told = lambda _: None, *, only_safe: bool = False) -> Applied:
    """Make the database fit the configuration; raise ApplyProblem with nothing changed.

    `told` hears of every operation before it runs. `only_safe`: refuse whatever an ack allows.
    """
    with act_as(SYSTEM):
        if panel.engine.dialect.name == "sqlite":
            return _at_once(panel, told, only_safe)
        return _one_by_one(panel, told, only_safe)


def remembered_in(connection: Connection) -> Memory | None:
    written = read(connection, MEMORY)
    return None if written is None else Memory.from_json(written)


def note(connection: Connection, panel: Panel) -> None:
    """Write down that the database is what the configuration wants."""
    memory = Memory.of(panel.generated)
    before = remembered_in(connection)
    words = frozenset(consumed_words(panel.generated)) | (before.consumed if before else set())
    write(connection, MEMORY, replace(memory, consumed=words).to_json())


# ---------------------------------------------------------------------- SQLite


def _at_once(panel: Panel, told: Told, only_safe: bool) -> Applied:
    with _unlinked(panel) as connection:
        found = plan(connection, panel.generated, remembered_in(connection)).plan
        _refuse(found, only_safe)
        for operation in found.operations:
            told(operation)
            _run(panel, connection, operation)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise ApplyProblem(
                f"row {broken[1]} of {broken[0]} would point to a row of {broken[2]} that is not "
                "there; nothing was changed"
            )
        _finish(panel, connection, found)
    return Applied(found)


@contextmanager
def _unlinked(panel: Panel) -> Iterator[Connection]:
    """Open a writing transaction in which a table may be made anew that others point to."""
    with panel.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA legacy_alter_table = OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            raw.execute("PRAGMA foreign_keys = ON")


# ---------------------------------------------------------------------- PostgreSQL


def _one_by_one(panel: Panel, told: Told, only_safe: bool) -> Applied:
    with panel.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as turn:
        turn.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        try:
            with panel.engine.begin() as connection:
                create_functions(connection)
            with panel.engine.begin() as connection:
                found = plan(connection, panel.generated, remembered_in(connection)).plan
            _refuse(found, only_safe)
            _patiently(lambda: _try_fillings(panel, found))
            for operation in found.operations:
                told(operation)
                _patiently(lambda operation=operation: _one(panel, turn, operation))
            with panel.engine.begin() as connection:
                _finish(panel, connection, found)
        finally:
            turn.execute(text(f"SELECT pg_advisory_unlock({LOCK})"))
    return Applied(found)


def _one(panel: Panel, turn: Connection, operation: Operation) -> None:
    if operation.alone:
        turn.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS}s'")
        for statement in operation.statements:
            run(turn, statement)
        return
    if operation.phase is Phase.FILL:
        _fill(panel, operation)
        return
    with panel.engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
        _run(panel, connection, operation)


def _patiently(run: Callable[[], None]) -> None:
    """Run again what only waited too long for a lock: the writers' turn comes first."""
    pause = PAUSE_SECONDS
    for last in (False,) * (TRIES - 1) + (True,):
        try:
            return run()
        except OperationalError as error:
            if last or "lock timeout" not in str(error.orig):
                raise
            time.sleep(pause)
            pause = min(pause * 2, PAUSE_SECONDS_MAX)
    return None


def _try_fillings(panel: Panel, found: Plan) -> None:
    """Raise ApplyProblem for a row that a backfill cannot fill, before anything is changed.

    A backfill sees new names and converted values: where there are any, what comes before it is
    done in a transaction that is taken back.
    """
    fillings = [
        each.field for each in found.operations if each.phase is Phase.FILL and each.field
    ]
    if not fillings:
        return
    earlier = [each for each in found.operations if each.phase in _BEFORE_FILLING]
    with panel.engine.connect() as connection:
        if any(each.phase in (Phase.RENAME, Phase.CHANGE) for each in earlier):
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            for each in earlier:
                if not each.alone:
                    _run(panel, connection, each)
        for entity, name in fillings:
            Filling(panel, connection, entity, name).try_all()
        connection.rollback()


def _fill(panel: Panel, operation: Operation) -> None:
    assert operation.field is not None
    after: int | None = 0
    while after is not None:
        with panel.engine.begin() as connection:
            with guards_off(connection, operation.table):
                after = Filling(panel, connection, *operation.field).fill(after)
            if after is None:
                _forget_filling(connection, operation)


# ---------------------------------------------------------------------- both


def _refuse(found: Plan, only_safe: bool) -> None:
    said = why_not(found, only_safe=only_safe)
    if said:
        raise ApplyProblem(said)


def _run(panel: Panel, connection: Connection, operation: Operation) -> None:
    """Run one operation in the transaction of `connection`."""
    if operation.allowed and operation.rows is not None and not _is_sqlite(connection):
        _ask_again(panel, connection, operation)
    if operation.phase is Phase.FILL and operation.field is not None:
        _fill_here(panel, connection, operation)
    for statement in operation.statements:
        updated = _UPDATE.match(statement)
        try:
            with guards_off(connection, updated[1]) if updated else nullcontext():
                run(connection, statement)
        except DBAPIError as error:
            said = str(error.orig).splitlines()[0]
            raise ApplyProblem(f"{operation.said}: {said}; it was not done") from error
    _remember(panel, connection, operation)


def _is_sqlite(connection: Connection) -> bool:
    """Whether the plan was made in the same transaction, so that its counts still hold."""
    return connection.dialect.name == "sqlite"


def _ask_again(panel: Panel, connection: Connection, operation: Operation) -> None:
    """Count once more in the transaction that loses the rows: they may have become more."""
    assert operation.rows is not None
    connection.exec_driver_sql(f'LOCK TABLE "{operation.table}" IN SHARE ROW EXCLUSIVE MODE')
    affected, _ = count(connection, operation.rows)
    most = panel.project.acks[operation.allowed].rows_max
    if affected > most:
        raise ApplyProblem(
            f"{operation.said}: {affected} rows are affected by now, and ack {operation.allowed} "
            f"allows at most {most}; it was not done"
        )


def _fill_here(panel: Panel, connection: Connection, operation: Operation) -> None:
    assert operation.field is not None
    filling = Filling(panel, connection, *operation.field)
    with guards_off(connection, operation.table):
        after: int | None = 0
        while after is not None:
            after = filling.fill(after)


def _remember(panel: Panel, connection: Connection, operation: Operation) -> None:
    if operation.memory is not None:
        _write(connection, operation.memory)
    elif operation.field is not None and operation.phase is Phase.ADD:
        memory = _memory(panel, connection)
        _write(connection, replace(
            memory, filling=memory.filling | {".".join(operation.field)}
        ))
    elif operation.field is not None and operation.phase is not Phase.FILL:
        memory = _memory(panel, connection)
        entity, name = operation.field
        bound = panel.generated.entities[entity].fields[name]
        fields = {key: dict(each) for key, each in memory.fields.items()}
        fields.setdefault(entity, {})[name] = remembered(bound)
        _write(connection, replace(memory, fields=fields))


def _forget_filling(connection: Connection, operation: Operation) -> None:
    memory = remembered_in(connection)
    if memory is not None and operation.field is not None:
        _write(connection, replace(memory, filling=memory.filling - {".".join(operation.field)}))


def _memory(panel: Panel, connection: Connection) -> Memory:
    return remembered_in(connection) or plan(connection, panel.generated, None).memory


def _write(connection: Connection, memory: Memory) -> None:
    write(connection, MEMORY, memory.to_json())


def _finish(panel: Panel, connection: Connection, found: Plan) -> None:
    note(connection, panel)
    if not found:
        return
    connection.execute(HISTORY.insert().values(
        at=panel.clock.now().isoformat(), config=panel.project.digest,
        operations=json.dumps([
            {"grade": each.grade, "said": each.said, "rows": each.affected, "ack": each.allowed}
            for each in found.operations
        ]),
    ))
    logger.info("the database was changed: %s", "; ".join(each.said for each in found.operations))
