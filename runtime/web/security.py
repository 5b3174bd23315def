"""Which headers every answer carries, and which requests are refused before a route is chosen.

    SecurityHeaders   makes the visit (request id, nonce), adds the headers, also to errors
    HostCheck         refuses a Host that is not ours
    BodyLimit         refuses a body over the limit before anything parses it

All are plain ASGI: they cost microseconds, and they see what exception handlers answer too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.texts.sentence import Sentence
from runtime.log import bind_request_id
from runtime.web.address import PublicAddress
from runtime.web.visit import Visit, begin_visit

if TYPE_CHECKING:
    from runtime.web.templates import Web

_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; "
    "style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'"
)
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), "
        b"fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
        b"midi=(), payment=(), publickey-credentials-create=(self), "
        b"publickey-credentials-get=(self), usb=(), xr-spatial-tracking=()",
    ),
    # Whatever says nothing else may not be kept: pages behind a login, and their errors.
    (b"cache-control", b"no-store"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")

# A health check comes by address, not by name; its answer holds nothing.
_ANY_HOST = frozenset({"/healthz", "/readyz"})


def content_security_policy(nonce: str) -> str:
    return _POLICY.format(nonce=nonce)


class SecurityHeaders:
    """Begin the visit and complete the headers of every answer.

    A response that brings a header of its own (the sandbox policy of an uploaded file, the
    caching of a style sheet) keeps it.
    """

    def __init__(self, app: ASGIApp, address: PublicAddress, web: Web | None = None) -> None:
        self.app = app
        self.web = web
        self.headers = (*_HEADERS, _HSTS) if address.secure else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visit = begin_visit(scope, self.web)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._missing(message, visit)]
            await send(message)

        with bind_request_id(visit.request_id):
            await self.app(scope, receive, send_with_headers)

    def _missing(self, message: Message, visit: Visit) -> Iterable[tuple[bytes, bytes]]:
        present = {name.lower() for name, _ in message["headers"]}
        yield b"x-request-id", visit.request_id.encode()
        if b"content-security-policy" not in present:
            yield b"content-security-policy", content_security_policy(visit.nonce).encode()
        for header in self.headers:
            if header[0] not in present:
                yield header


class HostCheck:
    """Refuse requests whose Host is not ours: caches and links could be poisoned otherwise."""

    def __init__(self, app: ASGIApp, address: PublicAddress) -> None:
        self.app = app
        self.hosts = frozenset(host.encode() for host in address.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in _ANY_HOST:
            given = [value.lower() for name, value in scope["headers"] if name == b"host"]
            if len(given) != 1 or given[0] not in self.hosts:
                raise HTTPException(
                400, Sentence("This address does not belong to the panel.")
            )
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuse bodies over `bytes_max`, by their announced length or while they arrive."""

    def __init__(self, app: ASGIApp, bytes_max: int) -> None:
        self.app = app
        self.bytes_max = bytes_max

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if not (announced.isascii() and announced.isdigit()):
            raise HTTPException(
                400, Sentence("The request does not say how long it is.")
            )
        if int(announced) > self.bytes_max:
            raise self._too_large()
        seen = 0

        async def receive_counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.bytes_max:
                raise self._too_large()
            return message

        await self.app(scope, receive_counted, send)

    def _too_large(self) -> HTTPException:
        return HTTPException(413, Sentence(
            "At most {size} MB can be sent at once.", size=self.bytes_max // 1_000_000
        ))
