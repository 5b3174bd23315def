"""A plan as people and tools read it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from runtime.schema.operations import Grade, Operation, Plan

NOTHING, WAITING, REFUSED = 0, 3, 4

_HEADS = {
    Grade.SAFE: "safe: nothing is lost",
    Grade.LOSSY: "lossy: values of rows change or are needed",
    Grade.DESTRUCTIVE: "destructive: values of rows go",
}


def status(plan: Plan) -> int:
    """Return the exit status: 0 nothing to do, 3 something waits, 4 something is refused."""
    if not plan:
        return NOTHING
    return REFUSED if plan.waiting else WAITING


def as_text(plan: Plan, *, sql: bool = False) -> str:
    """Return the plan by grade, each operation with its rows, its ack or what it needs."""
    if not plan:
        return "\n".join(("The database fits the configuration.", *plan.notes))
    lines: list[str] = []
    for grade in Grade:
        found = plan.of_grade(grade)
        if not found:
            continue
        lines += ["", _HEADS[grade]] if lines else [_HEADS[grade]]
        for each in found:
            lines += _lines(each, sql)
    for said in plan.notes:
        lines += ["", said]
    return "\n".join((*lines, "", _ending(plan)))


def as_json(plan: Plan) -> str:
    return json.dumps({
        "status": status(plan),
        "dialect": plan.dialect,
        "operations": [
            {
                "grade": each.grade, "phase": each.phase, "table": each.table,
                "address": each.address, "what": each.said, "statements": list(each.statements),
                "rows": each.affected, "first_ids": list(each.ids),
                "refused": each.refused or None, "ack": each.allowed or None,
                "waits": each.waits,
            } for each in plan.operations
        ],
        "notes": list(plan.notes),
    }, indent=2)


def why_not(plan: Plan, *, only_safe: bool = False) -> str:
    """Return why the plan cannot run, empty when it can."""
    kept = plan.waiting
    if only_safe:
        kept = tuple(each for each in plan.operations if each.waits or each.allowed)
    if not kept:
        return ""
    return "\n".join((
        "the database does not fit the configuration, and nothing was changed:",
        *(line for each in kept for line in _lines(each, False)), "",
        "Mend the configuration, acknowledge what is meant with an ack, or use the configuration "
        "that this database was made with.",
    ))


def _lines(each: Operation, sql: bool) -> Iterator[str]:
    yield f"  {each.said}{_rows(each)}"
    if each.refused:
        yield f"      {each.address}: {each.refused}"
    elif each.allowed:
        yield f"      acknowledged by ack/{each.allowed}"
    elif each.waits:
        yield f"      needs an ack:  {_ack(each)}"
    if sql:
        for statement in each.statements:
            yield "      " + " ".join(statement.split()) + ";"


def _rows(each: Operation) -> str:
    if each.rows is None or not each.affected:
        return ""
    ids = ", ".join(map(str, each.ids)) + (", …" if each.affected > len(each.ids) else "")
    return f"  ({each.affected} {'row' if each.affected == 1 else 'rows'}: {ids})"


def _ack(each: Operation) -> str:
    key = "drop" if each.grade is Grade.DESTRUCTIVE else "change"
    name = each.address.removeprefix("entity/").replace("/fields/", "_").replace("/", "_")
    return f"{{ack: {key}_{name}, {key}: {each.address}, rows_max: {each.affected}}}"


def _ending(plan: Plan) -> str:
    if plan.waiting:
        number = len(plan.waiting)
        return f"{number} of {len(plan.operations)} cannot run; nothing was changed."
    return f"{len(plan.operations)} waiting: panelwright apply runs them."
