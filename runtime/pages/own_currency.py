"""Prices as a client wants to see them: in their own currency, not in every one there is.

A view says `own_currency: yes`; then its rows are narrowed where they stand in cards or in other
rows.

    catalogue of a client billed in PLN          prices in PLN
    a product that has none in PLN               those in the panel's currency, else all

Whoever looks at several companies of different currencies sees each of these.
"""

from __future__ import annotations

from collections.abc import Sequence

from config.specs.entity import ViewSpec
from generator import EntityModel
from runtime.pages.context import PageContext
from runtime.records.values import PAGE_SIZE_MAX, ListQuery, Record


def currency_field(model: EntityModel) -> str | None:
    """Return the field by which rows of an entity are in one currency or another."""
    return next((name for name, each in model.fields.items() if each.spec.type == "currency"), None)


def own_currencies(context: PageContext, view: ViewSpec) -> frozenset[str]:
    """Return the currencies of the person's companies; none where the view does not ask."""
    found = set[str]()
    if not view.own_currency or context.area != "client":
        return frozenset()
    for name, membership in context.generated.project.site.memberships.items():
        own = context.records.actor.sets.get(name, frozenset())
        field = currency_field(context.model(membership.of))
        listed = context.view_of(membership.of)
        if field and listed and own and context.records.can("see", membership.of):
            query = ListQuery(view=listed, columns=(field,), size=PAGE_SIZE_MAX, count=False)
            rows = context.records.list(membership.of, query).rows
            found |= {row[field] for row in rows if row.id in own and row.get(field)}
    return frozenset(found)


def in_own(
    context: PageContext, entity: str, rows: Sequence[Record], own: frozenset[str]
) -> list[Record]:
    """Return those of the rows that are in one of the currencies, as the head of this says."""
    field = currency_field(context.model(entity))
    if field is None or not own:
        return list(rows)
    for wanted in (own, {context.generated.project.site.currency}):
        found = [row for row in rows if row.get(field) in wanted]
        if found:
            return found
    return list(rows)


def says_nothing(context: PageContext, entity: str, name: str, rows: Sequence[Record]) -> bool:
    """Say whether a column of currencies may be left out: amounts beside it tell the only one."""
    model = context.model(entity)
    if name != currency_field(model) or len({row.get(name) for row in rows}) > 1:
        return False
    return any(
        field.spec.type == "money" and any(row.get(each) is not None for row in rows)
        for each, field in model.fields.items()
    )
