"""Every address of the staff area, with what it is for. What is not listed here does not exist.

starlette-admin's own routes (`_api`, `_files`, `list`, `create`, `static` …) are not among them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runtime.admin import (
    bulk,
    dashboard,
    places,
    put_back,
    saved_views,
    search,
    settings,
    template_info,
)
from runtime.admin.desk import PREFIX
from runtime.pages.form_aids import aid_routes
from runtime.pages.own_pages import OWN_PAGES
from runtime.pages.serving import lists
from runtime.pages.serving.routes import (
    ROW,
    import_routes,
    route,
    row_routes,
    transfer_routes,
)

if TYPE_CHECKING:
    from runtime.admin.desk import Desk
    from runtime.web.routes import PanelRoute


def staff_routes(desk: Desk) -> list[PanelRoute]:
    """Return the routes below `/admin`; fixed names stand before the generated ones."""
    of = partial(route, desk, "staff")
    tab = "/general-settings/{tab}"
    return [
        *aid_routes("staff"),
        of("/", dashboard.show, "dashboard"),
        of("/search-everything", search.show, "search"),
        *(
            of(OWN_PAGES[name].path.removeprefix(PREFIX), partial(template_info.show, area=area),
               "settings", "setting", "see")
            for area, name in template_info.PAGES.items()
        ),
        of("/general-settings", settings.first_tab, "settings", "setting", "see"),
        of(tab, settings.show_tab, "settings", "setting", "see"),
        of(tab, settings.save_tab, "settings", "setting", "edit", changes=True),
        of("/file/{id:row}/download", lists.download, "file", "file", "see"),
        *transfer_routes(desk, "staff"),
        *import_routes(desk, "staff"),
        of("/{entity}/bulk", bulk.act, "bulk", "*", "move", changes=True),
        of("/{entity}/place", places.place, "order", "*", "edit", changes=True),
        of("/{entity}/views/new", saved_views.ask, "view", "*", "see"),
        of("/{entity}/views/new", saved_views.keep, "view", "*", "see", changes=True),
        of("/{entity}/views/{id:row}", saved_views.ask, "view", "*", "see"),
        of("/{entity}/views/{id:row}", saved_views.keep, "view", "*", "see", changes=True),
        of("/{entity}/views/{id:row}/delete", saved_views.drop, "view", "*", "see", changes=True),
        of(f"{ROW}/history/{{change:row}}/{{field}}", put_back.ask, "history", "*", "edit"),
        of(f"{ROW}/history/{{change:row}}/{{field}}", put_back.put, "history", "*", "edit",
           changes=True),
        *row_routes(desk, "staff"),
    ]
