"""`panelwright why ADDRESS`: which layer, file and line set a value, and what it replaced."""

from __future__ import annotations

from dataclasses import dataclass

from config.errors import suggest
from config.project import Project

_ENDING_MAX = 8


@dataclass(frozen=True, slots=True)
class Answer:
    found: bool
    text: str


def explain_origin(project: Project, address: str) -> Answer:
    """Tell the origin of `address` (`entity/invoice/fields/due_date`), or the nearest address."""
    address = address.strip("/")
    if address not in project.origins:
        return Answer(False, _unknown(project, address))
    origin = project.origins[address]
    lines = [f"{address}: {origin.position} (layer {origin.layer})"]
    lines += [
        f"    before: {change.value}\n        {change.position} (layer {change.layer})"
        for change in reversed(origin.changes)
    ]
    return Answer(True, "\n".join(lines))


def _unknown(project: Project, address: str) -> str:
    """Name the longest part of the address that exists, and what could follow it."""
    meant = _with_slashes(project, address)
    if meant is not None:
        return f"there is no '{address}'; did you mean '{meant}'?"
    ending = _ending_with(project, address)
    field = _field_meant(project, address)
    if field is not None and not ending:
        return f"there is no '{address}'; did you mean '{field}'?"
    if ending:
        ending = [field, *ending] if field is not None and field not in ending else ending
        return f"there is no '{address}'; write one of: {', '.join(ending)}"
    parts = address.split("/")
    known = 0
    for length in range(len(parts) - 1, 0, -1):
        if "/".join(parts[:length]) in project.origins:
            known = length
            break
    start = "/".join(parts[:known]) + "/" if known else ""
    depth = known + 1 if known else 2
    candidates = {
        "/".join(each.split("/")[:depth])[len(start):]
        for each in project.origins
        if each.startswith(start)
    } - {""}
    missing = "/".join(parts[known:depth])
    hint = suggest(missing, candidates)
    where = f"{start[:-1]} has no '{missing}'" if known else f"there is no '{missing}'"
    return f"{where}; {hint}" if hint else where


def _ending_with(project: Project, address: str) -> list[str]:
    """Return the addresses that end so, objects before what stands in them."""
    found = [each for each in project.origins if each.endswith(f"/{address}")]
    return sorted(found, key=lambda each: (each.count("/"), each))[:_ENDING_MAX]


def _field_meant(project: Project, address: str) -> str | None:
    """Return the address of a field that was written as expressions do: `client.name`."""
    entity, *path = address.replace("/", ".").split(".")
    meant = "/".join(("entity", entity, "fields", *path))
    return meant if path and meant in project.origins else None


def _with_slashes(project: Project, address: str) -> str | None:
    """Return the address that was written with dots: of a machine one belongs to its name."""
    dotted = address.replace("/", ".")
    if dotted == address.replace(".", "/"):
        return None
    return next((each for each in project.origins if each.replace("/", ".") == dotted), None)
