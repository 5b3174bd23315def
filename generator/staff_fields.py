"""Our fields inside starlette-admin: one adapter for all types, which only passes questions on.

The panel's own pages ask the field types themselves. The adapter is for what starlette-admin
does with a field: parse a form or a row of a file, and make a value ready for a page or export.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as member
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette_admin import RequestAction
from starlette_admin.fields import BaseField

from generator.fields.base import BoundField
from generator.fields.exchange import NEUTRAL, UNCHANGED, ControlState, FieldProblem, FormatContext

ContextOf = Callable[[Request], FormatContext]


def neutral(request: Request) -> FormatContext:
    return NEUTRAL


@dataclass
class PanelField(BaseField):
    """`bound` does the work; `context_of` tells from a request how its reader wants things."""

    bound: BoundField | None = member(default=None, repr=False, compare=False)
    context_of: ContextOf = member(default=neutral, repr=False, compare=False)

    @property
    def field(self) -> BoundField:
        assert self.bound is not None
        return self.bound

    def label_for(self, request: Request) -> str:
        return self.field.label(self.context_of(request).locale)

    async def parse_form_data(self, request: Request, form_data: FormData) -> Any:
        """Return the value that a form sends; a ValueError carries the message for the person."""
        field, context = self.field, self.context_of(request)
        raw = field.type.raw(field, form_data, self.id)
        if raw is None:
            return UNCHANGED
        return self._asked(context, lambda: field.type.parse(field, raw, context))

    async def parse_import_value(self, request: Request, value: Any) -> Any:
        field, context = self.field, self.context_of(request)
        if isinstance(value, str):
            return self._asked(context, lambda: field.type.parse(field, [value], NEUTRAL))
        return self._asked(context, lambda: field.type.parse_json(field, value))

    async def validate(self, request: Request, value: Any, form_values: dict[str, Any]) -> None:
        if value is UNCHANGED:
            return
        if value is None:
            await super().validate(request, value, form_values)
            return
        field = self.field
        self._asked(self.context_of(request), lambda: field.type.validate(field, value))

    async def parse_obj(self, request: Request, obj: Any) -> Any:
        """Return the value out of a record of the gate, a mapping."""
        return obj.get(self.name) if hasattr(obj, "get") else getattr(obj, self.name, None)

    async def serialize_value(self, request: Request, value: Any) -> Any:
        """Return HTML for a list or detail page, text for a file, a control for a form."""
        field, context = self.field, self.context_of(request)
        action = getattr(request.state, "action", None)
        if action == RequestAction.LIST:
            return field.type.list_cell(field, value, context)
        if action == RequestAction.DETAIL:
            return field.type.cell(field, value, context)
        if action == RequestAction.EXPORT:
            return field.type.export_text(field, value)
        if action is not None and action.is_form():
            return self.control(request, value)
        return field.type.json(field, value)

    async def serialize_none_value(self, request: Request) -> Any:
        return await self.serialize_value(request, None)

    def control(self, request: Request, value: Any, problems: tuple[str, ...] = ()) -> Any:
        """Return the HTML of the control."""
        field, context = self.field, self.context_of(request)
        state = ControlState(
            name=self.id,
            value=value,
            problems=problems,
            required=bool(self.required),
            read_only=bool(self.read_only),
            has_help=bool(self.help_text),
        )
        return field.type.control(field, state, context)

    @staticmethod
    def _asked(context: FormatContext, question: Callable[[], Any]) -> Any:
        try:
            return question()
        except FieldProblem as problem:
            raise ValueError(problem.text(context.translate)) from problem


def staff_field(field: BoundField, context_of: ContextOf = neutral) -> PanelField:
    """Return the starlette-admin field that stands for a field of ours."""
    written = field.type.writable and not field.spec.read_only and field.machine is None
    return PanelField(
        name=field.name,
        label=field.label(),
        help_text=field.help() or None,
        type=f"panel-{field.spec.type}",
        required=field.spec.required,
        read_only=not written,
        filters=[],
        exclude_from_list=field.spec.type in ("many", "driver_settings"),
        exclude_from_create=not written,
        exclude_from_edit=not written,
        exclude_from_import=not written or field.spec.type in ("secret", "file", "image"),
        exclude_from_export=field.spec.type in ("secret", "many"),
        searchable=False,
        orderable=field.type.sortable and bool(field.columns),
        list_template="panel/cell.html",
        detail_template="panel/cell.html",
        form_template="panel/control.html",
        bound=field,
        context_of=context_of,
    )
