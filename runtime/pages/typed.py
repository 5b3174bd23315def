"""A link that was typed as text, because no script turned the text into a row.

The text is looked up as the script would have done: one row that fits is taken, anything else is
told, and the text stands in the form again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from runtime.pages.context import PageContext
from runtime.records.errors import RecordError

if TYPE_CHECKING:
    from generator.fields.base import BoundField
    from generator.fields.exchange import Form
    from runtime.pages.submitted import Submitted

NAMED_MAX = 3
TYPED, SHOWN = ".typed", ".shown"


def settle_typed(
    context: PageContext, sent: Submitted, fields: Iterable[BoundField], form: Form,
    values: dict[str, Any], prefix: str = "",
) -> None:
    """Put the rows that were typed by name into `values`; what fits none is noted in `sent`."""
    for bound in fields:
        if bound.spec.type != "relation" or bound.spec.to_any:
            continue
        name = f"{prefix}{bound.name}"
        text = _last(form, name + TYPED)
        if text is None or text == (_last(form, name + SHOWN) or ""):
            continue
        if not text:
            values[bound.name], sent.raw[name] = None, [""]
            continue
        found = _matching(context, bound, text, values)
        if len(found) == 1:
            values[bound.name], sent.raw[name] = found[0].id, [str(found[0].id)]
            continue
        values.pop(bound.name, None)
        sent.typed[name] = text
        sent.refuse(name, [_said(context, text, found)])


def _matching(
    context: PageContext, bound: BoundField, text: str, values: dict[str, Any]
) -> list[Any]:
    """Return the rows that the text can mean: the one that is called so, else all it finds."""
    via = (bound.entity, bound.name, values)
    try:
        found = list(context.records.lookup(bound.spec.to[0], text, NAMED_MAX + 1, via))
    except RecordError:
        return []
    exact = [choice for choice in found if choice.title.casefold() == text.casefold()]
    return exact if len(exact) == 1 else found


def _said(context: PageContext, text: str, found: list[Any]) -> str:
    if not found:
        said = context.translate("Nothing chosen: “{typed}” matches nothing.")
        return said.format(typed=text)
    names = ", ".join(choice.title for choice in found[:NAMED_MAX])
    said = context.translate("Nothing chosen: “{typed}” matches several, such as {names}.")
    return said.format(typed=text, names=names)


def _last(form: Form, name: str) -> str | None:
    found = form.getlist(name)
    return found[-1].strip()[:200] if found and isinstance(found[-1], str) else None
