"""Whether a request that changes something was sent by one of our own pages.

Two walls, both for every unsafe method in both areas:
  1. Sec-Fetch-Site and Origin, which a browser sets and a page cannot: only ours pass.
  2. A token bound to the value of the area's cookie, in a hidden field or a header. Someone
     else's token does not fit, and signing in changes the cookie, so an older one is dead.

A visitor who is not signed in gets a cookie that means nothing but guards the login form.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator
from urllib.parse import unquote_plus

from markupsafe import Markup
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.texts.sentence import Sentence
from runtime.web.address import PublicAddress
from runtime.web.visit import Visit, visit_of

FIELD = "csrf_token"
HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

_DIGEST_LENGTH = 32
_TOKEN_LENGTH_MAX = 200


class CsrfRefused(HTTPException):
    """The request came from elsewhere, or from a page that was open for too long."""

    def __init__(self, detail: str) -> None:
        super().__init__(403, detail)


_FOREIGN = Sentence("This request was sent from another website, so nothing was changed.")
_UNREADABLE = Sentence("The form that was sent cannot be read.")
_STALE = Sentence(
    "This page was open for too long, or you signed in or out in another tab. "
    "Go back, reload it and try again: nothing was changed."
)


class CsrfTokens:
    """Make and check the tokens under `key`, which serves nothing else."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, visit: Visit) -> str:
        """Return a token for the visitor, giving them a cookie to bind it to when they have none.

        Masked anew each time: its bytes cannot be guessed from the sizes of compressed pages.
        """
        if visit.cookie is None:
            visit.cookie = secrets.token_urlsafe(32)
            visit.new_cookie = True
        mask = secrets.token_bytes(_DIGEST_LENGTH)
        masked = mask + _xor(mask, self._digest(visit))
        return base64.urlsafe_b64encode(masked).decode().rstrip("=")

    def fits(self, token: str, visit: Visit) -> bool:
        if visit.cookie is None or visit.new_cookie or len(token) > _TOKEN_LENGTH_MAX:
            return False
        try:
            masked = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except (UnicodeEncodeError, binascii.Error):
            return False
        if len(masked) != 2 * _DIGEST_LENGTH:
            return False
        digest = _xor(masked[:_DIGEST_LENGTH], masked[_DIGEST_LENGTH:])
        return hmac.compare_digest(digest, self._digest(visit))

    def _digest(self, visit: Visit) -> bytes:
        assert visit.cookie is not None
        cookie = hashlib.sha256(visit.cookie.encode()).digest()
        return hmac.digest(self._key, (visit.area or "").encode() + b"\0" + cookie, "sha256")


class CsrfProtection:
    """Refuse unsafe requests that fail either wall. Needs the visit's cookie to be read before.

    Requests that prove themselves otherwise say so by path: `exempt` are prefixes of paths which
    never look at a cookie (signed webhooks).
    """

    def __init__(
        self,
        app: ASGIApp,
        tokens: CsrfTokens,
        address: PublicAddress,
        exempt: tuple[str, ...] = (),
    ) -> None:
        self.app = app
        self.tokens = tokens
        self.origins = address.origins
        self.exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._passes_unasked(scope):
            headers = Headers(scope=scope)
            self._refuse_foreign(headers)
            receive = await self._refuse_without_token(scope, headers, receive)
        await self.app(scope, receive, send)

    def _passes_unasked(self, scope: Scope) -> bool:
        return scope["method"] in SAFE_METHODS or scope["path"].startswith(self.exempt)

    def _refuse_foreign(self, headers: Headers) -> None:
        # `none` is a person's own doing (address bar); no form of ours is sent that way.
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise CsrfRefused(_FOREIGN)
        origin = headers.get("origin")
        if origin is not None and origin not in self.origins:
            raise CsrfRefused(_FOREIGN)

    async def _refuse_without_token(
        self, scope: Scope, headers: Headers, receive: Receive
    ) -> Receive:
        visit = visit_of(HTTPConnection(scope))
        token = headers.get(HEADER)
        if token is None:
            token, receive = await _token_from_form(headers, receive)
        if token is None or not self.tokens.fits(token, visit):
            raise CsrfRefused(_STALE)
        return receive


def csrf_input(token: str) -> Markup:
    """Return the hidden field. It comes first in a form: checking then waits for no upload."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


async def _token_from_form(headers: Headers, receive: Receive) -> tuple[str | None, Receive]:
    """Read just enough of a form to find the token; return it and a receive that gives it all."""
    content_type, options = parse_options_header(headers.get("content-type", ""))
    if content_type == b"multipart/form-data" and b"boundary" in options:
        scan: _Scan = _MultipartScan(options[b"boundary"])
    elif content_type == b"application/x-www-form-urlencoded":
        scan = _UrlencodedScan()
    else:
        return None, receive
    read: list[Message] = []
    token: str | None = None
    try:
        async for message in _messages(receive):
            read.append(message)
            token = scan.feed(message.get("body", b""), last=not message.get("more_body", False))
            if token is not None:
                break
    except FormParserError:
        raise HTTPException(400, _UNREADABLE) from None
    return token, _replay(read, receive)


async def _messages(receive: Receive) -> AsyncIterator[Message]:
    while True:
        message = await receive()
        yield message
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


def _replay(read: list[Message], receive: Receive) -> Receive:
    waiting = iter(read)

    async def replayed() -> Message:
        message = next(waiting, None)
        return message if message is not None else await receive()

    return replayed


class _Scan:
    def feed(self, data: bytes, *, last: bool) -> str | None:
        """Return the token once its field is complete. Raises FormParserError."""
        raise NotImplementedError


class _UrlencodedScan(_Scan):
    """These forms hold no files, so they are looked at when they are whole."""

    def __init__(self) -> None:
        self._body = bytearray()

    def feed(self, data: bytes, *, last: bool) -> str | None:
        self._body += data
        start = FIELD.encode() + b"="
        if not last and not (self._body.startswith(start) and b"&" in self._body):
            return None
        for pair in self._body.split(b"&"):
            if pair.startswith(start):
                return unquote_plus(pair[len(start) :].decode("latin-1"))
        return None


class _MultipartScan(_Scan):
    def __init__(self, boundary: bytes) -> None:
        self._disposition = bytearray()
        self._header = bytearray()
        self._value: bytearray | None = None
        self._found: str | None = None
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header.clear,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def feed(self, data: bytes, *, last: bool) -> str | None:
        if data:
            self._parser.write(data)
        if last and self._found is None:
            self._parser.finalize()
        return self._found

    def _begin(self) -> None:
        self._disposition.clear()
        self._value = None

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition += data[start:end]

    def _headers_finished(self) -> None:
        _, options = parse_options_header(bytes(self._disposition))
        if options.get(b"name") == FIELD.encode() and b"filename" not in options:
            self._value = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._value is not None and len(self._value) <= _TOKEN_LENGTH_MAX:
            self._value += data[start:end]

    def _end(self) -> None:
        if self._value is not None and self._found is None:
            self._found = self._value.decode("latin-1")


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
