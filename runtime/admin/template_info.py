"""What an area looks like now: the page *Info* of its template, read only."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from config.texts.sentence import Sentence
from generator.fields.formats import language_name
from runtime.admin.frame import SETTINGS_PATH
from runtime.pages.own_pages import OWN_PAGES
from runtime.web.branding import LAYOUT_TABS
from runtime.web.visit import web_of

if TYPE_CHECKING:
    from runtime.admin.desk import Desk
    from runtime.pages.context import PageContext
    from runtime.web.branding import Brand
    from runtime.web.visit import AreaName

PAGES = {"staff": "template.staff", "client": "template.client"}
_TITLES = {"staff": Sentence("Admin template"), "client": Sentence("Client template")}
_LOOKS = {
    "light": Sentence("As the theme"), "dark": Sentence("Dark"), "brand": Sentence("Brand colour"),
}


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    value: str


def show(desk: Desk, request: Request, area: AreaName) -> Response:
    """Show name, version, languages and colours of an area's pages, and where they are changed."""
    web = web_of(request)
    brand = web.branding.brand
    with desk.reading(request) as context:
        desk.require(context, "see", "setting")
        heading = context.say(_TITLES[area])
        info = context.translate("Info")
        tab = LAYOUT_TABS[area]
        known = tab in context.generated.project.settings
        return desk.page(
            request, context, "admin/template_info.html", info,
            trail=[(heading, OWN_PAGES[PAGES[area]].path), (info, None)],
            heading=heading, lines=_lines(context, brand, area, web.locales),
            layout_path=f"{SETTINGS_PATH}/{tab}" if known else "",
        )


def _lines(
    context: PageContext, brand: Brand, area: AreaName, locales: tuple[str, ...]
) -> list[Line]:
    translate, look = context.translate, brand.look(area)
    yes, no = translate("yes"), translate("no")
    return [
        Line(translate("Name"), "Panelwright"),
        Line(translate("Version"), _version()),
        Line(translate("Languages"), ", ".join(language_name(locale) for locale in locales)),
        Line(translate("Shown name"), brand.name),
        Line(translate("Brand colour"), brand.colour),
        Line(translate("Header colours"), context.say(_LOOKS[look.header])),
        Line(translate("Header stays in place"), yes if look.fixed_header else no),
        Line(translate("Sidebar colours"), context.say(_LOOKS[look.side])),
        Line(translate("Sidebar stays in place"), yes if look.fixed_side else no),
    ]


def _version() -> str:
    try:
        return version("panelwright")
    except PackageNotFoundError:
        return "–"
