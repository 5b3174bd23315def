"""The page of one form: to make a row, or to change one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from generator.fields.base import BoundField
from generator.fields.exchange import Form
from runtime.pages.context import PageContext
from runtime.pages.controls import Filling, FormField, form_field, inline_fields, is_input
from runtime.pages.sections import Placed, begins_hidden, names_of, placed_sections
from runtime.pages.submitted import Submitted, as_id, read_fields, read_rows
from runtime.pages.typed import settle_typed
from runtime.records.values import Record
from runtime.records.writing import NO_VERSION


@dataclass(frozen=True, slots=True)
class FormSection:
    key: str
    label: str
    help: str
    rows: tuple[tuple[FormField, ...], ...]
    show: str = ""
    collapsed: bool = False
    part: str = ""
    begins_hidden: bool = False

    @property
    def has_problems(self) -> bool:
        return any(field.problems for row in self.rows for field in row)


@dataclass(frozen=True, slots=True)
class FormTab:
    name: str
    label: str
    sections: tuple[FormSection, ...]

    @property
    def has_problems(self) -> bool:
        return any(section.has_problems for section in self.sections)


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One line of the summary above the form; `anchor` is the id of the control."""

    label: str
    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class FormPage:
    """Everything the template of a form writes down."""

    entity: str
    title: str
    help: str
    action: str
    cancel_url: str
    submit: str
    tabs: tuple[FormTab, ...]
    problems: tuple[FormProblem, ...]
    version: int | None = None
    record: Record | None = None
    driver_url: str = ""
    form_key: str = ""
    settled: tuple[tuple[str, str], ...] = ()
    """Fields that can hold one value only: sent along (name, text), and not asked."""
    standing: tuple[FormProblem, ...] = ()
    """What is wrong with the row already, and does not keep anybody from changing the rest."""


def form_names(context: PageContext, entity: str, record: Record | None) -> list[str]:
    """Return the fields that this actor gets in the form, in the order of their sections."""
    model = context.model(entity)
    allowed = context.records.editable_fields(entity, record)
    sections = _sections(context, entity, record)
    return [
        name for name in dict.fromkeys(names_of(sections.values()))
        if name in allowed and is_input(model.fields[name]) and _reachable(context, entity, name)
    ]


def _reachable(context: PageContext, entity: str, name: str) -> bool:
    """Say whether the rows of an inline table are open to the actor; other fields always are."""
    if not _is_inline(context.model(entity).fields[name]):
        return True
    child = context.model(entity).children.get(name)
    return child is not None and bool(context.records.can("see", child.entity))


def read_form(
    context: PageContext, entity: str, form: Form, record: Record | None = None
) -> Submitted:
    """Return what `form` says about a row; problems of its texts are noted, nothing is written."""
    model = context.model(entity)
    sent = Submitted(version=_version(form, record))
    fields = [model.fields[name] for name in form_names(context, entity, record)]
    plain = [bound for bound in fields if not _is_inline(bound)]
    sent.values = read_fields(sent, plain, form, context.format)
    settle_typed(context, sent, plain, form, sent.values)
    for bound in fields:
        if _is_inline(bound):
            columns = inline_fields(context, bound)
            edits = read_rows(sent, bound.name, columns, form, context.format)
            for row, edit in zip(sent.rows[bound.name], edits, strict=True):
                values = dict(edit.values)
                settle_typed(context, sent, columns, form, values, f"{row.prefix}.")
                sent.children.setdefault(bound.name, []).append(replace(edit, values=values))
            sent.children.setdefault(bound.name, [])
    if record is None:
        for part, fields_ in part_fields(context, entity).items():
            values = read_fields(sent, fields_, form, context.format, f"{part}.")
            settle_typed(context, sent, fields_, form, values, f"{part}.")
            sent.parts[part] = values
    return sent


def build_form(
    context: PageContext, entity: str, record: Record | None = None, *,
    sent: Submitted | None = None, preset: Mapping[str, Any] | None = None,
    settled: Mapping[str, Any] | None = None,
) -> FormPage:
    """Return the form of a new row, or of `record`; with `sent` it shows what was typed.

    `settled` are values that this person's row can have only one way: they are not asked.
    """
    model = context.model(entity)
    values = dict(record.values) if record else _first_values(context, entity, preset or {})
    if sent is not None:
        values |= sent.values
    filling = Filling(record, values, sent)
    writable = set(form_names(context, entity, record))
    # What something is wrong with is asked all the same: nobody can mend what they do not see.
    alone = {
        name: value for name, value in (settled or {}).items()
        if record is None and name in writable and values.get(name) == value
        and not (sent and sent.problems.get(name))
    }
    writable -= alone.keys()
    seen = set(context.records.visible_fields(entity, record)) if record else set()
    # What may be seen and not written stands in the form as text: it explains the rest.
    shown = {name for name in seen - writable if _worth_showing(model.fields.get(name))}
    place = "create_form" if record is None and model.spec.create_form else "form"
    sections = [
        _section(context, entity, placed, filling, writable)
        for placed in placed_sections(
            context, entity, _sections(context, entity, record), writable | shown, place
        )
    ]
    tabs = _tabs(context, entity, sections, _sections(context, entity, record))
    if record is None:
        tabs = _with_parts(tabs, _part_sections(context, entity, sent))
    return FormPage(
        entity=entity,
        title=_title(context, entity, record),
        help=context.text(model.spec.help),
        action=context.links.edit(entity, record.id) if record else context.links.new(entity),
        cancel_url=(
            context.links.record(entity, record.id) if record else context.links.list(entity)
        ),
        submit=context.translate("Save") if record else context.translate("Create"),
        tabs=tabs,
        problems=_summary(context, sent, tabs),
        version=(sent.version if sent and sent.version is not None else
                 record.version if record else None),
        record=record,
        settled=tuple((name, str(value)) for name, value in alone.items()),
        standing=_standing(context, record, tabs) if record is not None and not sent else (),
    )


