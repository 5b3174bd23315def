"""Two edits of one row met: both are shown field by field, and a person chooses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from runtime.pages.context import PageContext
from runtime.pages.rows import cell_writer
from runtime.records.errors import Conflict

_OWN = frozenset({"csrf_token", "version", "merge"})


@dataclass(frozen=True, slots=True)
class ConflictRow:
    name: str
    label: str
    mine: Markup
    theirs: Markup
    take_theirs: bool


@dataclass(frozen=True, slots=True)
class ConflictPage:
    """`hidden` sends again what was typed; `version` is the one the choice is saved on top of."""

    title: str
    text: str
    action: str
    cancel_url: str
    version: int | None
    rows: tuple[ConflictRow, ...]
    hidden: tuple[tuple[str, str], ...]


def build_conflict(
    context: PageContext, conflict: Conflict, pairs: Iterable[tuple[str, Any]]
) -> ConflictPage:
    """Return the page that shows both edits. `pairs` is the form that was refused."""
    current = conflict.current
    fields = context.model(current.entity).fields
    names = [name for name in fields if name in conflict.mine | conflict.theirs]
    rows = tuple(
        _row(context, conflict, name) for name in names
        if name in current.values or name in conflict.submitted
    )
    return ConflictPage(
        title=context.translate("{title} was changed by someone else").format(title=current.title),
        text=context.translate(
            "While you were editing, another edit was saved. Choose what to keep for each field; "
            "nothing is saved until you do."
        ),
        action=context.links.edit(current.entity, current.id),
        cancel_url=context.links.record(current.entity, current.id),
        version=current.version,
        rows=rows,
        hidden=tuple(
            (name, value) for name, value in pairs
            if isinstance(value, str) and name not in _OWN and not name.startswith("keep.")
        ),
    )


def _row(context: PageContext, conflict: Conflict, name: str) -> ConflictRow:
    current = conflict.current
    bound = context.model(current.entity).fields[name]
    theirs = cell_writer(bound, name, context.format)(current)
    mine = theirs if name not in conflict.mine else _mine(context, conflict, name)
    return ConflictRow(
        name, bound.label(context.format.locale), Markup(mine), Markup(theirs),
        take_theirs=name not in conflict.mine,
    )


def _mine(context: PageContext, conflict: Conflict, name: str) -> str:
    bound = context.model(conflict.current.entity).fields[name]
    value = conflict.submitted.get(name)
    if bound.spec.type == "relation" and value is not None:
        from runtime.pages.filters import titles_of

        entity = value[0] if isinstance(value, tuple) else bound.spec.to[0]
        id_ = value[1] if isinstance(value, tuple) else value
        known = titles_of(context, entity, [str(id_)])
        return Markup("{}").format(known.get(str(id_), f"#{id_}"))
    if bound.spec.type == "many":
        return Markup("{}").format(context.translate("changed rows"))
    return bound.type.cell(bound, value, context.format)


def merged(values: Mapping[str, Any], choices: Mapping[str, str]) -> dict[str, Any]:
    """Return what is left to write: fields for which the other edit was chosen stay as they are."""
    return {name: value for name, value in values.items() if choices.get(name) != "theirs"}


def choices_of(pairs: Iterable[tuple[str, Any]]) -> dict[str, str]:
    return {
        name.removeprefix("keep."): value
        for name, value in pairs
        if name.startswith("keep.") and isinstance(value, str)
    }



