"""The page of the global search, and its inside for the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from runtime.pages.area import in_dialog
from runtime.pages.search import search

if TYPE_CHECKING:
    from runtime.admin.desk import Desk

TEXT_MAX = 100


def show(desk: Desk, request: Request) -> Response:
    text = request.query_params.get("q", "").replace("\x00", "")[:TEXT_MAX]
    with desk.reading(request) as context:
        menu = desk.frame.menu(request, context)
        page = search(context, menu, text)
        if in_dialog(request):
            return desk.piece(request, "pages/search_hits.html", page=page)
        title = context.translate("Search")
        return desk.page(
            request, context, "pages/search.html", title, trail=[(title, None)], page=page
        )
