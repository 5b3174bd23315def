"""Limits of fields that no value could keep: no text has fewer than no characters."""

from __future__ import annotations

import re
from typing import Any

from config.objects import Item, Objects
from config.source import KeyPath
from config.specs.base import quoted

_TEXTS = {"text", "long_text", "markdown", "code", "slug", "secret"}
_FILES = {"file", "image"}
_MEDIA_TYPE = re.compile(r"[a-z]+/(\*|[a-z0-9][a-z0-9.+_-]{0,126})", re.IGNORECASE)


def check_limits(objects: Objects, item: Item, path: KeyPath, field: Any) -> None:
    """Check the limits of one field, by its type."""
    if field.type in _TEXTS and field.max < 1:
        objects.report(item, (*path, "max"), f"expected 1 or more characters, got {field.max}",
                       "bad-limits", "leave the field out if it is to stay empty")
    if getattr(field, "min", None) is not None and field.type in _TEXTS and field.min < 0:
        objects.report(item, (*path, "min"), f"expected 0 or more characters, got {field.min}",
                       "bad-limits")
    if field.type in _FILES and field.size_max < 1:
        objects.report(item, (*path, "size_max"), f"expected 1 or more bytes, got "
                       f"{field.size_max}", "bad-limits", "write it in bytes: 5000000")
    for index, kind in enumerate(getattr(field, "accept", ()) if field.type in _FILES else ()):
        if not _MEDIA_TYPE.fullmatch(kind):
            source, inner = item.locate((*path, "accept", index))
            place = (*path, "accept", index)
            objects.report(item, place if inner in source.value_positions else place[:-1],
                           f"{quoted(kind)} is no media type", "bad-value",
                           "write it like application/pdf, or image/* for all of a kind")
