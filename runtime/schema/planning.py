"""`panelwright plan` and `panelwright apply`: a plan of a whole panel, and its carrying out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect

from runtime import panel_state
from runtime.actors import SYSTEM
from runtime.database import as_system, transaction
from runtime.schema.applying import Applied, Told, apply, remembered_in
from runtime.schema.operations import Plan
from runtime.schema.plan import plan

if TYPE_CHECKING:
    from runtime.panel import Panel


def planned(panel: Panel) -> Plan:
    """Return what would make the database fit. Writes nothing."""
    with transaction(panel.engine, SYSTEM, write=False) as connection:
        known = inspect(connection).has_table(panel_state.STATE.name)
        memory = remembered_in(connection) if known else None
        return plan(connection, panel.generated, memory).plan


def apply_plan(panel: Panel, told: Told) -> Applied:
    """Make the database fit; an empty one gets its tables."""
    from runtime.fitting import create_tables

    with as_system(panel.engine) as connection:
        if not inspect(connection).has_table(panel_state.STATE.name):
            create_tables(connection, panel)
            return Applied(Plan(connection.dialect.name))
        panel_state.create(connection)
    return apply(panel, told)
