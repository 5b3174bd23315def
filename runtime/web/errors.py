"""What a person sees when a request is refused or fails; never a traceback.

    ErrorPages        catches whatever the layers below raise, logs it under the request's id
    explained(error)  status, heading and sentence for any exception
Pages answer in the form that was asked for: a page, a piece for htmx, or problem+json.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.texts.sentence import Sentence
from runtime.records import errors as gate
from runtime.web.templates import LOGIN_PATHS, Web
from runtime.web.visit import visit_of, web_of

logger = logging.getLogger(__name__)
requests = logging.getLogger("runtime.web.requests")


class LoginNeeded(Exception):
    """Nobody is signed in, and the page is not for visitors."""


class TooManyRequests(HTTPException):
    """Try again after `seconds`."""

    def __init__(self, detail: str, seconds: int) -> None:
        super().__init__(429, detail, headers={"Retry-After": str(max(1, seconds))})


@dataclass(frozen=True, slots=True)
class Explanation:
    status: int
    heading: str
    text: str
    headers: dict[str, str] | None = None


_HEADINGS = {
    400: Sentence("This request cannot be read"),
    401: Sentence("Sign in first"),
    403: Sentence("This is not open to you"),
    404: Sentence("There is nothing here"),
    405: Sentence("This does not work that way"),
    409: Sentence("This cannot be done now"),
    413: Sentence("That is too large"),
    422: Sentence("Some of this cannot be saved"),
    429: Sentence("Please wait a moment"),
    500: Sentence("Something went wrong here"),
    503: Sentence("The panel is not ready"),
}
_TEXTS = {
    400: Sentence("The address or the form that was sent is damaged."),
    401: Sentence("This page is for people who are signed in."),
    403: Sentence("Your account does not allow it."),
    404: Sentence("The page does not exist, or it is not one that you may see."),
    405: Sentence("The address exists, but not for this kind of request."),
    500: Sentence(
        "It is not your fault. The error was recorded; tell us the number below if it comes back."
    ),
    503: Sentence("The database does not answer. Please try again in a minute."),
}


def explained(error: Exception) -> Explanation:
    """Return what to tell a person about `error`; anything unknown is a 500."""
    match error:
        case HTTPException():
            headers = dict(error.headers) if error.headers else None
            return _explanation(error.status_code, _own_words(error), headers)
        case LoginNeeded():
            return _explanation(401)
        case gate.NotFound():
            # Not the gate's words: they name the row, and whoever may not see it must not learn.
            return _explanation(404)
        case gate.Forbidden():
            return _explanation(403, error.decision.reason)
        case gate.ValidationFailed():
            return _explanation(422, str(error))
        case gate.MoveRefused():
            return _explanation(409, _sentence(error.reason))
        case gate.Conflict() | gate.StillReferenced():
            return _explanation(409, _sentence(str(error)))
        case OperationalError() | PoolTimeout():
            return _explanation(503)
        case DBAPIError() if error.connection_invalidated:
            return _explanation(503)
    return _explanation(500)


class ErrorPages:
    """Answer every exception of the layers below with a page."""

    def __init__(self, app: ASGIApp, now: Callable[[], float] = time.perf_counter) -> None:
        self.app = app
        self.now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False
        begun = self.now()

        async def send_watched(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _log_request(scope, message["status"], self.now() - begun)
            await send(message)

        try:
            await self.app(scope, receive, send_watched)
        except ClientDisconnect:
            logger.info("the visitor left before the answer")
        except Exception as error:
            if started:
                # Too late for a page; the server breaks the connection off.
                logger.exception("the answer broke off", extra={"path": scope["path"]})
                raise
            response = await error_response(Request(scope), error)
            await response(scope, receive, send_watched)


async def error_response(request: Request, error: Exception) -> Response:
    """Return the answer to `error`, logged. Also an exception handler for Starlette."""
    explanation = explained(error)
    _log_error(request, error, explanation)
    if explanation.status == 401 and _wants_page(request):
        return _to_login(request)
    return await run_in_threadpool(_answer, request, explanation)


async def _pass_on(request: Request, error: Exception) -> Response:
    raise error


# For Starlette applications, mounted ones too, which would answer these with text of their own.
HANDLERS: dict[Any, Any] = {
    Exception: _pass_on,
    HTTPException: error_response,
    LoginNeeded: error_response,
    gate.RecordError: error_response,
}


def is_htmx(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def asks_for_part(request: Request) -> bool:
    """Say whether a script of ours asked, which keeps the page that it stands on."""
    return is_htmx(request) or request.headers.get("x-panel-part") == "dialog"


def wants_json(request: Request) -> bool:
    """Say whether a program asked, not a browser."""
    accepted = request.headers.get("accept", "")
    return "json" in accepted and "text/html" not in accepted


def _answer(request: Request, explanation: Explanation) -> Response:
    if wants_json(request) or "/api/" in request.scope["path"]:
        return _problem_json(request, explanation)
    web = web_of(request)
    for render in (_in_frame, _alone):
        try:
            response = render(web, request, explanation)
        except Exception:
            # The frame asks the database for its menu: when that is what fails, do without.
            logger.exception("the error page itself failed")
            continue
        response.headers.update(explanation.headers or {})
        return response
    number = visit_of(request).request_id
    return PlainTextResponse(f"{explanation.heading}. Number: {number}", explanation.status)


def _in_frame(web: Web, request: Request, explanation: Explanation) -> Response:
    values = _template_values(request, explanation)
    if asks_for_part(request):
        response = web.render_part(request, "error_part.html", **values)
        response.status_code = explanation.status
        # Whatever the request wanted to replace stays as it was.
        response.headers["HX-Retarget"] = "#flashes"
        response.headers["HX-Reswap"] = "beforeend show:top"
        return response
    frame = web.frame_context(request)
    return web.render(request, "error.html", explanation.status, **frame, **values)


def _alone(web: Web, request: Request, explanation: Explanation) -> Response:
    return web.render(
        request, "error.html", explanation.status, **_template_values(request, explanation)
    )


def _template_values(request: Request, explanation: Explanation) -> dict[str, Any]:
    return {"explanation": explanation, "request_id": visit_of(request).request_id}


def _problem_json(request: Request, explanation: Explanation) -> Response:
    """RFC 9457."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(explanation.status).phrase,
        "status": explanation.status,
        "detail": explanation.text,
        "request_id": visit_of(request).request_id,
    }
    return JSONResponse(
        body, explanation.status, explanation.headers, media_type="application/problem+json"
    )


