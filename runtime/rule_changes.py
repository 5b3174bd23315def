"""A rule that came or became stricter: rows that break it are shown to staff as a saved view.

    what was asked at the last start ─┐
                                      ├─> entities of which more is asked ─> rows that break it
    what the configuration asks ──────┘          ─> the saved view "Breaks a rule", shared

The rows stay as they are and can be changed (runtime.records.rules). A view whose rows have all
been mended goes at the next start.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, text

from config import labels
from runtime.actors import system
from runtime.database import as_system, transaction
from runtime.panel_state import read, write
from runtime.records import reading, saved, writing
from runtime.records.work import Work

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from generator import EntityModel
    from runtime.panel import Panel

logger = logging.getLogger(__name__)

STATE_KEY = "rules"
BY = system("start")
_LOCK = 7461638
_CONDITIONS = ("required", "require_when", "show_when", "min", "max", "pattern")

# entity → where something is asked → what is asked
Asked = Mapping[str, Mapping[str, str]]


def note_rules(panel: Panel) -> None:
    """Look for rows that break what is asked anew, and keep the list of them up to date."""
    with as_system(panel.engine) as connection:
        before = json.loads(read(connection, STATE_KEY) or "{}")
    views = before.get("views", [])
    if panel.project.digest and before.get("project") == panel.project.digest and not views:
        return
    asked = {name: found for name, model in panel.generated.entities.items()
             if (found := _asked_of(model)) and _view_of(model)}
    known: Asked = before.get("asked", {})
    stricter = {name for name, each in asked.items() if each.items() - known.get(name, {}).items()}
    with transaction(panel.engine, BY, write=True) as connection:
        _lock(connection)
        work = Work(panel, connection, BY, write=True)
        kept = [name for name in sorted(stricter | set(views)) if _keep(work, name)]
        write(connection, STATE_KEY, json.dumps(
            {"project": panel.project.digest, "asked": asked, "views": kept}
        ))


def _asked_of(model: EntityModel) -> dict[str, str]:
    """Return what an entity asks of its rows, as texts that change when it does."""
    found = {f"rules/{key}": f"{rule.check} {rule.enforce}"
             for key, rule in model.spec.rules.items()}
    for name, bound in model.fields.items():
        given = {key: str(value) for key in _CONDITIONS
                 if (value := getattr(bound.spec, key, None)) not in (None, False)}
        if given and bound.columns and not bound.implicit:
            found[f"fields/{name}"] = json.dumps(given, sort_keys=True)
    return found


def _view_of(model: EntityModel) -> str | None:
    return next((name for name, view in model.views.items() if view.breaks_rules), None)


def _keep(work: Work, entity: str) -> bool:
    """Make the saved view of an entity when some row breaks a rule, else drop it; say which."""
    model = work.panel.generated.entities.get(entity)
    view = None if model is None else _view_of(model)
    if model is None or view is None or model.spec.internal:
        _drop(work, entity)
        return False
    counted = reading.count(work, entity, view)
    if not counted.number:
        _drop(work, entity)
        return False
    if not _is_there(work, entity):
        number = counted.text("en")
        logger.warning(
            "%s: %s rows break a rule that is new or stricter; they stay, and staff find them "
            "under the saved view of the list", entity, number,
        )
        writing.create(work.trusted(), saved.ENTITY, {
            "entity": entity, "name": _name(model, view), "shared": True,
            "query": [["view", view]],
        })
    return True


def _name(model: EntityModel, view: str) -> str:
    return labels.text(model.views[view].label, view, model.facts.default_locale)[:80]


def _is_there(work: Work, entity: str) -> bool:
    return work.run(select(_own(work, entity).exists())).scalar() is True


def _drop(work: Work, entity: str) -> None:
    table = work.table(saved.ENTITY)
    work.run(delete(table).where(table.c.staff_id.is_(None), table.c.entity == entity))


def _own(work: Work, entity: str) -> Any:
    table = work.table(saved.ENTITY)
    return select(table.c.id).where(table.c.staff_id.is_(None), table.c.entity == entity)


def _lock(connection: Connection) -> None:
    # Servers that start at once would each make the view; SQLite has one writer anyway.
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
