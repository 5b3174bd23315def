"""Does the database fit the configuration? An empty one is made to; another is compared.

On the embedded SQLite, steps that lose nothing are done at once, after a backup; everything else
stops the start and shows the plan, and so does a secret key that does not open what is stored
here. What was found to fit is not compared again while it, the configuration and the code that
makes tables of it stay the same.
"""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy
from sqlalchemy import Connection, inspect, text

from config.cache import code_digest
from generator.schema import create_schema
from runtime import panel_state
from runtime.backup.embedded import copy_before_change
from runtime.crypto import CannotOpen
from runtime.database import as_system
from runtime.panel_state import MEMORY, STATE, read, write
from runtime.schema.applying import apply, note, remembered_in
from runtime.schema.operations import Plan
from runtime.schema.plan import plan
from runtime.schema.report import why_not
from runtime.schema.shapes import comment_of, comments_of
from runtime.settings import StartProblem

if TYPE_CHECKING:
    from runtime.panel import Panel

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[1]

FITS, KEY_CHECK = "fits", "key_check"
_KEY_CONTEXT = "panel_state.key_check"
_LOCK = 7461636


def fit_database(panel: Panel, *, adapt: bool = False) -> None:
    """Make an empty database fit, check another; raise StartProblem when it does not.

    `adapt`: do what loses nothing, on the embedded SQLite alone.
    """
    found = _difference(panel)
    if not found:
        return
    said = why_not(found, only_safe=True)
    if said:
        raise StartProblem(said)
    if not adapt or panel.engine.dialect.name != "sqlite":
        raise StartProblem(
            "the database does not fit the configuration yet:\n"
            + "\n".join(f"  {each.said}" for each in found.operations)
            + "\npanelwright plan shows it in full, panelwright apply does it"
        )
    kept = copy_before_change(panel.engine, panel.settings.var, panel.clock.now())
    logger.info("the database was copied to %s before it is changed", kept)
    apply(panel, only_safe=True)
    with as_system(panel.engine) as connection:
        _note(connection, panel)


def create_tables(connection: Connection, panel: Panel) -> None:
    """Make every table of an empty database, and write down what they mean."""
    panel_state.create(connection)
    create_schema(connection, panel.generated)
    if connection.dialect.name == "postgresql":
        _write_marks(connection, panel)
    note(connection, panel)
    write(connection, KEY_CHECK, panel.settings.cipher().encrypt("panel", _KEY_CONTEXT))


def _difference(panel: Panel) -> Plan | None:
    """Return what is to be done, None when the database fits."""
    with as_system(panel.engine) as connection:
        _lock(connection)
        if not inspect(connection).has_table(STATE.name):
            _refuse_foreign(connection, panel)
            create_tables(connection, panel)
            _note(connection, panel)
            return None
        panel_state.create(connection)
        _check_key(connection, panel)
        if panel.project.digest and read(connection, FITS) == _fingerprint(connection, panel):
            return None
        found = plan(connection, panel.generated, remembered_in(connection)).plan
        for said in found.notes:
            logger.warning("%s", said)
        if found:
            return found
        note(connection, panel)
        _note(connection, panel)
    return None


def _write_marks(connection: Connection, panel: Panel) -> None:
    """Write into the comments of indexes and triggers which definition they were made from."""
    tables = panel.generated.metadata.tables
    for table in tables.values():
        for index in table.indexes:
            connection.exec_driver_sql(comment_of(index))
    for extra in panel.generated.extras:
        for statement in comments_of(extra, tables[extra.table]):
            connection.exec_driver_sql(statement)


def _note(connection: Connection, panel: Panel) -> None:
    write(connection, FITS, _fingerprint(connection, panel))


def _fingerprint(connection: Connection, panel: Panel) -> str:
    """Return a digest of all that the wanted tables follow from, and of those that are there."""
    there = ""
    if connection.dialect.name == "sqlite":
        # A number that every change of any table raises.
        there = str(connection.exec_driver_sql("PRAGMA schema_version").scalar())
    parts = (
        read(connection, MEMORY), panel.project.digest, connection.dialect.name, there,
        sqlalchemy.__version__,
        code_digest(
            _ROOT / "config", _ROOT / "generator", _ROOT / "runtime" / "schema", Path(__file__)
        ),
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _lock(connection: Connection) -> None:
    # Two servers that start at once on an empty database; SQLite has one writer anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def _refuse_foreign(connection: Connection, panel: Panel) -> None:
    present = set(inspect(connection).get_table_names())
    clashing = sorted(present & set(panel.generated.metadata.tables))
    if clashing:
        raise StartProblem(
            f"the database already has a table '{clashing[0]}' that this panel did not make: "
            "give the panel a database of its own"
        )


def _check_key(connection: Connection, panel: Panel) -> None:
    token = read(connection, KEY_CHECK)
    cipher = panel.settings.cipher()
    try:
        opened = token is not None and cipher.decrypt(token, _KEY_CONTEXT) == "panel"
    except CannotOpen:
        opened = False
    if not opened:
        raise StartProblem(
            "PANEL_SECRET_KEY is not the key that this database was made with: "
            "set that key, or put it after the new one, separated by a space"
        )
    if token is not None and not cipher.is_current(token):
        write(connection, KEY_CHECK, cipher.rewrap(token, _KEY_CONTEXT))
