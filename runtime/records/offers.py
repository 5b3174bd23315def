"""Which currencies a field offers: those that rows of another entity name (`of: currency.code`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from config.texts.sentence import Sentence
from generator.fields.base import BoundField
from generator.fields.exchange import Choice, FormatContext
from generator.fields.places import currency_choices
from runtime.records import scope
from runtime.records.work import Work

NAMED_MAX = 5


def codes(work: Work, field: BoundField) -> frozenset[str] | None:
    """Return the codes that may be chosen, None when all may; read once in a transaction.

    Which currencies the panel has is no secret: whoever may write the field may know them.
    """
    if field.spec.type != "currency" or field.spec.of is None:
        return None
    if field.spec.of not in work.offers:
        work.offers[field.spec.of] = _read(work.trusted(), *field.spec.of.split("."))
    return work.offers[field.spec.of]


def _read(work: Work, entity: str, name: str) -> frozenset[str]:
    column = work.model(entity).fields[name].column
    statement = select(column).distinct()
    living = scope.living(work, entity, work.table(entity))
    rows = work.run(statement if living is None else statement.where(living)).scalars()
    return frozenset(code for code in rows if code)


def choices(
    work: Work, field: BoundField, formats: FormatContext
) -> tuple[Choice, ...] | None:
    """Return the entries of the field's list, None when its type gives them."""
    offered = codes(work, field)
    if offered is None:
        return None
    return tuple(each for each in currency_choices(formats.locale) if each.value in offered)


def problem(work: Work, field: BoundField, value: Any, old: Any) -> Sentence | None:
    """Return what is wrong with a code that a person chose anew; the panel itself may keep others.

    A row that has a code from before the list became shorter keeps it.
    """
    offered = codes(work, field) if work.actor.is_person and value != old else None
    if offered is None or value in offered:
        return None
    if not offered:
        return Sentence("{code} is not offered here.", code=value)
    some = sorted(offered)
    named = ", ".join(some[:NAMED_MAX]) + (" …" if len(some) > NAMED_MAX else "")
    return Sentence("{code} is not offered here. Offered: {codes}", code=value, codes=named)
