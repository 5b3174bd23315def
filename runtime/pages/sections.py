"""How the fields of a form or detail page are grouped, and which of them this actor gets."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.expressions import Expression
from config.expressions.browser import to_browser
from config.specs.entity import SectionSpec
from config.texts.labels import key_words
from runtime.pages.context import PageContext


@dataclass(frozen=True, slots=True)
class Placed:
    """A section as the YAML lays it out, with the fields that remain for this actor.

    `show` is the condition at the address `show_at` as a form's script reads it.
    """

    key: str
    label: str
    help: str
    tab: str
    rows: tuple[tuple[str, ...], ...]
    show: str
    show_at: str
    collapsed: bool


def placed_sections(
    context: PageContext, entity: str, sections: Mapping[str, SectionSpec],
    allowed: Collection[str], place: str,
) -> Iterator[Placed]:
    """Yield the sections in which something is left; `place` is `form` or `create_form`."""
    for key, section in sections.items():
        rows = tuple(filter(None, (_kept(row, allowed) for row in section.fields)))
        if not rows:
            continue
        # The words of a section are its key, written by people: `General: [...]`. One that was
        # made because nothing was laid out needs no heading.
        label = context.translate.label(key_words(key))
        if section.label:
            label = context.text(section.label, key)
        elif len(sections) == 1 and key == "general":
            label = ""
        show_at = f"entity/{entity}/{place}/{key}/show_when"
        yield Placed(
            key, label, context.text(section.help), section.tab or "", rows,
            browser_condition(context, show_at), show_at, section.collapsed,
        )


def _kept(row: str | tuple[str, ...], allowed: Collection[str]) -> tuple[str, ...]:
    names = (row,) if isinstance(row, str) else row
    return tuple(name for name in names if name in allowed)


def names_of(sections: Iterable[SectionSpec]) -> Iterator[str]:
    """Yield the fields that sections name, in their order."""
    for section in sections:
        for row in section.fields:
            yield from (row,) if isinstance(row, str) else row


def begins_hidden(
    context: PageContext, entity: str, address: str, values: Mapping[str, Any]
) -> bool:
    """Say whether a form that holds `values` begins without what is shown when a condition holds.

    A script hides it, but only after the page was drawn: everything below would then jump.
    """
    expression: Expression | None = context.generated.project.expressions.get(address)
    if expression is None or to_browser(expression) is None:
        return False
    known = dict.fromkeys(context.model(entity).fields) | dict(values)
    return context.records.work.holds(expression, known) is not True


def browser_condition(context: PageContext, address: str) -> str:
    """Return the condition at an address as the JSON that a form's script reads.

    Empty without a condition, and for one that only the server can decide: the part then stays
    in the form, and the gate holds the condition.
    """
    expression: Expression | None = context.generated.project.expressions.get(address)
    tree = to_browser(expression) if expression is not None else None
    return "" if tree is None else json.dumps(tree, separators=(",", ":"))
