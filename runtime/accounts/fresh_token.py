"""The token that a form needs now: asked by a page that stood open while its session ended.

Whoever signed in again in another tab can then send what they had typed; whoever did not is told
so by a 401 before anything is sent, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runtime.web.routes import Classification, PanelRoute
from runtime.web.visit import visit_of, web_of

if TYPE_CHECKING:
    from runtime.web.visit import AreaName

PATHS: Mapping[str, str] = {"staff": "/admin/my/token", "client": "/my/token"}


def token_routes(area: AreaName) -> list[PanelRoute]:
    what = Classification(area, "preferences")
    return [PanelRoute(PATHS[area], fresh_token, what, name=f"{area}_token")]


def fresh_token(request: Request) -> Response:
    """Return the token of the present session and whose it is."""
    visit = visit_of(request)
    assert visit.login is not None
    token = web_of(request).tokens.make(visit)
    return JSONResponse({"token": token, "account": visit.login.account_id})