def _to_login(request: Request) -> Response:
    """Send the visitor to sign in, and afterwards to the page that was asked for."""
    path = LOGIN_PATHS[visit_of(request).area or "client"]
    if request.method == "GET" and not is_htmx(request):
        asked = request.scope["path"]
        query = request.scope["query_string"].decode("latin-1")
        path += f"?next={quote(asked + ('?' + query if query else ''), safe='/')}"
    if is_htmx(request):
        # A redirect would be followed inside the script; this one moves the whole page.
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def _wants_page(request: Request) -> bool:
    return not wants_json(request) and "/api/" not in request.scope["path"]


def _explanation(status: int, text: str = "", headers: dict[str, str] | None = None) -> Explanation:
    heading = _HEADINGS.get(status) or HTTPStatus(status).phrase
    return Explanation(status, heading, text or _TEXTS.get(status, ""), headers)


def _own_words(error: HTTPException) -> str:
    """Return the sentence an exception of ours carries; Starlette's own are bare phrases."""
    try:
        phrase = HTTPStatus(error.status_code).phrase
    except ValueError:
        phrase = ""
    return "" if error.detail == phrase or error.status_code >= 500 else error.detail


def _sentence(text: str) -> str:
    if isinstance(text, Sentence):
        return text
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")


def _log_error(request: Request, error: Exception, explanation: Explanation) -> None:
    place = {"method": request.method, "path": request.scope["path"], "status": explanation.status}
    if explanation.status >= 500:
        logger.error("the request failed", exc_info=error, extra=place)
    elif explanation.status in (403, 409, 429):
        logger.info("refused", extra={**place, "error": type(error).__name__})


def _log_request(scope: Scope, status: int, seconds: float) -> None:
    # Files are asked for by the dozen, health by machines; both tell nothing.
    if scope["path"].startswith("/static/") or scope["path"] in ("/healthz", "/readyz"):
        return
    requests.info(
        "answered",
        extra={
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000, 1),
        },
    )
