"""The controls of a form: each field's own, with its label, help, problems and conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from generator.fields.base import BoundField
from generator.fields.exchange import Choice, ControlState, InlineRow, Title
from runtime.pages.context import PageContext
from runtime.pages.filters import titles_of
from runtime.pages.rows import cell_writer
from runtime.pages.sections import begins_hidden, browser_condition
from runtime.pages.submitted import SentRow, Submitted
from runtime.records import offers
from runtime.records.errors import RecordError
from runtime.records.values import ListQuery, Record

SMALL_MAX = 200
# Replaced by the number of the row when a form adds one.
NEW_ROW = "__new__"


@dataclass(frozen=True, slots=True)
class FormField:
    """One control as the template sets it. `show` and `require` are conditions as JSON.

    `begins_hidden`: what the form holds first does not fulfil `show`.
    """

    name: str
    label: str
    help: str
    control: Markup
    state: ControlState
    show: str = ""
    require: str = ""
    group: bool = False
    shown_only: bool = False
    settings_of: str = ""
    begins_hidden: bool = False

    @property
    def problems(self) -> tuple[str, ...]:
        return self.state.problems


@dataclass(frozen=True, slots=True)
class Filling:
    """What the controls of one row hold: the stored row, what was typed, what stands around."""

    record: Record | None
    values: Mapping[str, Any]
    sent: Submitted | None
    prefix: str = ""


def form_field(
    context: PageContext, bound: BoundField, filling: Filling, *, read_only: bool = False
) -> FormField:
    """Return the control of one field; what may only be read is shown as text."""
    name = f"{filling.prefix}{bound.name}"
    address = f"entity/{bound.entity}/fields/{bound.name}"
    help_text = bound.help(context.format.locale)
    state = _state(context, bound, filling, name, help_text)
    show = browser_condition(context, f"{address}/show_when")
    hidden = begins_hidden(context, bound.entity, f"{address}/show_when", filling.values)
    if read_only:
        shown = Markup(_shown(context, bound, filling))
        return FormField(
            name,
            bound.label(context.format.locale),
            help_text,
            shown,
            state,
            show,
            group=True,
            shown_only=True,
            begins_hidden=hidden,
        )
    if bound.spec.type == "many" and bound.spec.through is None:
        state = replace(state, **inline_table(context, bound, filling))
    control = bound.type.control(bound, state, context.format)
    return FormField(
        name,
        bound.label(context.format.locale),
        help_text,
        control,
        state,
        show,
        browser_condition(context, f"{address}/require_when"),
        group=f'aria-labelledby="{state.label_id}"' in control,
        settings_of=f"{filling.prefix}{getattr(bound.spec, 'driver_settings', '')}"
        if bound.spec.type == "driver_settings"
        else "",
        begins_hidden=hidden,
    )


def _shown(context: PageContext, bound: BoundField, filling: Filling) -> str:
    if filling.record is None:
        return bound.type.cell(bound, filling.values.get(bound.name), context.format)
    return cell_writer(bound, bound.name, context.format)(filling.record)


def _state(
    context: PageContext, bound: BoundField, filling: Filling, name: str, help_text: str
) -> ControlState:
    sent = filling.sent
    raw = sent.raw.get(name) if sent else None
    problems = tuple(sent.problems.get(name, ())) if sent else ()
    value = filling.values.get(bound.name)
    made = filling.record is None and bound.spec.default_from is not None
    state = ControlState(
        name=name,
        value=value,
        raw=raw,
        problems=problems,
        required=bound.spec.required and not made,
        placeholder=context.translate("made when left empty") if made else "",
        has_help=bool(help_text),
        values=filling.values,
        typed=sent.typed.get(name, "") if sent else "",
    )
    if bound.spec.type == "currency":
        return replace(state, choices=offers.choices(context.records.work, bound, context.format))
    if bound.spec.type in ("file", "image"):
        return replace(state, titles=_file_name(context, bound.type.export_text(bound, value)))
    targets = getattr(bound.spec, "to", ()) or (getattr(bound.spec, "many", None),)
    if bound.spec.type in ("relation", "many") and targets[0] is not None:
        return replace(state, **_linked(context, bound, filling, state, targets))
    return state


def _file_name(context: PageContext, stored: str) -> dict[str, str]:
    """Return what the stored file is called, nothing when the actor may not open it."""
    try:
        return {stored: context.records.open_file(int(stored)).name} if stored else {}
    except RecordError:
        return {}


def _linked(
    context: PageContext,
    bound: BoundField,
    filling: Filling,
    state: ControlState,
    targets: Sequence[str],
) -> dict[str, Any]:
    """Return how rows to link to are found: a short list at once, else a search."""
    entity = targets[0]
    single = len(targets) == 1 and entity in context.generated.entities
    via = f"{bound.entity}.{bound.name}"
    if not single:
        url = context.links.lookup(bound.entity, via)
        return {"lookup_url": url, "titles": _known_titles(filling, bound, state)}
    titles = _known_titles(filling, bound, state)
    unknown = [text for text in state.raw or _texts(bound, state) if text and text not in titles]
    titles |= titles_of(context, entity, unknown)
    create = None
    # Logs have no form: whatever a role says about all entities, only the program writes them.
    if not filling.prefix and context.records.can("create", entity) and (
        context.records.editable_fields(entity)
    ):
        create = context.links.new(entity)
    small = context.model(entity).spec.size == "small"
    if small and not getattr(bound.spec, "limit_where", None):
        return {
            "choices": short_list(context, bound), "titles": titles, "create_url": create,
        }
    return {
        "lookup_url": context.links.lookup(entity, via),
        "titles": titles,
        "create_url": create,
    }


def short_list(context: PageContext, bound: BoundField) -> tuple[Choice, ...]:
    """Return all rows that may be linked, of an entity that has few."""
    entity = (getattr(bound.spec, "to", ()) or (bound.spec.many,))[0]
    try:
        found = context.records.lookup(entity, "", limit=SMALL_MAX)
    except RecordError:
        return ()
    return tuple(Choice(str(choice.id), choice.title) for choice in found)


def _known_titles(filling: Filling, bound: BoundField, state: ControlState) -> dict[str, str]:
    """Return what the record already knows about the rows it links to."""
    named: Any = filling.record.titles.get(bound.name) if filling.record else None
    found = {}
    for title in named if isinstance(named, tuple) and not isinstance(named, Title) else (named,):
        if title is not None:
            found[str(title.id)] = title.text
            found[f"{title.entity}/{title.id}"] = title.text
    return found


def _texts(bound: BoundField, state: ControlState) -> list[str]:
    if state.value is None:
        return []
    return bound.type.export_text(bound, state.value).split(",")


# ---------------------------------------------------------------------- inline tables


def inline_fields(context: PageContext, bound: BoundField) -> tuple[BoundField, ...]:
    """Return the columns of an inline table that this actor may see and write."""
    child = context.model(bound.entity).children[bound.name]
    model = context.model(child.entity)
    allowed = context.records.editable_fields(child.entity)
    names = bound.spec.columns or tuple(model.fields)
    return tuple(
        model.fields[name]
        for name in names
        if name in allowed
        and name != child.by
        and is_input(model.fields[name])
        and not (not bound.spec.columns and model.fields[name].spec.type == "position")
    )


def is_input(bound: BoundField) -> bool:
    """Say whether a form may hold the field at all: moves write states, nobody writes results."""
    return (
        not bound.implicit
        and bound.type.writable
        and bound.machine is None
        and not bound.spec.read_only
        and bound.spec.stored | (bound.spec.type == "many")
        # Links through a pivot are rows of the pivot: those are written, inline or by themselves.
        and not getattr(bound.spec, "through", None)
    )


def inline_table(context: PageContext, bound: BoundField, filling: Filling) -> dict[str, Any]:
    fields = inline_fields(context, bound)
    locale = context.format.locale
    sent = filling.sent
    if sent is not None and bound.name in sent.rows:
        rows = _sent_rows(context, bound, fields, sent.rows[bound.name], filling)
    elif filling.record is not None:
        rows = [
            _inline_row(context, fields, f"{bound.name}.{index}", child, None)
            for index, child in enumerate(child_records(context, bound, filling.record, fields))
        ]
    else:
        rows = []
    new = _inline_row(context, fields, f"{bound.name}.{NEW_ROW}", None, None)
    headings = tuple(
        f"{each.label(locale)} *" if each.spec.required else each.label(locale) for each in fields
    )
    return {"headings": headings, "rows": tuple(rows), "new_row": new}


def child_records(
    context: PageContext, bound: BoundField, record: Record, fields: Sequence[BoundField]
) -> list[Record]:
    """Return the rows of a collection, in their own order."""
    child = context.model(bound.entity).children[bound.name]
    columns = tuple(each.name for each in fields if each.columns)
    view = _view_of(context, child.entity)
    declared = context.model(child.entity).views[view].sort
    # The lines of a bill stand as they were written; newest first is the order of lists.
    written = all(key.lstrip("-") in ("id", "created_at") for key in declared)
    query = ListQuery(
        columns=columns,
        size=SMALL_MAX,
        parent=(child.by, record.id),
        count=False,
        view=view,
        sort=("id",) if written else (),
    )
    return context.records.list(child.entity, query).rows


def _view_of(context: PageContext, entity: str) -> str:
    views = context.model(entity).views
    return context.view_of(entity) or next(iter(views))


def _sent_rows(
    context: PageContext,
    bound: BoundField,
    fields: Sequence[BoundField],
    rows: Sequence[SentRow],
    filling: Filling,
) -> list[InlineRow]:
    stored: dict[int, Record] = {}
    if filling.record is not None:
        found = child_records(context, bound, filling.record, fields)
        stored = {record.id: record for record in found}
    return [
        replace(
            _inline_row(context, fields, row.prefix, stored.get(row.id or 0), filling.sent),
            id=row.id,
            removed=row.removed,
        )
        for row in rows
    ]


def _inline_row(
    context: PageContext,
    fields: Sequence[BoundField],
    prefix: str,
    record: Record | None,
    sent: Submitted | None,
) -> InlineRow:
    values = record.values if record else _defaults(fields, context)
    filling = Filling(record, values, sent, f"{prefix}.")
    cells = []
    for bound in fields:
        made = form_field(context, bound, filling)
        cells.append(_cell(made, context))
    return InlineRow(prefix, record.id if record else None, tuple(cells))


def _defaults(fields: Sequence[BoundField], context: PageContext) -> dict[str, Any]:
    return {bound.name: bound.type.default(bound, context.format) for bound in fields}


def _cell(made: FormField, context: PageContext) -> Markup:
    """Return a control with a spoken label, its problems, and its conditions."""
    problems = Markup("").join(
        Markup('<span class="pw-problem">{}</span>').format(context.say(text))
        for text in made.problems
    )
    return Markup(
        '<div class="pw-field"{}{}><label class="visually-hidden" id="{}" for="{}">{}</label>{}'
        '<div id="{}">{}</div></div>'
    ).format(
        _condition("data-show", made.show),
        _condition("data-require", made.require),
        made.state.label_id,
        made.state.id,
        made.label,
        made.control,
        made.state.problems_id,
        problems,
    )


def _condition(attribute: str, tree: str) -> Markup:
    return Markup(' {}="{}"').format(Markup(attribute), tree) if tree else Markup("")
