"""What happened to a row: who, when, what it was and what it became, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from generator.fields.base import BoundField
from generator.fields.exchange import FieldProblem
from runtime.pages.context import PageContext
from runtime.pages.filters import titles_of
from runtime.pages.log_words import ACTIONS, who, why
from runtime.records.history import is_readable
from runtime.records.values import Change, Record

TEXT_MAX = 300
# After a creation there is nothing before; a move is undone by another move.
_UNDONE = frozenset({"edit", "update"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    name: str
    label: str
    old: str
    new: str
    back_url: str | None = None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    action: str
    title: str
    who: str
    at: Markup
    reason: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryPage:
    entries: tuple[HistoryEntry, ...]


def build_history(
    context: PageContext, record: Record, changes: Iterable[Change]
) -> HistoryPage:
    """Return the page of a row's history, newest first, as the gate gives it."""
    return HistoryPage(tuple(_entry(context, record, change) for change in changes))


def _entry(context: PageContext, record: Record, change: Change) -> HistoryEntry:
    entity = record.entity
    fields = context.model(entity).fields
    return HistoryEntry(
        action=change.action,
        title=_title(context, entity, change),
        who=who(change.actor_name, change.actor_kind, context.translate)
        or _nameless(context, change),
        at=_moment(context, entity, change),
        reason=why(change.reason, change.action, context.translate),
        changes=tuple(
            replace(
                _change(context, fields.get(name), name, old, new),
                back_url=_back_url(context, record, change, name),
            )
            for name, (old, new) in change.fields.items()
        ),
    )


def _back_url(
    context: PageContext, record: Record, change: Change, name: str
) -> str | None:
    """Return where the value before a change can be put back, for who may write it."""
    bound = context.model(record.entity).fields.get(name)
    if context.area != "staff" or change.action not in _UNDONE or bound is None:
        return None
    if not is_readable(bound) or name not in context.records.editable_fields(
        record.entity, record
    ):
        return None
    url = context.links.record(record.entity, record.id)
    return f"{url}/history/{change.id}/{name}"


def _nameless(context: PageContext, change: Change) -> str:
    if change.actor_kind == "staff":
        return context.translate("Staff")
    return context.translate("The panel itself")


def _moment(context: PageContext, entity: str, change: Change) -> Markup:
    # Every entity has `created_at`, which writes moments as the rest of the page does.
    bound = context.model(entity).fields["created_at"]
    return bound.type.cell(bound, change.at, context.format)


def _title(context: PageContext, entity: str, change: Change) -> str:
    if change.action != "move":
        word = ACTIONS.get(change.action)
        return context.translate(word) if word else context.text(None, change.action)
    for field, machine in context.model(entity).machines.items():
        if change.move in machine.moves:
            move = context.text(machine.moves[change.move].label, change.move)
            states = getattr(context.model(entity).fields[field].spec, "of", {})
            old = context.text(states.get(change.from_state), change.from_state)
            new = context.text(states.get(change.to_state), change.to_state)
            return f"{move}: {old} → {new}"
    return context.text(None, change.move)


def _change(
    context: PageContext, bound: BoundField | None, name: str, old: Any, new: Any
) -> FieldChange:
    if bound is None:
        return FieldChange(name, context.text(None, name), _plain(old), _plain(new))
    label = bound.label(context.format.locale)
    return FieldChange(name, label, _text(context, bound, old), _text(context, bound, new))


def _text(context: PageContext, bound: BoundField, data: Any) -> str:
    """Return a JSON value as the field writes it; what no longer fits the field as it is."""
    if data is None:
        return ""
    try:
        value = bound.type.parse_json(bound, data)
        if bound.spec.type == "relation":
            return _link(context, bound, value)
        return _short(bound.type.text(bound, value, context.format))
    except (FieldProblem, TypeError, ValueError, KeyError):
        return _plain(data)


def _link(context: PageContext, bound: BoundField, value: Any) -> str:
    """Return the title of a linked row as it is now, its number when it is out of sight."""
    entity, id_ = value if isinstance(value, tuple) else (bound.spec.to[0], value)
    return titles_of(context, entity, [str(id_)]).get(str(id_), f"#{id_}")


def value_text(context: PageContext, bound: BoundField, value: Any) -> str:
    """Return a value as the history writes it."""
    return _text(context, bound, bound.type.json(bound, value))


def _plain(data: Any) -> str:
    return "" if data is None else _short(str(data))


def _short(text: str) -> str:
    return text if len(text) <= TEXT_MAX else f"{text[:TEXT_MAX]}…"
