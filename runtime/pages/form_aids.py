"""What the scripts of a form ask for while someone fills it in; the same in both areas.

    /form-aids/regions?country=PL   the regions of a country
    /form-aids/phone?country=PL     how a number is written there
    /form-aids/icons?q=server       icons by name, with their drawings
    /form-aids/markdown             a text as it will be shown

Nothing here belongs to anyone: no row is read. A form does without, too.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from generator.fields.address import example_number
from generator.fields.places import region_choices
from generator.fields.text import rendered
from runtime.web.icons import icon, icon_names
from runtime.web.routes import Classification, PanelRoute, form_of

if TYPE_CHECKING:
    from runtime.web.routes import Area

ICONS_MAX = 60
TEXT_LENGTH_MAX = 200_000


def aid_routes(area: Area) -> list[PanelRoute]:
    """Return the routes for the forms of one area."""
    reading = Classification(area, "lookup")
    # A text can be too long for an address; what is sent is guarded like any change.
    sending = Classification(area, "lookup", changes=True)
    return [
        PanelRoute("/form-aids/regions", regions, reading, methods=["GET"]),
        PanelRoute("/form-aids/phone", phone, reading, methods=["GET"]),
        PanelRoute("/form-aids/icons", icons, reading, methods=["GET"]),
        PanelRoute("/form-aids/markdown", markdown, sending, methods=["POST"]),
    ]


def regions(request: Request) -> Response:
    """Answer `{items: [{id, title}]}`, empty for a country without regions."""
    found = region_choices(_country(request))
    return JSONResponse({"items": [{"id": each.value, "title": each.label} for each in found]})


def phone(request: Request) -> Response:
    """Answer `{example}`, empty for a country that has no numbers of its own."""
    return JSONResponse({"example": example_number(_country(request))})


def icons(request: Request) -> Response:
    """Answer `{items: [{id, svg}], more}` for the icons whose names hold every word of `q`."""
    found = matching_icons(request.query_params.get("q", "")[:60])
    items = [{"id": name, "svg": str(icon(name))} for name in found[:ICONS_MAX]]
    return JSONResponse({"items": items, "more": len(found) > ICONS_MAX})


def markdown(request: Request) -> Response:
    """Answer the sanitised HTML of what was typed."""
    text = form_of(request).get("text", "")
    shown = rendered(text[:TEXT_LENGTH_MAX]) if isinstance(text, str) else ""
    return HTMLResponse(shown)


def matching_icons(text: str) -> list[str]:
    """Return names of icons; those that begin with what was typed, and short ones, first."""
    words = text.lower().replace("-", " ").split()
    if not words:
        return list(_names())
    start = "-".join(words)
    found = [name for name in _names() if all(word in name for word in words)]
    return sorted(found, key=lambda name: (not name.startswith(start), len(name), name))


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(icon_names()))


def _country(request: Request) -> str:
    return request.query_params.get("country", "")[:2].upper()
