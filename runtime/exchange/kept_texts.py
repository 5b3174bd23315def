"""Sentences kept in the database as message and values, so that each reader has their language.

    {"say": "Enter at most {max} characters.", "with": {"max": 40}}
    {"number": 1200}                                     a number, as the reader writes it
    {"label": {"": "Client", "pl": "Klient"}, "key": "client"}   the name of a thing

What was written down as a plain text, by an earlier version or by people, stands as it is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from config.texts.sentence import Named, Sentence, Translator, worded
from generator.fields.formats import Number

TEXT_MAX = 1000
"""How long a text column of ours is, in characters."""
_START = '{"say": '


def kept(text: Any) -> Any:
    """Return a text, or a value of a sentence, as JSON."""
    if isinstance(text, Number):
        return {"number": text.number}
    if isinstance(text, Named):
        return {"label": dict(text.label or {}), "key": text.key}
    if isinstance(text, Sentence):
        data: dict[str, Any] = {"say": text.message}
        if text.many:
            data["many"] = text.many
        if text.values:
            data["with"] = {name: kept(value) for name, value in text.values.items()}
        return data
    return text if isinstance(text, int) else str(text)


def recalled(data: Any) -> Any:
    """Return what `kept` made JSON of; a plain text as it is."""
    if not isinstance(data, Mapping):
        return data
    if "number" in data:
        return Number(data["number"])
    if "key" in data:
        return Named(data.get("label"), data["key"])
    values = {name: recalled(value) for name, value in data.get("with", {}).items()}
    if data.get("many"):
        return Sentence.counted(data["say"], data["many"], **values)
    return Sentence(data["say"], **values)


def column_text(text: str | None, translate: Translator) -> str | None:
    """Return a text for a text column; one too long to be kept whole is said now, and cut."""
    if not isinstance(text, Sentence):
        return text and text[:TEXT_MAX]
    data = json.dumps(_whole(text), ensure_ascii=False)
    return data if len(data) <= TEXT_MAX else worded(text, translate)[:TEXT_MAX]


def _whole(text: Sentence) -> dict[str, Any]:
    data = kept(text)
    # A number or a name by itself is a sentence of one value.
    return data if "say" in data else {"say": "{value}", "with": {"value": data}}


def of_column(stored: str | None) -> str | None:
    """Return the text that `column_text` made."""
    if stored is None or not stored.startswith(_START):
        return stored
    try:
        text: str = recalled(json.loads(stored))
    except (ValueError, KeyError, TypeError):
        return stored
    return text
