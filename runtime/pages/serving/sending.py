"""The key of a form, by which the gate knows it when it is sent a second time."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from typing import Any

from starlette.datastructures import UploadFile

from runtime.records.sent_forms import SentForm
from runtime.web.csrf import FIELD as CSRF_FIELD

FIELD = "form_key"
_BYTES_AT_ONCE = 1 << 18
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def new_key() -> str:
    return secrets.token_urlsafe(16)


def key_of(form: Any) -> str:
    """Return the key that a form was sent with, empty for one that no page of ours gave."""
    key = form.get(FIELD)
    return key if isinstance(key, str) and _KEY.fullmatch(key) else ""


def sent_form(form: Any, place: str) -> SentForm | None:
    """Return what tells this sending from others; None for a form without a key.

    `place` is what the form is for: `client/new`, `client/12/moves/close`.
    """
    key = key_of(form)
    return SentForm(place, key, _content(form)) if key else None


def _content(form: Any) -> str:
    # The token is masked anew for each page, whatever is typed there.
    said = [
        (name, _file(value) if isinstance(value, UploadFile) else value)
        for name, value in form.multi_items() if name not in (CSRF_FIELD, FIELD)
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def _file(sent: UploadFile) -> list[str | int | None]:
    """Return what tells a file from others: one that was mended keeps its name, often its size."""
    digest = hashlib.sha256()
    sent.file.seek(0)
    while part := sent.file.read(_BYTES_AT_ONCE):
        digest.update(part)
    sent.file.seek(0)
    return [sent.filename, sent.size, digest.hexdigest()]
