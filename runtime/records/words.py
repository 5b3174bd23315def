"""Search in texts: by their start, or inside them by the index of words that a table has."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    TableClause,
    Text,
    and_,
    bindparam,
    false,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.sql import column as plain_column

from generator import search
from generator.fields.base import BoundField
from generator.folding import fold
from generator.schema_objects import words_table
from generator.search import all_texts, contains, contains_word, starts_with

# The indexes hold pieces of three letters: shorter texts are not found in them.
LETTERS_MIN = 3
_DIGITS_MAX = 18


def starts(field: BoundField, source: FromClause, text: str) -> ColumnElement[bool]:
    """Return the condition that a text of the field starts so; a number must be the very one."""
    if isinstance(field.columns[0].type, Integer):
        column = field.type.sort_column(field, source)
        number = text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX
        return column == int(text) if number else false()
    return or_(*(starts_with(each, text) for each in search.beginnings(field, source)))


def starts_given(field: BoundField, source: FromClause) -> ColumnElement[bool]:
    """Return the same as `starts` for the text whose `given` are the parameters."""
    if isinstance(field.columns[0].type, Integer):
        number = bindparam("number", type_=BigInteger())
        return field.type.sort_column(field, source) == number
    return or_(*(search.starts_given(each) for each in search.beginnings(field, source)))


def holds_given(field: BoundField, source: FromClause, dialect: str) -> Any:
    """Return the same as `matches` for one word that the index of words can find."""
    if dialect == "sqlite":
        index, names = _index_of(field)
        asked = literal(f"{{{names}}} : ", Text()).concat(bindparam("quoted", type_=Text()))
        return _found_in(index, source, asked)
    return or_(*(search.holds_given(each) for each in _inside(field, source)))


def given(text: str) -> dict[str, str | int | None]:
    """Return the parameters by which a statement that is kept looks for `text`."""
    number = text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX
    return {
        **search.given(text), "number": int(text) if number else None,
        "quoted": _quoted(fold(text)),
    }


def matches(field: BoundField, source: FromClause, text: str, dialect: str) -> Any:
    """Return the condition that every word of the text stands somewhere in the field.

    The field has an index of words. A short word alone must begin the text.
    """
    words = fold(text).split()
    long = [word for word in words if len(word) >= LETTERS_MIN]
    conditions: list[ColumnElement[bool]] = []
    if long and dialect == "sqlite":
        conditions.append(_in_index(field, source, long))
    elif long:
        texts = _inside(field, source)
        conditions += [or_(*(contains_word(each, word) for each in texts)) for word in long]
    for word in words:
        if len(word) >= LETTERS_MIN:
            continue
        if len(words) == 1:
            conditions.append(starts(field, source, word))
        else:
            conditions.append(holds(field, source, word))
    return and_(*conditions)


def holds(field: BoundField, source: FromClause, word: str) -> ColumnElement[bool]:
    """Return the condition that a text of the field holds the word; no index answers it."""
    return or_(*(contains(each, word) for each in _inside(field, source)))


def _inside(field: BoundField, source: FromClause) -> list[ColumnElement[Any]]:
    """Return the columns of a field as texts: that of one language, and those of all others."""
    first, *others = (source.c[column.name] for column in field.columns)
    return [first, *map(all_texts, others)]


def _in_index(field: BoundField, source: FromClause, words: list[str]) -> ColumnElement[bool]:
    index, names = _index_of(field)
    quoted = " AND ".join(map(_quoted, words))
    return _found_in(index, source, f"{{{names}}} : ({quoted})")


def _index_of(field: BoundField) -> tuple[TableClause, str]:
    """Return the index of words that holds a field, and the columns there."""
    index = table(words_table(field.columns[0].table.name), plain_column("rowid"))
    return index, " ".join(f'"{column.name}"' for column in field.columns)


def _found_in(index: TableClause, source: FromClause, asked: Any) -> ColumnElement[bool]:
    # The column filter of FTS5 is part of the text that is matched.
    match = literal_column(f'"{index.name}"').op("MATCH")(asked)
    return source.c.id.in_(select(index.c.rowid).where(match))


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
