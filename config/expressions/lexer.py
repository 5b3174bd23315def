"""Which characters and words may stand in an expression at all.

Python's own parser knows far more than this language: prefixes of texts, escapes, hexadecimal
numbers, comments, line breaks. They are refused here, at their exact place, before it runs.
"""

from __future__ import annotations

import keyword
import re

from config.expressions.errors import ExpressionError

NESTING_MAX = 20
INTEGER_DIGITS_MAX = 18
DECIMAL_DIGITS_MAX = 12

_TOKEN = re.compile(
    r"""(?P<space>\ +)
      | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<number>[0-9]+\.[0-9]*|[0-9]+|\.[0-9]+)
      | (?P<text>'[^'\n]*'|"[^"\n]*")
      | (?P<operator>==|!=|<=|>=|:=|<>|&&|\|\||\*\*|//|<<|>>|->|[-+*/<>=%&|^~!?:;@.,()\[\]{}`$])
    """,
    re.VERBOSE,
)
_MEANT = {
    "=": "write == to compare", ":=": "write == to compare", "<>": "write != for 'differs from'",
    "&&": "write and", "||": "write or", "!": "write not", "&": "write and", "|": "write or",
    "**": "the operators are + - * /", "//": "the operators are + - * /",
    "%": "a rate is written rate('23 %')", "{": "write a list in brackets: ['a', 'b']",
    "?": "write a if condition else b", ":": "write a if condition else b",
}
_ALLOWED = {"==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", ".", ",", "(", ")", "[", "]"}
_WORDS_MEANT = {"True": "true", "False": "false", "None": "null", "AND": "and", "OR": "or",
                "NOT": "not", "NULL": "null", "TRUE": "true", "FALSE": "false", "IN": "in"}
_WORDS = {"and", "or", "not", "in", "if", "else"}
_CLOSES = {")": "(", "]": "["}


def scan(text: str) -> str:
    """Return `text` with line breaks and tabs as spaces, its places unchanged; refuse the rest."""
    text = re.sub(r"[\t\r\n]", " ", text)
    if not text.strip(" "):
        raise ExpressionError("the expression is empty", "bad-expression", 0)
    open_brackets: list[tuple[str, int]] = []
    previous, last, at = "space", "", 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _foreign(text, at)
        kind, word = match.lastgroup or "", match[0]
        _check_token(kind, word, previous, at)
        if kind == "operator":
            _check_brackets(word, at, open_brackets)
        last = last if kind == "space" else word
        if kind != "space" or previous != "text":  # 'a' 'b' is as wrong as 'a''b'
            previous = kind
        at = match.end()
    if open_brackets:
        bracket, place = open_brackets[-1]
        raise ExpressionError(f"'{bracket}' is never closed", "bad-expression", place)
    if last in _WORDS or last in _ALLOWED - set(_CLOSES):
        raise ExpressionError(
            f"the expression ends after '{last}'", "bad-expression", len(text.rstrip(" "))
        )
    return text


def _check_token(kind: str, word: str, previous: str, at: int) -> None:
    if kind == "name":
        _check_name(word, previous, at)
    elif kind == "number":
        _check_number(word, at)
    elif kind == "text":
        _check_text(word, previous, at)
    elif kind == "operator" and word not in _ALLOWED:
        raise ExpressionError(
            f"'{word}' cannot stand in an expression", "bad-expression", at, _MEANT.get(word, "")
        )


def _check_name(word: str, previous: str, at: int) -> None:
    if previous == "number":
        raise ExpressionError(
            f"'{word}' follows a number without a space", "bad-expression", at,
            "a duration is written days(3)",
        )
    if word in _WORDS_MEANT:
        raise ExpressionError(
            f"'{word}' is not a word of the language", "bad-expression", at,
            f"write {_WORDS_MEANT[word]}",
        )
    if keyword.iskeyword(word) and word not in _WORDS:
        raise ExpressionError(
            f"'{word}' cannot stand in an expression", "bad-expression", at,
            "write == or !=" if word == "is" else "",
        )
    if word.startswith("_"):
        raise ExpressionError(f"the name '{word}' starts with _", "bad-expression", at)


def _check_number(word: str, at: int) -> None:
    whole, _, fraction = word.partition(".")
    if not whole or word.endswith("."):
        raise ExpressionError(
            f"the number {word[:40]} lacks digits beside its point", "bad-expression", at,
            "write 0.5",
        )
    if len(whole) > INTEGER_DIGITS_MAX or len(fraction) > DECIMAL_DIGITS_MAX:
        raise ExpressionError(
            f"the number {word[:40]} is too long", "expression-limit", at,
            f"at most {INTEGER_DIGITS_MAX} digits before and {DECIMAL_DIGITS_MAX} after the point",
        )
    if len(whole) > 1 and whole.startswith("0"):
        raise ExpressionError(
            f"the number {word} starts with 0", "bad-expression", at, "a text stands in quotes"
        )


def _check_text(word: str, previous: str, at: int) -> None:
    if previous == "name":
        # `status in'a'` would be fine for Python; f'…' and b'…' must not be.
        raise ExpressionError("a space must stand before a text", "bad-expression", at)
    if previous == "text":
        raise ExpressionError("two texts stand side by side", "bad-expression", at)
    for index, character in enumerate(word):
        if character == "\\":
            raise ExpressionError(
                "a backslash cannot stand in a text", "bad-expression", at + index
            )
        if not character.isprintable():
            raise ExpressionError(
                "an unprintable character cannot stand in a text", "bad-expression", at + index
            )


def _check_brackets(word: str, at: int, open_brackets: list[tuple[str, int]]) -> None:
    if word in "([":
        open_brackets.append((word, at))
        if len(open_brackets) > NESTING_MAX:
            raise ExpressionError(
                f"the expression is nested more than {NESTING_MAX} levels deep",
                "expression-limit", at,
            )
    elif word in _CLOSES and (not open_brackets or open_brackets.pop()[0] != _CLOSES[word]):
        raise ExpressionError(f"'{word}' closes nothing", "bad-expression", at)


def _foreign(text: str, at: int) -> ExpressionError:
    character = text[at]
    if character in "'\"":
        return ExpressionError("a text is never closed", "bad-expression", at)
    shown = f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"
    return ExpressionError(f"{shown} cannot stand in an expression", "bad-expression", at)


def offsets_of_bytes(text: str, begin: int) -> dict[int, int]:
    """Map each UTF-8 byte offset that starts a character to its character offset plus `begin`.

    Python's parser counts bytes, readers count characters.
    """
    offsets, byte = {}, 0
    for index, character in enumerate(text):
        offsets[byte] = begin + index
        byte += len(character.encode())
    offsets[byte] = begin + len(text)
    return offsets
