"""What a search of a list finds: the start of a field, or words inside it, in any field it names.

    asked       everything that narrows a list for one request, the search among it
    condition   which rows of one list the text finds
    finds       in which of several lists it finds any: one statement, before a list is read
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    literal_column,
    or_,
    select,
    union_all,
)

from config.specs.entity import ViewSpec
from generator.folding import fold
from runtime.records import conditions, words
from runtime.records.errors import ValidationFailed
from runtime.records.values import ListQuery
from runtime.records.work import Work

if TYPE_CHECKING:
    from generator import EntityModel

SEARCH_MAX = 200
# What a row's id can be: more digits do not fit its column.
_NUMBER = re.compile(r"#?([0-9]{1,18})", re.ASCII)
FEW_MAX = 500
WORDS_MAX = 6

Condition = ColumnElement[bool]
TestOf = Callable[[str], conditions.Test]
"""How a field is tested in the mode that the view gives it."""


def asked(
    work: Work, model: EntityModel, view: ViewSpec, query: ListQuery
) -> list[Condition]:
    """Return what a request narrows a list by: its filters, its parent, and what it searches."""
    found = conditions.asked(work, model, view, query)
    text = query.search.strip()
    return [*found, condition(work, model, view, text)] if text else found


def condition(work: Work, model: EntityModel, view: ViewSpec, text: str) -> Condition:
    """Return where one of the searchable fields starts with the text, or holds its words.

    Each of several words may also be found in another field: first and last name, in any order.
    A number finds the row that has it, `#12` nothing else. A view without searchable fields finds
    nothing: no limit must not mean every field.
    """
    text = text[:SEARCH_MAX]
    said = text.split()
    number = _NUMBER.fullmatch(text) if view.search else None
    if number and text.startswith("#"):
        return model.table.c.id == int(number[1])
    whole = _few(work, model, view, text)
    if number:
        return or_(whole, model.table.c.id == int(number[1]))
    return whole if len(said) == 1 else or_(whole, _each_word(work, model, view, said))


def _few(work: Work, model: EntityModel, view: ViewSpec, text: str) -> Condition:
    """Return where one of the fields has the text, as a list of ids when those are few rows.

    A database that is to sort by another column reads its index to the end for a rare word;
    asked for each condition alone it uses the index of that, and few ids are quickly sorted.
    Of a common word a page is full before much was read.
    """
    ids = _first_ids(work, model, view, text)
    if len(ids) > FEW_MAX:
        return _any(work, model, view, text)
    return model.table.c.id.in_(sorted(ids)) if ids else false()


def _each_word(work: Work, model: EntityModel, view: ViewSpec, said: list[str]) -> Condition:
    """Return where each of several words is found in some field: the rarest one by its index."""
    said = said[:WORDS_MAX]
    ids: dict[str, set[int]] = {}
    for word in said:
        ids[word] = _first_ids(work, model, view, word)
        if not ids[word]:
            return false()
    rarest = min(said, key=lambda word: len(ids[word]))
    others = [_any(work, model, view, word) for word in said if word != rarest]
    if len(ids[rarest]) <= FEW_MAX:
        return and_(model.table.c.id.in_(sorted(ids[rarest])), *others)
    # All of them are common: a page is full after a few rows.
    return and_(_any(work, model, view, rarest), *others)


def _any(work: Work, model: EntityModel, view: ViewSpec, text: str) -> Condition:
    """Return where one of the fields has the text, asked of each row by itself."""
    def along(path: str, test: conditions.Test) -> Condition:
        return conditions.along(work, model, path, model.table, test, by_row=True)

    return or_(*_per_field(view, _test_of(work, text), along))


def _first_ids(work: Work, model: EntityModel, view: ViewSpec, text: str) -> set[int]:
    """Return the rows whose fields have the text, of each field one more than `FEW_MAX`."""
    if "words" in view.search.values() and len(text.split()) > 1:
        statement = _ids(work, model, view, _test_of(work, text))
    else:
        whole = _is_whole(text)
        fields = tuple(view.search.items())
        key = ("found", model.name, work.rights(model.name), fields, whole)
        statement = work.plan(key, lambda: _ids(work, model, view, _given_test_of(work, whole)))
    if statement is None:
        return set()
    return set(work.run(statement, words.given(text)).scalars())


def _ids(work: Work, model: EntityModel, view: ViewSpec, test_of: TestOf) -> Any:
    """Return the statement that gives the ids, None when there is no field to search."""
    def along(path: str, test: conditions.Test) -> Select[tuple[int]]:
        return conditions.ids_along(work, model, path, test).limit(FEW_MAX + 1)

    parts = list(_per_field(view, test_of, along))
    if len(parts) < 2:
        return parts[0] if parts else None
    # A part with a limit stands in brackets of its own, for SQLite too.
    return union_all(*(select(part.subquery().c.id) for part in parts))


Made = TypeVar("Made")


def _per_field(
    view: ViewSpec, test_of: TestOf, make: Callable[[str, conditions.Test], Made]
) -> Iterator[Made]:
    for path, mode in view.search.items():
        try:
            yield make(path, test_of(mode))
        except ValidationFailed:
            # What the actor may not see in every row is not searched for them.
            continue


def _test_of(work: Work, text: str) -> TestOf:
    dialect = work.connection.dialect.name

    def test_of(mode: str) -> conditions.Test:
        if mode == "words":
            return lambda field, source: words.matches(field, source, text, dialect)
        return lambda field, source: words.starts(field, source, text)

    return test_of


def _given_test_of(work: Work, whole: bool) -> TestOf:
    """Return the same for a text that is a parameter, one word where fields hold words."""
    dialect = work.connection.dialect.name

    def test_of(mode: str) -> conditions.Test:
        if mode == "words" and whole:
            return lambda field, source: words.holds_given(field, source, dialect)
        return words.starts_given

    return test_of


def _is_whole(text: str) -> bool:
    """Say whether the indexes of words can find a text: they hold none that is shorter."""
    return len(fold(text)) >= words.LETTERS_MIN


# ---------------------------------------------------------------------- many lists


def finds(work: Work, views: Mapping[str, str], text: str) -> frozenset[str]:
    """Return the entities in whose lists (entity -> view) the text finds rows.

    A list of those may still turn out empty: each of several words is looked for by itself.
    """
    text = text.strip()[:SEARCH_MAX]
    if not text or not views:
        return frozenset()
    if text.startswith("#") and _NUMBER.fullmatch(text):
        # Looked up by its key: as quick as asking first whether it is there.
        return frozenset(views)
    found, said = _having(work, views, text), text.split()
    if len(said) == 1:
        return found
    said = said[:WORDS_MAX]
    if not (sure := [word for word in said if _is_whole(word)]):
        # Beside another one a short word may stand anywhere, which no index can tell.
        sure = said
        found |= {name for name, view in views.items()
                  if "words" in work.model(name).views[view].search.values()}
    return found | frozenset.intersection(*(_having(work, views, word) for word in sure))


def _having(work: Work, views: Mapping[str, str], text: str) -> frozenset[str]:
    names = list(views)
    whole = _is_whole(text)
    key = ("finds", whole, *((name, views[name], work.rights(name)) for name in names))
    statement = work.plan(key, lambda: _sweep(work, views, whole=whole))
    if statement is None:
        return frozenset()
    return frozenset(names[place] for place in work.run(statement, words.given(text)).scalars())


def _sweep(work: Work, views: Mapping[str, str], *, whole: bool) -> Any:
    """Return the statement that gives the places of the entities which have such rows.

    `whole`: the text is long enough for the indexes of words.
    """
    test_of = _given_test_of(work, whole)
    parts = []
    for place, (name, view_name) in enumerate(views.items()):
        there = list(_there(work, work.model(name), view_name, test_of))
        if there:
            parts.append(select(literal_column(str(place))).where(or_(*there)))
    return union_all(*parts) if parts else None


def _there(
    work: Work, model: EntityModel, view_name: str, test_of: TestOf
) -> Iterator[Condition]:
    view = model.views[view_name]
    seen = conditions.of_view(work, model, view, ListQuery(view=view_name))

    def along(path: str, test: conditions.Test) -> Condition:
        return exists(conditions.ids_along(work, model, path, test).where(*seen))

    return _per_field(view, test_of, along)
