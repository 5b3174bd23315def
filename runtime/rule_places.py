"""Where a rule that decided stands: file and line of the role, the move or the entity."""

from __future__ import annotations

import re
from collections.abc import Iterable

from config.grants import EVERY_ENTITY
from config.project import Project
from generator.access_table import Permit
from runtime.access import Decision

_OF_ENTITY = re.compile(r"entity (\w+)(?:, (\w+))?\Z")


def rule_place(project: Project, decision: Decision) -> str:
    """Return ` (roles/support.yaml:12)` for the rule of a decision, "" when it stands nowhere."""
    return _place(project, _addresses(decision))


def why_outside(project: Project, decision: Decision) -> str:
    """Say which scopes and rights leave a row out, "" when something else refuses it."""
    said = dict.fromkeys(
        text for permit in decision.outside for text in _conditions(project, permit)
    )
    return "the row is not " + ", nor ".join(said) if said else ""


def _conditions(project: Project, permit: Permit) -> Iterable[str]:
    grant = permit.grant
    allow = f"role/{grant.role}/allow/{grant.entity}"
    parts = []
    if permit.scope is not None:
        place = _place(project, (f"{allow}/scope", f"role/{grant.role}/scope/{grant.entity}"))
        parts.append(f"in the scope `{permit.scope.text}`{place}")
    if permit.needs is not None:
        place = _place(project, (f"{allow}/needs",))
        parts.append(f"where the right {permit.needs.right} is held{place}")
    return [" and ".join(parts)] if parts else []


def _addresses(decision: Decision) -> tuple[str, ...]:
    rule = decision.rule
    entity = _OF_ENTITY.match(rule)
    if entity:
        address = f"entity/{entity[1]}"
        return (f"{address}/{entity[2]}", address) if entity[2] else (address,)
    if decision.permit is None:
        return (rule, rule.rpartition("/")[0])
    grant = decision.permit.grant
    # `role support, client, see all`: the key is the word after the entity.
    key = rule.rpartition(", ")[2].partition(" ")[0]
    named = f"role/{grant.role}/allow/{grant.entity}"
    every = f"role/{grant.role}/allow/{EVERY_ENTITY}"
    # A short form has no keys: what it allows stands where it does.
    return (f"{named}/{key}", named, f"{every}/{key}", every)


def _place(project: Project, addresses: Iterable[str]) -> str:
    for address in addresses:
        if address in project.origins:
            position = project.origins[address].position
            return f" ({position.file}:{position.line})"
    return ""