def _title(context: PageContext, entity: str, record: Record | None) -> str:
    if record is None:
        return context.new(entity)
    return context.translate("Edit {title}").format(title=record.title)


def _sections(context: PageContext, entity: str, record: Record | None) -> Mapping[str, Any]:
    model = context.model(entity)
    return model.form if record is not None else model.create_form


def _is_inline(bound: BoundField) -> bool:
    return bound.spec.type == "many" and bound.spec.through is None


def _worth_showing(bound: BoundField | None) -> bool:
    return bound is not None and bound.spec.type not in ("many", "secret", "driver_settings")


def _version(form: Form, record: Record | None) -> int | None:
    """Return the version of the row that the form began with, None where there are no versions."""
    if record is None or record.version is None:
        return None
    text = (form.getlist("version") or [""])[-1]
    found = as_id(text) if isinstance(text, str) else None
    return NO_VERSION if found is None else found


def _first_values(
    context: PageContext, entity: str, preset: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a new row starts with: declared defaults, then what the address gives."""
    values = {}
    for name, bound in context.model(entity).fields.items():
        if bound.type.writable:
            values[name] = bound.type.default(bound, context.format)
    return values | dict(preset)


def _section(
    context: PageContext, entity: str, placed: Placed, filling: Filling, writable: set[str]
) -> FormSection:
    fields = context.model(entity).fields
    rows = tuple(
        tuple(
            form_field(context, fields[name], filling, read_only=name not in writable)
            for name in row
        )
        for row in placed.rows
    )
    return FormSection(
        placed.key, placed.label, placed.help, rows, placed.show, placed.collapsed,
        begins_hidden=begins_hidden(context, entity, placed.show_at, filling.values),
    )


def _tabs(
    context: PageContext, entity: str, sections: Sequence[FormSection], specs: Mapping[str, Any]
) -> tuple[FormTab, ...]:
    by_tab: dict[str, list[FormSection]] = {}
    for section in sections:
        by_tab.setdefault(specs[section.key].tab or "", []).append(section)
    tabs = context.model(entity).spec.detail.tabs
    return tuple(
        FormTab(
            name or "general",
            context.text(tabs[name].label if name in tabs else None, name or "general"),
            tuple(found),
        )
        for name, found in by_tab.items()
    )


# ---------------------------------------------------------------------- rows made with this one


def part_fields(context: PageContext, entity: str) -> dict[str, list[BoundField]]:
    """Return part → the fields of it that this form asks for."""
    found: dict[str, list[BoundField]] = {}
    for part, spec in context.model(entity).spec.create_with.items():
        model = context.model(spec.entity)
        allowed = context.records.editable_fields(spec.entity)
        names = [name for row in spec.fields for name in ((row,) if isinstance(row, str) else row)]
        found[part] = [
            model.fields[name] for name in names
            if name in allowed and is_input(model.fields[name])
        ]
    return found


def _part_sections(
    context: PageContext, entity: str, sent: Submitted | None
) -> Iterable[FormSection]:
    offered = part_fields(context, entity)
    for part, spec in context.model(entity).spec.create_with.items():
        fields = {bound.name: bound for bound in offered[part]}
        if not fields:
            continue
        first = _first_values(context, spec.entity, {})
        values = first | (sent.parts.get(part, {}) if sent else {})
        filling = Filling(None, values, sent, f"{part}.")
        rows = tuple(
            tuple(form_field(context, fields[name], filling) for name in names)
            for row in spec.fields
            if (names := [n for n in ((row,) if isinstance(row, str) else row) if n in fields])
        )
        label = context.text(spec.label, part)
        yield FormSection(f"part-{part}", label, context.text(spec.help), rows, part=part)


def _with_parts(
    tabs: tuple[FormTab, ...], parts: Iterable[FormSection]
) -> tuple[FormTab, ...]:
    """Put the parts below the first tab: they belong to the same act."""
    found = tuple(parts)
    if not found:
        return tabs
    if not tabs:
        return (FormTab("general", "", found),)
    first, *rest = tabs
    return (FormTab(first.name, first.label, first.sections + found), *rest)


def _summary(
    context: PageContext, sent: Submitted | None, tabs: Sequence[FormTab]
) -> tuple[FormProblem, ...]:
    """Return every problem with the control it is about; those without one come first."""
    if sent is None or not sent.problems:
        return ()
    known = _by_name(tabs)
    lines = []
    for name, messages in sent.problems.items():
        field = known.get(name)
        many = known.get(name.partition(".")[0]) if field is None else None
        for text in messages:
            if field is not None:
                lines.append(FormProblem(field.label, text, field.state.id))
            elif many is not None:
                anchor = f"field-{name.replace('.', '-')}"
                lines.append(FormProblem(many.label, text, anchor))
            else:
                label = context.text(None, name)
                lines.append(FormProblem(label, text))
    return tuple(sorted(lines, key=lambda line: bool(line.anchor)))


def _standing(
    context: PageContext, record: Record, tabs: Sequence[FormTab]
) -> tuple[FormProblem, ...]:
    """Return which rules the row breaks that came, or became stricter, after it."""
    known, lines = _by_name(tabs), []
    for name, text in context.records.broken_rules(record):
        field = known.get(name)
        lines.append(
            FormProblem("", context.say(text)) if field is None
            else FormProblem(field.label, context.say(text), field.state.id)
        )
    return tuple(lines)


def _by_name(tabs: Sequence[FormTab]) -> dict[str, FormField]:
    return {
        field.name: field
        for tab in tabs for section in tab.sections for row in section.rows for field in row
    }
