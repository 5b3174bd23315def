"""The addresses that both areas have, with what each is for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from runtime.pages.serving import acts, exports, forms, imports, lists, transfers
from runtime.web.routes import Action, Classification, PanelRoute

if TYPE_CHECKING:
    from runtime.pages.area import Area
    from runtime.web.routes import Area as AreaName

Handler = Callable[["Area", Request], Response]

ROW = "/{entity}/{id:row}"


def row_routes(area: Area, name: AreaName) -> Iterator[PanelRoute]:
    """Yield the routes whose address names the entity; fixed names must stand before them."""
    for path, handler, action, right, changes in (
        ("/{entity}", lists.with_slash, "list", "see", False),
        ("/{entity}/", lists.show_list, "list", "see", False),
        ("/{entity}/new", forms.ask_new, "create", "create", False),
        ("/{entity}/new", forms.create, "create", "create", True),
        ("/{entity}/lookup", lists.lookup, "lookup", "see", False),
        ("/{entity}/export", exports.ask, "export", "export", False),
        ("/{entity}/export", exports.start, "export", "export", True),
        ("/{entity}/export.csv", exports.as_csv, "export", "export", False),
        ("/{entity}/driver-settings", lists.driver_settings, "edit", "edit", False),
        (ROW, lists.show_detail, "detail", "see", False),
        (f"{ROW}/menu", lists.show_menu, "detail", "see", False),
        (f"{ROW}/edit", forms.ask_edit, "edit", "edit", False),
        (f"{ROW}/edit", forms.update, "edit", "edit", True),
        (f"{ROW}/moves/{{move}}", acts.ask_move, "move", "move", False),
        (f"{ROW}/moves/{{move}}", acts.make_move, "move", "move", True),
        (f"{ROW}/reveal/{{field}}", lists.reveal, "reveal", "reveal", True),
    ):
        yield route(area, name, path, handler, action, "*", right, changes=changes)
    # One address per action, so that each is classified by what it does.
    for act in acts.ACTIONS:
        ask, do = partial(acts.ask_action, action=act), partial(acts.do_action, action=act)
        yield route(area, name, f"{ROW}/{act}", ask, act, "*", act)
        yield route(area, name, f"{ROW}/{act}", do, act, "*", act, changes=True)


def transfer_routes(area: Area, name: AreaName) -> Iterator[PanelRoute]:
    """Yield the routes of a person's own imports and exports."""
    one = "/imports-and-exports/{id:row}"
    yield route(area, name, "/imports-and-exports", transfers.show_all, "transfer")
    for path, handler, changes in (
        ("", transfers.show, False),
        ("/progress", transfers.progress, False),
        ("/download", transfers.download, False),
        ("/cancel", transfers.cancel, True),
        ("/again", transfers.go_on, True),
    ):
        yield route(
            area, name, f"{one}{path}", handler, "transfer", "file_transfer", changes=changes
        )


def import_routes(area: Area, name: AreaName) -> Iterator[PanelRoute]:
    """Yield the routes that bring rows in: the file of an entity, then the steps of one import."""
    one = "/imports-and-exports/{id:row}"
    yield route(area, name, "/{entity}/import", imports.ask_file, "import", "*", "import")
    yield route(
        area, name, "/{entity}/import", imports.take_file, "import", "*", "import", changes=True
    )
    for path, handler, changes in (
        ("/columns", imports.ask_columns, False),
        ("/columns", imports.take_columns, True),
        ("/preview", imports.preview, False),
        ("/run", imports.run, True),
        ("/undo", imports.ask_undo, False),
        ("/undo", imports.undo, True),
        ("/refused.csv", transfers.refused, False),
    ):
        yield route(
            area, name, f"{one}{path}", handler, "import", "file_transfer", "import",
            changes=changes,
        )


def route(
    area: Area, name: AreaName, path: str, handler: Handler, action: Action,
    entity: str | None = None, right: str | None = None, *, changes: bool = False,
) -> PanelRoute:
    """Return one route of an area, answered by `handler(area, request)`."""
    what = Classification(name, action, entity, right, changes)
    method = "POST" if changes else "GET"
    return PanelRoute(
        path, partial(handler, area), what, methods=[method],
        name=f"{name}_{action}_{method.lower()}",
    )
