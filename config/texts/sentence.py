"""English sentences that are said in the reader's language once the reader is known.

    Sentence("At most {max} rows fit one form.", max=100)
    Sentence.counted("{count} row is left.", "{count} rows are left.", count=n)

A sentence is the English text itself, so it can be logged, compared and joined like any other;
`worded` says it in another language. The catalogues hold the text with its braces, which hold a
name and nothing else: `filled` puts values in their place, and cannot fail or be made to work long.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, Self

from config import labels

_BRACES = re.compile(r"\{\{|\}\}|\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Translator(Protocol):
    """Says our English texts in one language; what it does not know stays English."""

    @property
    def locale(self) -> str: ...

    def __call__(self, text: str, /) -> str: ...

    def label(self, text: str, /) -> str:
        """Return a text that stands in the configuration, not in the program."""
        ...

    def plural(self, one: str, many: str, count: int, /) -> str:
        """Return the form of the language for `count` things; the braces stay in it."""
        ...


class _English:
    locale = "en"

    def __call__(self, text: str, /) -> str:
        return text

    def label(self, text: str, /) -> str:
        return text

    def plural(self, one: str, many: str, count: int, /) -> str:
        return one if count == 1 else many

    def __repr__(self) -> str:
        return "ENGLISH"

    def __reduce__(self) -> str:
        return "ENGLISH"


ENGLISH: Translator = _English()


class Sentence(str):
    """`message` is the text with its braces, `values` what stands in them.

    A value may be a sentence too. `many` is the form for any number but one, of `count`.
    """

    __slots__ = ("many", "message", "values")

    message: str
    values: dict[str, Any]
    many: str

    def __new__(cls, message: str, /, **values: Any) -> Self:
        made = super().__new__(cls, filled(message, values) if values else message)
        made.message, made.values, made.many = message, values, ""
        return made

    @classmethod
    def counted(cls, one: str, many: str, /, *, count: int, **values: Any) -> Self:
        made = cls(one if count == 1 else many, count=count, **values)
        made.message, made.many = one, many
        return made

    def said(self, translate: Translator) -> str:
        """Return the sentence in the translator's language."""
        text = (
            translate.plural(self.message, self.many, self.values["count"])
            if self.many else translate(self.message)
        )
        if not self.values:
            return text
        return filled(text, {
            name: worded(value, translate) if isinstance(value, str) else value
            for name, value in self.values.items()
        })


class Named(Sentence):
    """The name of a thing of the configuration: its label in the reader's language."""

    __slots__ = ("key", "label")

    key: str
    label: Mapping[str, str] | None

    def __new__(cls, label: Mapping[str, str] | None, key: str) -> Self:
        made = super().__new__(cls, labels.text(label, key))
        made.label, made.key = label, key
        return made

    def said(self, translate: Translator) -> str:
        if not self.label:
            return translate.label(labels.derived(self.key))
        return labels.text(self.label, self.key, translate.locale)

    def __getnewargs__(self) -> Any:
        return self.label, self.key


def worded(text: str, translate: Translator) -> str:
    """Return a sentence in the translator's language, any other text as it is."""
    return text.said(translate) if isinstance(text, Sentence) else text


def joined(texts: Iterable[str], between: str = "; ") -> Sentence:
    """Return one sentence of several texts, each of which is still said in its own way."""
    parts = dict(zip(_names(), texts, strict=False))
    return Sentence(between.join(f"{{{name}}}" for name in parts), **parts)


def _names() -> Iterator[str]:
    return (f"t{number}" for number in itertools.count())


class Wording(str):
    """A text of a catalogue: whoever asks it to `format` gets its names replaced, no more."""

    __slots__ = ()

    def format(self, *_: object, **values: object) -> str:
        return filled(self, values)


def filled(text: str, values: Mapping[str, object]) -> str:
    """Return the text with values for the names in braces; a name without a value stays."""
    if "{" not in text and "}" not in text:
        return text

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0][0]
        return str(values[name]) if name in values else found[0]

    return _BRACES.sub(value, text)


def placeholders(text: str) -> frozenset[str]:
    """Return the names in braces. Raises ValueError for braces with anything but a name."""
    rest = _BRACES.sub("", text)
    if "{" in rest or "}" in rest:
        raise ValueError("a brace does not pair, or holds more than a name")
    return frozenset(name for name in _BRACES.findall(text) if name)
