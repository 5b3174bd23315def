"""Carrying values from one type of field to another, where that makes sense.

A conversion is an SQL expression over the old column and a condition that is true for the rows
whose value it cannot carry; those are counted before, and lose their value only when an ack says
so. Whatever is not named here is refused: drop the field and add another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator import BoundField
    from runtime.schema.memory import FieldMemory

# Types whose values are plain text in one column.
TEXTS = frozenset({"text", "long_text", "markdown", "code", "email", "url", "phone", "slug",
                   "domain", "tax_id", "uuid", "time_zone", "locale", "icon", "colour",
                   "user_agent"})
# Every such type can take any text, as long as it fits.
_ANY_TEXT = frozenset({"text", "long_text", "markdown", "code"})
_SCALED = frozenset({"decimal"})
_BIGGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Conversion:
    """`value`: SQL of the new value out of the old column; `lost`: where that gives none.

    All are about rows whose old value is not empty. An empty `value` leaves the column as it is.
    `instead` is what rows get whose value is lost, nothing at all when it is empty. `refused` says
    why no value can be carried, `about` narrows the rows that this is true of. `first`: what else
    new columns of the field get, column → SQL.
    """

    value: str = ""
    lost: str = ""
    instead: str = ""
    refused: str = ""
    about: str = ""
    first: tuple[tuple[str, str], ...] = ()


SAME = Conversion()


def conversion(
    old: FieldMemory, new: BoundField, column: str, dialect: str
) -> Conversion:
    """Return how the values of `column` become those of `new`."""
    spec, name = new.spec, f'"{column}"'
    before, after = old.type, spec.type
    if before == after:
        return _same_type(old, new, name, dialect)
    nonsense = Conversion(refused=(
        f"values of type {before} do not become {after}: give the field another name and drop this "
        "one"
    ))
    if len(old.columns) != 1 or len(new.columns) != 1:
        return nonsense
    if after == "choice" and before in TEXTS:
        return Conversion(name, f"{name} NOT IN ({_keys(new)})")
    if after in _ANY_TEXT and before in TEXTS | {"choice"}:
        return _as_text(new, name)
    if after in _ANY_TEXT and before == "integer":
        return Conversion(f"CAST({name} AS TEXT)")
    if after == "integer" and before in TEXTS:
        return _digits(name, dialect)
    if after in _SCALED and before == "integer":
        return _scaled(name, new.spec.scale)
    if after == "choices" and before == "choice":
        return Conversion(f"'|' || {name} || '|'")
    return nonsense


def _same_type(
    old: FieldMemory, new: BoundField, name: str, dialect: str
) -> Conversion:
    if new.spec.type == "relation":
        return _linked(old, new)
    if new.spec.type == "money":
        return _paid_in(old, new)
    if new.spec.type == "choices":
        return _fewer(old, new, name)
    if new.spec.type in _SCALED:
        return _rescaled(name, int(old.options.get("scale", 0)), new.spec.scale)
    if new.spec.type == "choice":
        gone = [key for key in old.options.get("of", ()) if key not in new.spec.of]
        return Conversion("", f"{name} IN ({_listed(gone)})") if gone else SAME
    return SAME


def _linked(old: FieldMemory, new: BoundField) -> Conversion:
    """Links keep their row: to other entities, or kept in another way, they cannot be carried."""
    before, after = list(old.options.get("to", ())), list(new.spec.to)
    if before == after or ("any" in after and len(old.columns) == len(new.columns)):
        return SAME
    if len(old.columns) == len(new.columns) == 2:
        kept = f'"{new.name}_entity" IN ({_listed(after)})'
        if "any" in before or set(before) - set(after):
            return Conversion(
                refused="they link to rows of other entities: mend them first",
                about=f"NOT ({kept})",
            )
        return SAME
    return Conversion(refused=(
        f"links to {', '.join(before)} do not become links to {', '.join(after)}: give the field "
        "another name and drop this one"
    ))


def _paid_in(old: FieldMemory, new: BoundField) -> Conversion:
    """An amount keeps its currency, wherever that is written."""
    before, after = old.options.get("currency"), new.spec.currency
    own = [column.name for column in new.columns if column.name.endswith("_currency")]
    if before == after:
        return SAME
    if own and before and "." not in before and before.isupper():
        return Conversion(first=((own[0], f"'{before}'"),))
    if not before and after and "." not in after and after.isupper():
        return Conversion(
            refused=f"amounts in other currencies do not become {after}: mend them first",
            about=f"\"{new.name}_currency\" <> '{after}'",
        )
    return Conversion(refused=(
        f"amounts in {before or 'a currency of their own'} do not become amounts in "
        f"{after or 'a currency of their own'}: give the field another name and drop this one"
    ))


def _fewer(old: FieldMemory, new: BoundField, name: str) -> Conversion:
    gone = [key for key in old.options.get("of", ()) if key not in new.spec.of]
    if not gone or new.spec.of_list:
        return SAME
    lost = " OR ".join(f"{name} LIKE '%|{key}|%'" for key in gone)
    left = name
    for key in gone:
        left = f"replace({left}, '|{key}|', '|')"
    return Conversion(lost=lost, instead=f"nullif({left}, '|')")


def _keys(new: BoundField) -> str:
    return _listed(new.spec.of)


def _listed(keys: object) -> str:
    # Names of the configuration: letters, digits and underscores.
    return ", ".join(f"'{key}'" for key in keys)  # type: ignore[attr-defined]


def _as_text(new: BoundField, name: str) -> Conversion:
    most = getattr(new.spec, "max", None)
    return Conversion(name, f"length({name}) > {most}" if most else "")


def _digits(name: str, dialect: str) -> Conversion:
    # What would be written otherwise as a number, 007, stays what it is: text.
    if dialect == "postgresql":
        good = f"{name} ~ '^(0|-?[1-9][0-9]{{0,17}})$'"
        return Conversion(f"CASE WHEN {good} THEN CAST({name} AS BIGINT) END", f"NOT ({good})")
    good = f"CAST(CAST({name} AS INTEGER) AS TEXT) = {name}"
    return Conversion(f"CASE WHEN {good} THEN CAST({name} AS INTEGER) END", f"NOT ({good})")


def _scaled(name: str, scale: int) -> Conversion:
    factor = 10**scale
    most = _BIGGEST // factor
    fits = f"{name} BETWEEN -{most} AND {most}"
    return Conversion(f"CASE WHEN {fits} THEN {name} * {factor} END", f"NOT ({fits})")


def _rescaled(name: str, before: int, after: int) -> Conversion:
    if after == before:
        return SAME
    if after > before:
        return _scaled(name, after - before)
    factor = 10 ** (before - after)
    exact = f"{name} % {factor} = 0"
    return Conversion(f"CASE WHEN {exact} THEN {name} / {factor} END", f"NOT ({exact})")
