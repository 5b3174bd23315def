"""The form of a driver's settings: one control per member of its pydantic model."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from generator.fields import html
from generator.fields.exchange import Choice, ControlState, FormatContext
from generator.fields.secret import Sealed


def is_secret(annotation: Any) -> bool:
    """Whether a member of a settings model is a pydantic SecretStr, perhaps an optional one."""
    from pydantic import SecretStr

    return bare(annotation) is SecretStr


def unsealable(model: Any) -> str | None:
    """Return the first member of a settings model that holds secrets where none can be sealed.

    Only a member that is itself a SecretStr is encrypted; one in a list, a map or another model
    would be stored as its asterisks.
    """
    for name, info in getattr(model, "model_fields", {}).items():
        if not is_secret(info.annotation) and _holds_secret(info.annotation, set()):
            return str(name)
    return None


def _holds_secret(annotation: Any, seen: set[Any]) -> bool:
    annotation = getattr(annotation, "__value__", annotation)  # of `type Keys = ...`
    if isinstance(annotation, type):
        if hasattr(annotation, "get_secret_value"):
            return True
        if annotation in seen:
            return False
        seen.add(annotation)
        members = getattr(annotation, "model_fields", {})
        if any(_holds_secret(info.annotation, seen) for info in members.values()):
            return True
    inner = (typing.get_origin(annotation), *typing.get_args(annotation))
    return any(_holds_secret(each, seen) for each in inner if each is not None)


def bare(annotation: Any) -> Any:
    """Return an annotation without `| None` and without Annotated."""
    if typing.get_origin(annotation) is typing.Annotated:
        return bare(typing.get_args(annotation)[0])
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        inner = [each for each in typing.get_args(annotation) if each is not type(None)]
        return bare(inner[0]) if len(inner) == 1 else annotation
    return annotation


def words(name: str) -> str:
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def typed_members(raw: Sequence[str] | None) -> dict[str, str]:
    """Return member → text of what was typed before, from the JSON that `raw` made."""
    try:
        data = json.loads(raw[-1]) if raw else {}
    except ValueError:
        return {}
    if not isinstance(data, dict):
        return {}
    return {
        name: str(texts[-1])
        for name, texts in data.items()
        if isinstance(texts, list) and texts
    }


def member_control(
    name: str, info: Any, state: ControlState, value: Any, typed: str | None,
    context: FormatContext,
) -> Markup:
    title = context.translate(info.title or words(name))
    secret = is_secret(info.annotation)
    state = replace(
        state,
        required=info.is_required() and not isinstance(value, Sealed),
        has_help=bool(info.description),
        autofocus=False,
    )
    if value is None and not info.is_required():
        default = info.get_default(call_default_factory=True)
        value = None if hasattr(default, "get_secret_value") else default
    shown = typed if typed is not None and not secret else _shown(value, secret)
    kind = bare(info.annotation)
    if kind is bool:
        body = _member_switch(state, shown)
    elif typing.get_origin(kind) is typing.Literal:
        options = [Choice(str(each), words(str(each))) for each in typing.get_args(kind)]
        body = html.select(state, options, shown, None if state.required else "")
    else:
        body = _member_input(state, shown, kind, secret=secret, stored=isinstance(value, Sealed),
                             context=context)
    label = html.element(
        "label", title, for_=state.id,
        class_="form-label required" if state.required else "form-label",
    )
    help_ = Markup("")
    if info.description:
        help_ = html.element(
            "div", context.translate(info.description), id=state.help_id, class_="form-text"
        )
    return Markup('<div class="mb-3">{}{}{}</div>').format(label, body, help_)


def _shown(value: Any, secret: bool) -> str:
    if value is None or secret:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _member_switch(state: ControlState, shown: str) -> Markup:
    pairs = html.control_attributes(state, "form-check-input")
    pairs |= {"required": None, "checked": shown in ("yes", "true"), "disabled": state.read_only}
    return Markup(
        '{}<span class="form-check form-switch"><input type="checkbox" value="true"{}></span>'
    ).format(html.hidden(state.name, "false"), html.attributes(pairs))


def _member_input(
    state: ControlState, shown: str, kind: Any, *, secret: bool, stored: bool,
    context: FormatContext,
) -> Markup:
    if secret:
        placeholder = context.translate("stored; type to replace it") if stored else None
        return html.text_input(
            state, "", type="password", autocomplete="new-password", placeholder=placeholder
        )
    mode = "numeric" if kind is int else None
    return html.text_input(state, shown, autocomplete="off", inputmode=mode)
