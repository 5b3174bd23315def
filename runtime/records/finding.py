"""Rows found by the words that they show: what a lookup searches while someone types.

Every word must stand somewhere in the parts of a row's title, in any order. In a small table, or
a field with an index of words, it may stand anywhere; another field takes part when one of the
words begins it, so that an index finds its rows. Keys (choices, countries, currencies) are found
by what the reader sees of them, amounts by their number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, FromClause, Integer, and_, false, or_

from generator.fields.base import BoundField
from generator.fields.exchange import FieldProblem, FormatContext
from generator.fields.money import SCALE, currency_path, keeps_currency
from generator.fields.numerals import read_decimal, scaled
from generator.fields.places import currencies_named
from generator.fields.relation import linked_entity
from generator.folding import fold
from generator.search import beginnings, starts_with
from runtime.records import conditions, naming, words
from runtime.records.errors import ValidationFailed
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import EntityModel

WORDS_MAX = 8
TEXT_MAX = 200
_DIGITS_MAX = 18
# What stands around the words of a title, and is no part of them.
_AROUND = "()[],;:-–—·\"'#"
_NUMBER = re.compile(r"\d[\d.,]{0,18}(?<=\d)", re.ASCII)

Condition = ColumnElement[bool]


def named(work: Work, model: EntityModel, paths: list[str], text: str) -> Condition:
    """Return the condition that a row shows every word of the text, or has the id typed."""
    text = text.strip()[:TEXT_MAX]
    said = [word for word in (each.strip(_AROUND) for each in text.split()) if word]
    found = [_every_word(work, model, paths, said[:WORDS_MAX] or [text])]
    number = text.lstrip("#")
    if number.isascii() and number.isdigit() and len(number) <= _DIGITS_MAX:
        found.append(model.table.c.id == int(number))
    return or_(*found)


def paths_of(work: Work, model: EntityModel, declared: tuple[str, ...]) -> list[str]:
    """Return where a lookup looks: in what it declares, what lists search, and in the title."""
    staff = model.views.get("staff")
    searched = declared or tuple(staff.search if staff else ())
    paths = dict.fromkeys((*searched, *naming.paths(work, model.name)))
    for path in list(paths):
        end = _end(work, model, path)
        currency = currency_path(end[1]) if end and end[1].spec.type == "money" else None
        if currency is not None:
            paths.setdefault(".".join((*path.split(".")[:-1], currency)))
    return list(paths)


def _every_word(
    work: Work, model: EntityModel, paths: list[str], said: list[str]
) -> Condition:
    ends = [(path, *end) for path in paths if (end := _end(work, model, path))]
    every = []
    for word in said:
        found = list(_of_paths(work, model, ends, word, said))
        if not found:
            return false()
        every.append(or_(*found))
    return and_(*every)


def _of_paths(
    work: Work, model: EntityModel, ends: list[tuple[str, EntityModel, BoundField]],
    word: str, said: list[str],
) -> Iterator[Condition]:
    for path, owner, field in ends:
        test = _test(work, owner, field, word, said)
        if test is None:
            continue
        try:
            yield conditions.along(work, model, path, model.table, test)
        except ValidationFailed:
            # What the actor may not see in every row is not searched for them.
            continue


def _test(
    work: Work, owner: EntityModel, field: BoundField, word: str, said: list[str]
) -> conditions.Test | None:
    """Return what finds a word in one field, None when it cannot stand there."""
    keys = field.type.keys_named(field, fold(word), work.formats)
    if keys is not None:
        return (lambda one, source: one.type.sort_column(one, source).in_(keys)) if keys else None
    if field.spec.type == "money":
        return _amount(field, word, work.formats)
    if isinstance(field.columns[0].type, Integer):
        return lambda one, source: words.starts(one, source, word)
    if not {"starts", "contains"} & set(field.type.operators):
        return None
    if field.name in owner.words:
        return _indexed(work.connection.dialect.name, word, said)
    if owner.spec.size == "small":
        return lambda one, source: words.holds(one, source, word)
    if len(said) == 1:
        return lambda one, source: words.starts(one, source, word)
    return lambda one, source: _begun(one, source, word, said)


def _begun(field: BoundField, source: FromClause, word: str, said: list[str]) -> Condition:
    """Return where one of the words begins the text and `word` stands in it."""
    texts = beginnings(field, source)
    begun = or_(*(starts_with(text, each) for text in texts for each in said))
    return and_(begun, words.holds(field, source, word))


def _indexed(dialect: str, word: str, said: list[str]) -> conditions.Test:
    """Return what finds a word by the index of words, which holds no shorter ones.

    A short word begins the text, or stands beside a longer one.
    """
    long = [each for each in said if len(fold(each)) >= words.LETTERS_MIN]

    def test(field: BoundField, source: FromClause) -> Condition:
        if word in long:
            return words.matches(field, source, word, dialect)
        beside = [words.matches(field, source, each, dialect) for each in long]
        return or_(
            words.starts(field, source, word),
            *([and_(or_(*beside), words.holds(field, source, word))] if beside else ()),
        )

    return test


def _amount(field: BoundField, word: str, context: FormatContext) -> conditions.Test | None:
    """Return what finds an amount, with or without a sign of its currency, or that sign."""
    number = _NUMBER.search(word)
    if number is not None:
        try:
            micros = scaled(read_decimal(number[0], context.locale), SCALE)
        except FieldProblem:
            return None
        return lambda one, source: source.c[f"{one.name}_micros"] == micros
    if not keeps_currency(field):
        return None
    codes = currencies_named(fold(word), context.locale)
    return (lambda one, source: source.c[f"{one.name}_currency"].in_(codes)) if codes else None


def _end(
    work: Work, model: EntityModel, path: str
) -> tuple[EntityModel, BoundField] | None:
    """Return the stored field at the end of a path, and whose it is."""
    name, _, rest = path.partition(".")
    field = model.fields.get(name)
    if field is None:
        return None
    if rest:
        target = linked_entity(field)
        return None if target is None else _end(work, work.model(target), rest)
    return (model, field) if field.columns else None

