"""Rows that a configuration brings along: made when absent, never overwritten, never deleted.

A row that staff deleted does not come back: which keys were made once is remembered.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from config.specs.parts import RowsSpec
from generator.fields.exchange import NEUTRAL, FieldProblem
from runtime.actors import system
from runtime.database import as_system, transaction
from runtime.panel_state import read, write
from runtime.records.errors import RecordError
from runtime.records.gate import Records
from runtime.records.work import Work
from runtime.settings import StartProblem

if TYPE_CHECKING:
    from generator import EntityModel
    from runtime.panel import Panel

STATE_KEY = "first_rows"
_PROJECT = f"{STATE_KEY} project"
BY = system("first rows")

# (entity, key field) → text of the key → id
Known = dict[tuple[str, str], dict[str, int]]


def write_first_rows(panel: Panel) -> None:
    """Make the rows that are not there yet. Raises StartProblem for one that cannot be made."""
    with as_system(panel.engine) as connection:
        # Nothing in the configuration has changed: its long tables need not be read.
        if panel.project.digest and read(connection, _PROJECT) == panel.project.digest:
            return
    wanted = {name: list(_lines(panel, spec)) for name, spec in panel.project.rows.items()}
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
    with as_system(panel.engine) as connection:
        if read(connection, f"{STATE_KEY} digest") == digest:
            write(connection, _PROJECT, panel.project.digest)
            return
        made = json.loads(read(connection, STATE_KEY) or "{}")
    with transaction(panel.engine, BY, write=True) as connection:
        work = Work(panel, connection, BY, write=True)
        known: Known = {}
        for name in _in_order(panel, wanted):
            _make(work, Records(work), name, wanted[name], made, known)
        write(connection, STATE_KEY, json.dumps(made))
        write(connection, f"{STATE_KEY} digest", digest)
        write(connection, _PROJECT, panel.project.digest)


def _lines(panel: Panel, spec: RowsSpec) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield key → field → text of every row of a spec, those of its CSV file included."""
    for key, values in spec.values.items():
        yield key, {spec.key: key, **values}
    if spec.file is None:
        return
    place = panel.project.origins[f"rows/{spec.rows}"].position.file
    file = Path(place).parent / spec.file
    try:
        content = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise StartProblem(f"the first rows {file} cannot be read: {error.strerror}") from error
    for line in csv.DictReader(io.StringIO(content)):
        yield line[spec.key], {name: text for name, text in line.items() if text}


def _in_order(panel: Panel, wanted: Mapping[str, Any]) -> list[str]:
    """Return the entities so that rows come after those that they link to."""
    ordered: list[str] = []

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in ordered or name in above:
            return
        for bound in panel.generated.entities[name].fields.values():
            if bound.spec.type == "relation":
                for target in bound.spec.to:
                    if target in wanted:
                        add(target, (*above, name))
        ordered.append(name)

    for name in wanted:
        add(name, ())
    return ordered


def _make(
    work: Work, records: Any, entity: str, lines: list[tuple[str, dict[str, Any]]],
    made: dict[str, list[str]], known: Known,
) -> None:
    model, spec = work.model(entity), work.panel.project.rows[entity]
    present = _present(work, model, spec.key)
    before = set(made.get(entity, ()))
    key, given = "", []
    try:
        for key, values in lines:
            if key not in present and key not in before:
                given.append(
                    {
                        name: _value(work, model, name, text, known)
                        for name, text in values.items()
                    }
                )
        records.load_many(entity, given, source="the configuration")
    except (RecordError, FieldProblem) as error:
        raise StartProblem(f"the first rows of {entity} ({key} …) do not fit: {error}") from error
    made[entity] = sorted(before | {key for key, _ in lines})


def _present(work: Work, model: EntityModel, key: str) -> set[str]:
    """Return the keys that rows have, in the trash too."""
    bound = model.fields[key]
    rows = work.run(select(*bound.columns)).mappings()
    return {bound.type.export_text(bound, bound.type.from_columns(bound, row)) for row in rows}


def _value(
    work: Work, model: EntityModel, name: str, given: Any, known: Known
) -> Any:
    """Return the value of what stands in the file; a link is said by the key of its target."""
    bound = model.fields[name]
    if isinstance(given, dict):
        return bound.type.parse_json(bound, given)
    texts = [str(each) for each in given] if isinstance(given, (list, tuple)) else [str(given)]
    if bound.spec.type == "relation" and not bound.spec.to_any:
        return _linked(work, bound.spec.to[0], texts[0], known)
    return bound.type.parse(bound, texts, NEUTRAL)


def _linked(work: Work, entity: str, key: str, known: Known) -> int:
    spec = work.panel.project.rows.get(entity)
    ids = {} if spec is None else _ids(work, work.model(entity), spec.key, known)
    if key not in ids:
        raise StartProblem(f"a first row links to {entity} '{key}', which is not there")
    return ids[key]


def _ids(work: Work, model: EntityModel, key: str, known: Known) -> dict[str, int]:
    """Return key → id of every row, read once: links lead to entities made before."""
    if (model.name, key) not in known:
        bound = model.fields[key]
        rows = work.run(select(model.table.c.id, *bound.columns)).mappings()
        known[model.name, key] = {
            bound.type.export_text(bound, bound.type.from_columns(bound, row)): row["id"]
            for row in rows
        }
    return known[model.name, key]
