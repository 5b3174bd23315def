"""Catalogues of translations: the .po files of gettext, with the place of every entry.

An entry is found by its English text. `msgctxt` narrows it to one address of the configuration
(`entity/invoice/fields/state/label`), where the same English word needs another one.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from config.characters import control_problem
from config.errors import Position, Problem
from config.texts.sentence import placeholders

_LINE = re.compile(
    r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d\])?)\s+)?'
    r'"(?:[^"\\]|\\.)*"\s*)?\Z'
)
_NUMBERS_TRIED = 1000
_HINT = "write the same names in braces as in the English text"


@dataclass(frozen=True, slots=True)
class Entry:
    """One translated text. `plural` is the English form for many, `forms` those of the language."""

    text: str
    forms: tuple[str, ...]
    position: Position
    address: str = ""
    plural: str = ""

    @property
    def translation(self) -> str:
        return self.forms[0]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What one file translates; entries without a translation, or marked fuzzy, are left out.

    `rule` is gettext's expression for the form that a number takes.
    """

    locale: str
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    rule: str = "n != 1"


def parsed_catalogue(content: bytes, locale: str) -> Any:
    """Return Babel's catalogue of a .po file. Raises what `read_po` raises."""
    from babel.messages.pofile import read_po

    return read_po(io.BytesIO(content), locale=locale, abort_invalid=True)


def read_catalogue(content: bytes, shown: str, locale: str) -> Catalogue:
    """Return the entries of a .po file; `shown` names it in problems. Never raises."""
    from babel.messages.pofile import PoFileError

    try:
        lines = content.decode().split("\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Catalogue(locale, (), (_broken(shown, line, "the catalogue is not UTF-8"),))
    # Babel takes a text whose quote is not closed, without its last letter.
    for number, line in enumerate(lines, 1):
        if not _LINE.match(line):
            what = "this is no line of a catalogue, or its quote is not closed"
            return Catalogue(locale, (), (_broken(shown, number, what),))
        control = control_problem(line.rstrip("\r"))
        if control:
            return Catalogue(locale, (), (_broken(shown, number, control),))
    try:
        found = parsed_catalogue(content, locale)
    except PoFileError as error:
        what = f"the catalogue cannot be read: {str(error).partition(' on ')[0]}"
        return Catalogue(locale, (), (_broken(shown, (error.lineno or 0) + 1, what),))
    except (ValueError, LookupError, TypeError) as error:
        return Catalogue(locale, (), (_broken(shown, 1, f"the catalogue cannot be read: {error}"),))
    rule = found.plural_expr
    if not _is_rule(rule):
        what = f"the rule for plural forms cannot be used: {rule[:60]}"
        return Catalogue(locale, (), (_broken(shown, 1, what),))
    entries, problems = [], []
    for message in found:
        if not message.id or message.fuzzy:
            continue
        entry = _entry(message, shown)
        problems += _problems(entry)
        if all(entry.forms):
            entries.append(entry)
    return Catalogue(locale, tuple(entries), tuple(problems), rule)


def _is_rule(expression: str) -> bool:
    """Say whether gettext takes an expression and it gives a form for numbers of every kind."""
    try:
        form = gettext.c2py(expression)
        return all(form(number) >= 0 for number in range(_NUMBERS_TRIED))
    except (ValueError, ArithmeticError, RecursionError):
        return False


def _entry(message: Any, shown: str) -> Entry:
    texts = message.id if isinstance(message.id, tuple) else (message.id, "")
    forms = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    position = Position(shown, message.lineno or 1, 1)
    return Entry(texts[0], tuple(forms), position, message.context or "", texts[1])


def _broken(shown: str, line: int, what: str) -> Problem:
    hint = "the form of the file is gettext's: msgid \"English\", then msgstr \"translation\""
    return Problem(Position(shown, line, 1), "", what, "bad-catalogue", hint)


def _problems(entry: Entry) -> Iterator[Problem]:
    """Yield what is wrong with the braces of a translation."""
    given = [form for form in entry.forms if form]
    if "{" not in entry.text + entry.plural + "".join(given):
        return
    try:
        expected = placeholders(entry.text) | placeholders(entry.plural)
    except ValueError:
        # Not a text of ours with values: its braces are plain signs.
        return
    for form in given:
        what = _wrong_braces(form, expected, spoken=bool(entry.plural))
        if what:
            yield Problem(entry.position, entry.text[:60], what, "bad-placeholder", _HINT)
            return


def _wrong_braces(form: str, expected: frozenset[str], *, spoken: bool) -> str:
    try:
        found = placeholders(form)
    except ValueError:
        return "the braces of the translation do not pair, or hold more than a name"
    unknown = sorted(found - expected)
    if unknown:
        return f"the translation has {{{unknown[0]}}}, the English text does not"
    # A form for one thing may write the number as a word.
    missing = sorted(expected - found - ({"count"} if spoken else set()))
    return f"the translation lacks {{{missing[0]}}}" if missing else ""
