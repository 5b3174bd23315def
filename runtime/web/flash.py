"""Short messages that survive one redirect: "The service was suspended."

They travel in a signed cookie that the next page reads and ends, so no row is written for them.
The signature covers the session's cookie: a message cannot be planted from elsewhere.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

from runtime.web.address import PublicAddress
from runtime.web.visit import Visit, visit_of

Level = Literal["ok", "info", "warn", "bad"]

_LEVELS = frozenset({"ok", "info", "warn", "bad"})
# A browser drops cookies over 4 KiB, and base64 makes three bytes four. One text always fits.
_BYTES_MAX = 2700
_TEXT_MAX = 600
_LIFETIME_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Flash:
    level: Level
    text: str


class FlashCookies:
    """Write and read the messages, signed under `key`, which serves nothing else."""

    def __init__(self, key: bytes, address: PublicAddress) -> None:
        self._key = key
        self._address = address

    def add(self, request: Request, response: Response, *flashes: Flash) -> None:
        """Show `flashes` on the visitor's next page."""
        entries = [[flash.level, flash.text[:_TEXT_MAX]] for flash in flashes]
        payload = _packed(entries)
        while len(payload) > _BYTES_MAX:
            entries.pop()
            payload = _packed(entries)
        body = _encoded(payload)
        response.set_cookie(
            self._name(visit_of(request)),
            f"{body}.{_encoded(self._signature(payload, visit_of(request)))}",
            max_age=_LIFETIME_SECONDS,
            path="/",
            secure=self._address.secure,
            httponly=True,
            samesite="lax",
        )

    def read(self, request: Request) -> tuple[Flash, ...]:
        """Return the messages waiting for this visitor; nothing when they are not genuine."""
        visit = visit_of(request)
        body, _, signature = request.cookies.get(self._name(visit), "").partition(".")
        try:
            payload, given = _decoded(body), _decoded(signature)
            if not hmac.compare_digest(given, self._signature(payload, visit)):
                return ()
            entries = json.loads(payload)
        except (ValueError, binascii.Error):
            return ()
        return tuple(Flash(level, text) for level, text in entries if level in _LEVELS)

    def end(self, request: Request, response: Response) -> None:
        """Forget the messages: the page that carries `response` has shown them."""
        name = self._name(visit_of(request))
        if name in request.cookies:
            response.delete_cookie(
                name, path="/", secure=self._address.secure, httponly=True, samesite="lax"
            )

    def _name(self, visit: Visit) -> str:
        return self._address.cookie_name(f"panel_{visit.area or 'client'}_flash")

    def _signature(self, payload: bytes, visit: Visit) -> bytes:
        return hmac.digest(self._key, (visit.cookie or "").encode() + b"\0" + payload, "sha256")


def _packed(entries: list[list[str]]) -> bytes:
    return json.dumps(entries, ensure_ascii=False, separators=(",", ":")).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
