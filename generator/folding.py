"""What text is folded to before it is searched: the same in Python, on SQLite and on PostgreSQL.

Letters lose their case and their marks: `ŁÓDŹ` and `łódź` are `lodz`, `École` is `ecole`,
`Ї` and `ї` are `і`, `Straße` is `strasse`. It holds for the Latin, Greek, Cyrillic and Armenian
alphabets; every other sign stays as it is. One table of ours says it, so that neither the
locale of a database nor the version of Unicode in a library changes what an index holds.

The indexes on both databases hold what `panel_fold` gave. A change of the table therefore needs
new names for the functions: then the indexes differ from the stored ones, and are made anew.
"""

from __future__ import annotations

import json
import string
import unicodedata
from functools import cache
from typing import Any

# Blocks whose case and decomposition Unicode has promised never to change.
_BLOCKS = ((0x41, 0x5B), (0xC0, 0x250), (0x370, 0x530), (0x531, 0x588), (0x1E00, 0x2000))
_MARKS = "".join(map(chr, (*range(0x300, 0x370), *range(0x483, 0x488))))
# Letters that do not fall apart into a plain one and a mark.
_STROKES = {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"}
_SEVERAL = {"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ĳ": "ij"}
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ"
_ACCENTED = "ąćęłńóśźżéèêëáàâäçíîïôöúùûüñčřšžýěů"
# PostgreSQL looks a sign up from the start: what texts are mostly made of stands there.
_OFTEN = (
    f"eaoinrtslcdupmkzywbghjfvxq {string.digits}{string.ascii_uppercase}.-,@'/()&+_:#\""
    f"{_ACCENTED}{_CYRILLIC}{_CYRILLIC.upper()}{_ACCENTED.upper()}"
)


def fold(text: str) -> str:
    """Return `text` as searches compare it."""
    return text.lower() if text.isascii() else text.translate(_table())


def letters(text: str) -> str:
    """Return the letters of `fold(text)`, each as some small Latin one.

    PostgreSQL's trigrams know only the letters of the database's locale, in the locale C those
    of ASCII; several letters may become one here, so what is found is compared once more.
    """
    folded = fold(text)
    return folded if folded.isascii() else folded.translate(_latin())


def texts(stored: str | None) -> str | None:
    """Return the texts of a JSON object, a line each; None when there are none."""
    return "\n".join(json.loads(stored).values()) or None if stored else None


def teach(connection: Any) -> None:
    """Teach a connection of sqlite3 the functions that indexes and triggers of ours call."""
    connection.create_function("panel_fold", 1, _folded, deterministic=True)
    connection.create_function("panel_texts", 1, texts, deterministic=True)


def postgresql_functions() -> tuple[str, ...]:
    """Return what makes the functions in a PostgreSQL database.

    STRICT keeps the planner from copying the tables into every query. The functions name no
    other function of ours: a restored dump makes the indexes before it knows where those are.
    """
    signs = _signs()
    folded = "".join(map(_plain, signs))
    latin = "".join(_as_latin(_plain(sign)) for sign in signs)
    return (
        _function("panel_fold(said text)", _translation(signs, folded)),
        _function("panel_letters(said text)", _translation(signs, latin)),
        _function("panel_texts(said jsonb)",
                  "(SELECT string_agg(value, E'\\n') FROM jsonb_each_text(said))"),
    )


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _plain(sign: str) -> str:
    """Return one letter without case and marks; the sign itself when it is no such letter."""
    small = sign.casefold()
    if len(small) != 1:
        small = sign.lower()
    parts = unicodedata.normalize("NFD", small)
    bare = "".join(part for part in parts if part not in _MARKS)
    bare = _STROKES.get(bare, bare)
    return bare if len(bare) == 1 else sign


def _as_latin(sign: str) -> str:
    if sign.isascii() or not sign.isalpha() or sign in _SEVERAL:
        return sign
    return string.ascii_lowercase[ord(sign) % 26]


@cache
def _signs() -> str:
    """Return every sign that folding looks at, the most frequent first."""
    known = (
        sign
        for first, end in _BLOCKS
        for sign in map(chr, range(first, end))
        if sign.isalpha() and (_plain(sign) != sign or _as_latin(sign) != sign)
    )
    return "".join(dict.fromkeys((*_OFTEN, *known)))


@cache
def _table() -> dict[int, str]:
    table: dict[int, str] = dict.fromkeys(map(ord, _MARKS), "")
    for sign in _signs():
        plain = _plain(sign)
        table[ord(sign)] = _SEVERAL.get(plain, plain)
    return table | {ord(sign): several for sign, several in _SEVERAL.items()}


@cache
def _latin() -> dict[int, str]:
    return {ord(plain): _as_latin(plain) for plain in map(_plain, _signs())}


def _translation(signs: str, become: str) -> str:
    written = f"translate(said, {_quoted(signs + _MARKS)}, {_quoted(become)})"
    for sign, several in _SEVERAL.items():
        written = f"replace({written}, '{sign}', '{several}')"
    # Most texts are ASCII, and quickly done; lower() alone would ask the database's locale.
    return (
        "CASE WHEN octet_length(said) = char_length(said) "
        f"THEN lower(said COLLATE \"C\") ELSE {written} END"
    )


def _function(signature: str, result: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {signature} RETURNS text LANGUAGE plpgsql "
        f"IMMUTABLE STRICT PARALLEL SAFE AS $panel$ BEGIN RETURN {result}; END $panel$"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
