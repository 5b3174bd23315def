"""Pages of one list and of one row, and the small answers beside them."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from runtime.pages.area import Area
from runtime.pages.context import PageContext
from runtime.pages.detail import build_detail
from runtime.pages.lists import build_list, view_name
from runtime.pages.lookup import lookup_answer
from runtime.pages.moves import row_menu
from runtime.pages.saved_views import opening_url
from runtime.records.errors import NotFound
from runtime.web.downloads import file_response
from runtime.web.errors import is_htmx


def show_list(area: Area, request: Request) -> Response:
    entity = area.entity(request)
    with area.reading(request) as context:
        require_list(area, context, entity)
        if not request.query_params and (url := opening_url(context, entity)):
            return RedirectResponse(url, 303)
        address = area.address(request, context, entity)
        if address.query.trash:
            area.require(context, "delete", entity)
        page = build_list(context, entity, address, area.list_options)
        name = area.list_name(context, entity)
        shown = "" if address.query.trash else view_name(context, page)
        if not address.query.trash:
            heading = context.translate("{list}: {view}").format(list=name, view=shown)
            page = replace(page, title=heading if shown else name)
        title = f"{shown} · {name}" if shown else page.title
        if is_htmx(request):
            return area.piece(request, "pages/list_piece.html", page=page, title=title)
        trail = area.trail(context, entity, last=page.title if address.query.trash else "")
        return area.page(request, context, "pages/list.html", title, trail=trail, page=page)


def require_list(area: Area, context: PageContext, entity: str) -> None:
    """Raise NotFound for an entity whose rows have no page of their own in this area."""
    if not area.has_list(context, entity):
        raise NotFound(entity, "")


def with_slash(area: Area, request: Request) -> Response:
    """Lead from `/client?q=acme` to `/client/?q=acme`."""
    query = request.query_params.multi_items()
    return RedirectResponse(area.links.list(area.entity(request), query), 303)


def show_detail(area: Area, request: Request) -> Response:
    entity = area.entity(request)
    with area.reading(request) as context:
        record = area.record(request, context, entity)
        if record.deleted_at is not None and not context.records.may("delete", entity, record):
            raise NotFound(entity, record.id)
        pairs = request.query_params.multi_items()
        page = build_detail(context, record, request.query_params.get("tab", ""), pairs)
        if is_htmx(request) and page.related is not None:
            return area.piece(request, "pages/list_body.html", page=page.related)
        trail = area.trail(context, entity, last=record.title)
        opened = next((tab.label for tab in page.tabs[1:] if tab.current), "")
        title = f"{opened} · {page.title}" if opened else page.title
        return area.page(request, context, "pages/detail.html", title, trail=trail, page=page)


def show_menu(area: Area, request: Request) -> Response:
    """Return what may be done with a row of a list, fetched when its menu is opened."""
    entity = area.entity(request)
    with area.reading(request) as context:
        record = area.record(request, context, entity)
        menu = row_menu(context, record, with_open=True)
        return area.piece(request, "pages/menu.html", menu=menu)


def download(area: Area, request: Request) -> Response:
    """Return an uploaded file to whoever may see the field that it belongs to."""
    with area.reading(request) as context:
        return file_response(context.records.open_file(area.record_id(request)))


def lookup(area: Area, request: Request) -> Response:
    """Answer what was typed into a field that links to rows of this entity."""
    entity = area.entity(request)
    query = request.query_params
    with area.reading(request) as context:
        answer = lookup_answer(
            context, entity, query.get("q", "")[:200], query.get("via", ""), query.multi_items()
        )
    return JSONResponse(answer)


def reveal(area: Area, request: Request) -> Response:
    """Show one secret; the gate writes down who looked.

    `field` is a secret, or a secret member of a driver's settings: `settings.api_key`.
    """
    entity = area.entity(request)
    field = request.path_params["field"]
    with area.writing(request) as context:
        bound = context.model(entity).fields.get(field.partition(".")[0])
        if bound is None or bound.spec.type not in ("secret", "driver_settings"):
            raise NotFound(entity, field)
        value = context.records.reveal(entity, area.record_id(request), field)
    return JSONResponse({"value": value or ""})


def driver_settings(area: Area, request: Request) -> Response:
    """Return the inputs for the settings of the driver that was chosen in a form."""
    from generator.fields.exchange import ControlState

    entity = area.entity(request)
    name, driver = request.query_params.get("field", ""), request.query_params.get("driver", "")
    with area.reading(request) as context:
        bound = context.model(entity).fields.get(name)
        if bound is None or bound.spec.type != "driver_settings":
            raise NotFound(entity, name)
        may = context.records.can("edit", entity, field=name)
        if not may:
            area.require(context, "create", entity, field=name)
        state = ControlState(name=name, values={bound.spec.driver_settings: driver})
        return HTMLResponse(bound.type.control(bound, state, context.format))


