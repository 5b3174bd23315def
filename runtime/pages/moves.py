"""What may be done with a row, and the question that is asked before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.fields.base import BoundField
from generator.fields.exchange import Form
from runtime.pages.answers import answer_fields
from runtime.pages.context import PageContext
from runtime.pages.controls import Filling, FormField, form_field
from runtime.pages.forms import FormProblem
from runtime.pages.submitted import Submitted, read_fields
from runtime.pages.typed import settle_typed
from runtime.records.values import AvailableMove, Record

PRIMARY_MAX = 2


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One thing that may be done; `refused` says why it cannot be done now."""

    label: str
    url: str
    icon: str
    dialog: bool = False
    danger: bool = False
    line: bool = False
    refused: str = ""


@dataclass(frozen=True, slots=True)
class MoveButton:
    label: str
    url: str
    icon: str
    look: str


@dataclass(frozen=True, slots=True)
class MoveDialog:
    """A question with its answers; without `possible` it only explains why not.

    `other` are buttons that do something else with the same form: label and address.
    """

    title: str
    text: str
    action: str
    cancel_url: str
    submit: str
    fields: tuple[FormField, ...] = ()
    problems: tuple[FormProblem, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()
    refused: str = ""
    danger: bool = False
    possible: bool = True
    multipart: bool = False
    other: tuple[tuple[str, str], ...] = ()


def row_menu(
    context: PageContext, record: Record, *, with_open: bool = False,
    moves: Sequence[AvailableMove] | None = None,
) -> tuple[MenuEntry, ...]:
    """Return what this actor may do with the row, moves first; what is refused says why."""
    links, records, translate = context.links, context.records, context.translate
    entity, entries = record.entity, []
    if record.deleted_at is not None:
        return _trash_menu(context, record)
    if with_open:
        url = links.record(entity, record.id)
        entries.append(MenuEntry(translate("Open"), url, "arrow-up-right"))
        if records.can("edit", entity, record):
            entries.append(MenuEntry(translate("Edit"), links.edit(entity, record.id), "pencil"))
    available = records.moves(entity, record) if moves is None else moves
    for index, move in enumerate(available):
        entries.append(MenuEntry(
            move.label, links.move(entity, record.id, move.name), move.spec.icon or "arrow-right",
            dialog=True, danger=move.spec.danger, line=index == 0 and bool(entries),
            refused=move.refused or "",
        ))
    if records.may("delete", entity, record):
        entries.append(MenuEntry(
            translate("Delete"), links.action(entity, record.id, "delete"), "trash",
            dialog=True, danger=True, line=bool(entries),
        ))
    return tuple(entries)


def _trash_menu(context: PageContext, record: Record) -> tuple[MenuEntry, ...]:
    links, entity = context.links, record.entity
    offered = (
        ("restore", context.translate("Restore"), "arrow-back-up", False),
        ("purge", context.translate("Delete forever"), "trash", True),
    )
    return tuple(
        MenuEntry(label, links.action(entity, record.id, right), icon, dialog=True, danger=danger)
        for right, label, icon, danger in offered
        if context.records.may(right, entity, record)
    )


def primary_moves(
    context: PageContext, record: Record, available: Iterable[AvailableMove]
) -> tuple[MoveButton, ...]:
    """Return the moves that stand as buttons: the first that can be made and are no danger.

    The first one that leads to a good state stands out; leading away from one never does.
    """
    possible = [move for move in available if not move.refused and not move.spec.danger]
    buttons = [
        MoveButton(
            move.label, context.links.move(record.entity, record.id, move.name),
            move.spec.icon or "arrow-right", "btn-plain",
        )
        for move in possible[:PRIMARY_MAX]
    ]
    for index, move in enumerate(possible[:PRIMARY_MAX]):
        if _mends(context, record, move):
            buttons[index] = replace(buttons[index], look="btn-primary")
            break
    return tuple(buttons)


def _mends(context: PageContext, record: Record, move: AvailableMove) -> bool:
    """Say whether the move leads to a good state from one that is not."""
    model = context.model(record.entity)
    for field, machine in model.machines.items():
        if move.name in machine.moves:
            badges = getattr(model.fields[field].spec, "badges", {})
            return badges.get(move.spec.to) == "ok" != badges.get(record.get(field))
    return False


# ---------------------------------------------------------------------- the form of a move


def read_answers(context: PageContext, fields: Iterable[BoundField], form: Form) -> Submitted:
    sent = Submitted()
    sent.values = read_fields(sent, fields, form, context.format)
    settle_typed(context, sent, fields, form, sent.values)
    return sent


def move_dialog(
    context: PageContext, record: Record, move: AvailableMove, *, sent: Submitted | None = None,
    problem: str = "",
) -> MoveDialog:
    """Return the question before one row makes a move."""
    translate, spec = context.translate, move.spec
    fields = answer_fields(context, record.entity, move.name)
    drawn = tuple(form_field(context, bound, _empty(fields, context, sent)) for bound in fields)
    refused = move.refused or problem
    return MoveDialog(
        title=f"{move.label}: {record.title}",
        text=context.text(spec.help) or _way(context, record, move),
        action=context.links.move(record.entity, record.id, move.name),
        cancel_url=context.links.record(record.entity, record.id),
        submit=move.label,
        fields=drawn if not move.refused else (),
        problems=answer_problems(drawn, sent),
        hidden=state_shown(context, record, move.name),
        refused=refused,
        danger=spec.danger,
        possible=not move.refused,
        multipart=any(bound.spec.type in ("file", "image") for bound in fields),
        facts=(translate("This cannot be undone by a single click."),)
        if spec.confirm and spec.danger else (),
    )


def _way(context: PageContext, record: Record, move: AvailableMove) -> str:
    """Return from which state to which the move leads, where it says so."""
    for name, machine in context.model(record.entity).machines.items():
        field = context.model(record.entity).fields[name]
        states = getattr(field.spec, "of", {})
        if move.name in machine.moves and move.spec.to in states and name in record:
            return context.translate("{field}: from {old} to {new}.").format(
                field=field.label(context.format.locale),
                old=field.type.text(field, record[name], context.format),
                new=field.type.text(field, move.spec.to, context.format),
            )
    return ""


def _empty(
    fields: Iterable[BoundField], context: PageContext, sent: Submitted | None
) -> Filling:
    values: dict[str, Any] = {
        bound.name: bound.type.default(bound, context.format) for bound in fields
    }
    return Filling(None, values | (sent.values if sent else {}), sent)


def state_shown(context: PageContext, record: Record, name: str) -> tuple[tuple[str, str], ...]:
    """Return the state that the person saw, so that a move from another one is refused."""
    for field, machine in context.model(record.entity).machines.items():
        if name in machine.moves and record.get(field):
            return (("expected", str(record[field])),)
    return ()


def answer_problems(
    fields: Sequence[FormField], sent: Submitted | None
) -> tuple[FormProblem, ...]:
    if sent is None:
        return ()
    known = {field.name: field for field in fields}
    return tuple(
        FormProblem(known[name].label if name in known else "", text,
                    known[name].state.id if name in known else "")
        for name, messages in sent.problems.items() for text in messages
    )
