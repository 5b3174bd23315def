"""The types of the expression language, and which of them go together.

A `Type` is a plain frozen value: two equal types are the same type. Texts of every kind
(e-mail, URL, UUID, country code …) are `TEXT`; what is special about them is checked
elsewhere, when they are written.
"""

from __future__ import annotations

from dataclasses import dataclass

RATE_SCALE = 6
DECIMAL_SCALE_MAX = 12


@dataclass(frozen=True, slots=True)
class Type:
    """One type. Only the parameters that its kind needs are set.

    `scale`: digits after the point of a decimal or rate. `currency`: where a money amount has
    its currency; two amounts of one source always have one currency. `keys`: what a choice may
    be, empty when unknown. `entity`: of a record or collection; `by`: the relation of the
    collection's rows that points back. `of`: the members of a set.
    """

    kind: str
    scale: int = 0
    currency: str = ""
    keys: tuple[str, ...] = ()
    entity: str = ""
    by: str = ""
    of: Type | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in {"integer", "decimal", "rate"}

    @property
    def is_text(self) -> bool:
        return self.kind in {"text", "choice"}

    @property
    def is_ordered(self) -> bool:
        return self.is_number or self.kind in {"money", "date", "moment", "duration"}

    @property
    def is_record(self) -> bool:
        return self.kind in {"record", "any_record"}

    @property
    def is_group(self) -> bool:
        """Whether `in` may stand before it."""
        return self.kind in {"set", "collection", "choices"}

    def __str__(self) -> str:
        if self.kind == "record":
            return f"a link to {self.entity}"
        if self.kind == "collection":
            return f"a collection of {self.entity}"
        if self.kind == "set":
            return f"a set of {_MANY.get(self.of.kind, self.of.entity) if self.of else 'values'}"
        return _SAID[self.kind]


_SAID = {
    "text": "text", "integer": "a whole number", "decimal": "a decimal number", "rate": "a rate",
    "money": "an amount of money", "boolean": "yes or no", "date": "a date", "moment": "a moment",
    "duration": "a duration", "choice": "a choice", "choices": "several choices",
    "any_record": "a link to any entity", "null": "null", "opaque": "a value without comparison",
    "calendar": "a number of months",
}
_MANY = {
    "text": "texts", "choice": "choices", "integer": "whole numbers", "decimal": "numbers",
    "date": "dates", "moment": "moments", "any_record": "records",
}

TEXT = Type("text")
INTEGER = Type("integer")
RATE = Type("rate", scale=RATE_SCALE)
BOOLEAN = Type("boolean")
DATE = Type("date")
MOMENT = Type("moment")
DURATION = Type("duration")
ANY_RECORD = Type("any_record")
NULL = Type("null")
# What can only be tested for null: JSON, secrets.
OPAQUE = Type("opaque")
# What months(n) and years(n) give; it can only be added to a date or moment, or taken off.
CALENDAR = Type("calendar")


def DECIMAL(scale: int) -> Type:  # noqa: N802 - the parametrised types read like the plain ones
    """Return the type of exact numbers with `scale` digits after the point."""
    return Type("decimal", scale=scale)


def MONEY(currency: str | None = None) -> Type:  # noqa: N802
    """Return the type of amounts whose currency stands at `currency`.

    `currency` is a dotted path from the amount's own row to a text with the ISO 4217 code
    (`client.currency`), such a code itself, or None for a field that keeps its own currency.
    """
    return Type("money", currency=currency or "")


def CHOICE(keys: tuple[str, ...] = ()) -> Type:  # noqa: N802
    """Return the type of a choice among `keys`."""
    return Type("choice", keys=tuple(keys))


def CHOICES(keys: tuple[str, ...] = ()) -> Type:  # noqa: N802
    """Return the type of several choices among `keys`."""
    return Type("choices", keys=tuple(keys))


def RECORD(entity: str) -> Type:  # noqa: N802
    """Return the type of a link to a row of `entity`."""
    return Type("record", entity=entity)


def COLLECTION(entity: str, by: str = "") -> Type:  # noqa: N802
    """Return the type of the rows of `entity` that belong to a row, by their relation `by`."""
    return Type("collection", entity=entity, by=by)


def SET(of: Type) -> Type:  # noqa: N802
    """Return the type of a set of known values, such as `me.clients`."""
    return Type("set", of=of)


def comparable(left: Type, right: Type) -> bool:
    """Say whether `==` and `!=` have a meaning between the two."""
    if left.is_text and right.is_text:
        return True
    if left.is_number and right.is_number:
        return True
    if left.is_record and right.is_record:
        return "any_record" in (left.kind, right.kind) or left.entity == right.entity
    return left.kind == right.kind and left.kind in {
        "money", "boolean", "date", "moment", "duration"
    }


def unified(left: Type, right: Type) -> Type | None:
    """Return the type of a value that is one or the other; None when they do not go together."""
    if left.kind == "null" or left == right:
        return right
    if right.kind == "null":
        return left
    if left.is_number and right.is_number:
        return DECIMAL(max(left.scale, right.scale))
    if left.is_text and right.is_text:
        return TEXT
    if left.is_record and right.is_record:
        return None
    if left.kind == right.kind == "choices":
        return CHOICES()
    return None
