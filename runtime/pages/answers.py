"""The fields that a move asks for, bound so that their types can draw and read them."""

from __future__ import annotations

from generator.fields.base import BoundField
from runtime.pages.context import PageContext


def answer_fields(context: PageContext, entity: str, move: str) -> tuple[BoundField, ...]:
    """Return the questions of a move of an entity, in their order."""
    return tuple(context.records.questions(entity, move).values())
