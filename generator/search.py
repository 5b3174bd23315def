"""How text is searched, so that an index can answer on both databases.

Both sides of every comparison are folded (`generator.folding`): the column by the database's
`panel_fold`, what was typed by the same function here. `generator.indexes` indexes the folded
text by its start: SQLite reads a range of it, PostgreSQL a LIKE with `text_pattern_ops`.
Pieces inside a text are found by the indexes of words in `generator.schema_objects`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    String,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from config.specs.fields import INDEXED_CHARS_MAX
from generator.folding import fold, letters

if TYPE_CHECKING:
    from generator.fields.base import BoundField

# Sorts after every other character in UTF-8, so it closes the range of texts with one start.
_LAST = "\U0010ffff"


class StartsWith(FunctionElement[bool]):
    """`starts_with(folded column, low, end, pattern)`: its text starts with the one of `low`."""

    # Not Boolean: SQLite would get `… = 1`, and the end of the range would leave its index.
    type = NullType()
    inherit_cache = True
    name = "panel_starts_with"


@compiles(StartsWith)
def _as_range(element: StartsWith, compiler: Any, **kwargs: Any) -> str:
    folded, low, end, _pattern = list(element.clauses)
    return compiler.process((folded >= low) & (folded < end), **kwargs)


@compiles(StartsWith, "postgresql")
def _as_like(element: StartsWith, compiler: Any, **kwargs: Any) -> str:
    folded, _low, _end, pattern = list(element.clauses)
    return compiler.process(folded.like(pattern), **kwargs)


class InLocale(FunctionElement[str]):
    """`in_locale(column, '"pl"')`: the text of one locale in a column of texts by locale."""

    type = Text()
    inherit_cache = True
    name = "panel_in_locale"


@compiles(InLocale)
def _by_path(element: InLocale, compiler: Any, **kwargs: Any) -> str:
    column, locale = list(element.clauses)
    # An index answers only for the very words it was made with: no parameter may stand here.
    return f"json_extract({compiler.process(column, **kwargs)}, '$.{locale}')"


@compiles(InLocale, "postgresql")
def _by_key(element: InLocale, compiler: Any, **kwargs: Any) -> str:
    column, locale = list(element.clauses)
    return f"({compiler.process(column, **kwargs)} ->> '{str(locale)[1:-1]}')"


def in_locale(column: ColumnElement[Any], locale: str) -> ColumnElement[Any]:
    """Return the text of `locale` in a column that holds a JSON object of texts by locale."""
    assert locale.replace("_", "").isalnum(), locale
    return InLocale(column, literal_column(f'"{locale}"'))


def all_texts(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return all texts of such a column, a line each."""
    return func.panel_texts(column, type_=Text())


def folded(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the folded text of a column."""
    return func.panel_fold(column, type_=Text())


def is_long(field: BoundField) -> bool:
    """Say whether the texts of a field may be longer than an index of PostgreSQL holds."""
    type_ = field.columns[0].type
    length = type_.length or getattr(field.spec, "max", None) if isinstance(type_, String) else 0
    return (length or 0) > INDEXED_CHARS_MAX


def beginnings(
    field: BoundField, source: FromClause | None = None
) -> tuple[ColumnElement[Any], ...]:
    """Return the texts of a field that are searched by their start: of long ones, that alone."""
    texts = field.type.searched(field, source)
    if not is_long(field):
        return texts
    # The bounds stand in the words of the index, so no parameters.
    first, count = literal_column("1"), literal_column(str(INDEXED_CHARS_MAX))
    return tuple(func.substr(text, first, count, type_=Text()) for text in texts)


def starts_with(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that `column` starts with `text`, case and marks aside."""
    start = fold(text)
    return StartsWith(
        folded(column),
        _bound(start),
        _bound(start + _LAST),
        _bound(f"{escape_like(start)}%"),
    )


def contains(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that `text` stands somewhere in `column`, case and marks aside."""
    return folded(column).like(_bound(f"%{escape_like(fold(text))}%"), escape="\\")


def contains_word(column: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    """Return the same as `contains`, so that PostgreSQL's index of words answers."""
    pattern = f"%{escape_like(letters(word))}%"
    latin = func.panel_letters(column, type_=Text()).like(_bound(pattern), escape="\\")
    return and_(latin, contains(column, word))


def starts_given(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the same as `starts_with` for the text whose `given` are the parameters."""
    low, end, pattern = (bindparam(name, type_=Text()) for name in ("low", "end", "pattern"))
    return StartsWith(folded(column), low, end, pattern)


def holds_given(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the same as `contains_word` for the text whose `given` are the parameters."""
    latin = func.panel_letters(column, type_=Text()).like(
        bindparam("latin", type_=Text()), escape="\\"
    )
    inside = folded(column).like(bindparam("inside", type_=Text()), escape="\\")
    return and_(latin, inside)


def given(text: str) -> dict[str, str]:
    """Return the parameters by which a statement that is kept looks for `text`."""
    start = fold(text)
    like = escape_like(start)
    return {
        "low": start, "end": start + _LAST, "pattern": f"{like}%", "inside": f"%{like}%",
        "latin": f"%{escape_like(letters(text))}%",
    }


def escape_like(text: str) -> str:
    """Return `text` as a LIKE pattern that means exactly it; the escape sign is the backslash."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _bound(text: str) -> ColumnElement[str]:
    return bindparam(None, text, Text(), unique=True)
