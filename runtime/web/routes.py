"""What each address of the panel is for: declared beside the route, listed by `routes --json`.

Every route says which area it belongs to, what it does, with which entity, and whether it changes
anything. Tests are generated from this list (isolation, CSRF), so a route that says nothing fails.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from runtime.collisions import again
from runtime.web.errors import LoginNeeded
from runtime.web.visit import visit_of

Area = Literal["staff", "client", "public"]
Action = Literal[
    "page", "dashboard", "list", "detail", "create", "edit", "delete", "restore", "purge",
    "lookup", "search", "export", "import", "transfer", "bulk", "inline", "move", "order", "file",
    "image",
    "history", "reveal", "related", "view", "settings", "profile", "preferences", "password",
    "login", "logout", "asset", "health",
]  # fmt: skip


class RowIdConvertor(Convertor[int]):
    """`{id:row}`: what a database can hold, so that no address makes a number too large for it."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("row", RowIdConvertor())

# Endpoints run in worker threads and get their form already read.
Endpoint = Callable[[Request], Response]
AsyncEndpoint = Callable[[Request], Awaitable[Response]]

# What a control of a file is named after its field: `paper.upload`.
UPLOAD_ENDING = ".upload"
# 500 inline rows of some thirty columns.
_FORM_FIELDS_MAX = 20_000
_FORM_FILES_MAX = 20
_PART_BYTES_MAX = 4_000_000


@dataclass(frozen=True, slots=True)
class Classification:
    """`entity`: a name, `*` when the address names one of many, None when no entity is shown.

    `right` is what the gate asks for; `login` says whether a visitor has to be signed in.
    """

    area: Area
    action: Action
    entity: str | None = None
    right: str | None = None
    changes: bool = False
    login: bool = True


@dataclass(frozen=True, slots=True)
class RouteInfo:
    """One line of the route table. `path` is the whole path, with `{parameters}`."""

    path: str
    methods: tuple[str, ...]
    name: str
    classification: Classification | None

    def as_json(self) -> dict[str, object]:
        classified = asdict(self.classification) if self.classification else {}
        base = {"path": self.path, "methods": list(self.methods), "name": self.name}
        return {**base, **classified}


class PanelRoute(Route):
    """A route with its classification, which also says whether a visitor has to sign in.

    Sync endpoints run in a thread, with the form parsed.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[[Request], Any],
        classification: Classification,
        *,
        methods: Collection[str] = ("GET",),
        name: str | None = None,
    ) -> None:
        answer = endpoint if inspect.iscoroutinefunction(endpoint) else _in_thread(endpoint)
        if classification.login:
            answer = _behind_login(answer)
        super().__init__(path, answer, methods=methods, name=name)
        self.classification = classification


def classify(route: BaseRoute, classification: Classification) -> None:
    """Classify a route that was made elsewhere (by a library)."""
    route.classification = classification  # type: ignore[attr-defined]


def form_of(request: Request) -> Any:
    """Return the form that was sent (a multi-dict), already read by the route."""
    return request.state.form


def route_table(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[RouteInfo]:
    """Yield every route below `routes`, mounted applications included."""
    for route in routes:
        if isinstance(route, Mount) and route.routes:
            yield from route_table(route.routes, prefix + route.path)
        else:
            yield _info(route, prefix)


def unclassified(table: Iterable[RouteInfo]) -> list[RouteInfo]:
    return [info for info in table if info.classification is None]


def _info(route: BaseRoute, prefix: str) -> RouteInfo:
    if isinstance(route, Mount):
        path = route.path + "/{path}"
    else:
        path = getattr(route, "path_format", "")
    methods = getattr(route, "methods", None)
    return RouteInfo(
        prefix + path,
        # A mounted application answers what it likes; ours answer reading only.
        tuple(sorted(methods)) if methods else ("GET", "HEAD"),
        getattr(route, "name", "") or "",
        getattr(route, "classification", None),
    )


def _without_stray_files(form: FormData) -> FormData:
    """Leave out files sent in the place of texts: our pages send files as `<field>.upload` only."""
    return FormData(
        [
            (name, value)
            for name, value in form.multi_items()
            if isinstance(value, str) or name.endswith(UPLOAD_ENDING)
        ]
    )


def _answered(endpoint: Endpoint, request: Request) -> Response:
    """Answer a form; what it does is begun again when it met what another request does."""

    def answer() -> Response:
        for _, value in request.state.form.multi_items():
            if isinstance(value, UploadFile):
                value.file.seek(0)
        return endpoint(request)

    return again(answer)


def _in_thread(endpoint: Endpoint) -> AsyncEndpoint:
    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        if request.method == "POST":
            async with request.form(
                max_fields=_FORM_FIELDS_MAX,
                max_files=_FORM_FILES_MAX,
                max_part_size=_PART_BYTES_MAX,
            ) as form:
                request.state.form = _without_stray_files(form)
                return await run_in_threadpool(_answered, endpoint, request)
        return await run_in_threadpool(endpoint, request)

    return answer


def _behind_login(answer: AsyncEndpoint) -> AsyncEndpoint:
    @functools.wraps(answer)
    async def answer_who_is_signed_in(request: Request) -> Response:
        if visit_of(request).login is None:
            raise LoginNeeded
        return await answer(request)

    return answer_who_is_signed_in
