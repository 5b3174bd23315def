"""Where a list goes on: the sort values of the row at its edge, sealed.

A cursor belongs to one list (entity, view, filters, sort): presented to another, or altered, it
is refused with a sentence instead of showing rows from a wrong place.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from config.texts.sentence import Sentence
from runtime.crypto import Signer
from runtime.records.errors import ValidationFailed

LENGTH_MAX = 4000


@dataclass(frozen=True, slots=True)
class Cursor:
    """`keys` are the stored values of the sort columns and the id of the row at the edge."""

    keys: tuple[Any, ...]
    backward: bool = False


def fingerprint(*parts: object) -> str:
    """Return a short digest of what a list shows, to recognise its cursors."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def write(signer: Signer, cursor: Cursor, listing: str) -> str:
    """Return the cursor as a text for the list with the fingerprint `listing`."""
    keys = [_plain(key) for key in cursor.keys]
    return signer.sign(json.dumps([listing, int(cursor.backward), keys]).encode())


def read(signer: Signer, text: str, listing: str, length: int) -> Cursor:
    """Return what `write` wrote for the same list with `length` keys.

    Raise ValidationFailed for anything else.
    """
    payload = signer.open(text) if len(text) <= LENGTH_MAX else None
    if payload is None:
        raise _refused(Sentence("this link to a page is damaged: start from the first page"))
    written_for, backward, keys = json.loads(payload)
    if written_for != listing or len(keys) != length:
        raise _refused(Sentence(
            "the list has changed since this page was shown: start from the first page"
        ))
    return Cursor(tuple(_value(key) for key in keys), bool(backward))


def _refused(message: str) -> ValidationFailed:
    return ValidationFailed({"cursor": [message]})


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime):
        return {"moment": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"seconds": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    raise TypeError(f"a cursor cannot hold {type(value).__name__}")


def _value(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain
    ((kind, data),) = plain.items()
    if kind == "moment":
        return datetime.fromisoformat(data)
    if kind == "date":
        return date.fromisoformat(data)
    if kind == "seconds":
        return timedelta(days=data[0], seconds=data[1], microseconds=data[2])
    return Decimal(data)
