"""How the company looks in its panel: name, colour, pictures and links, as General settings say.

    tab appearance     panel_name, brand_colour, logo, logo_dark, favicon
    tab login_page     login_background
    tab staff_layout   header, sidebar (light, dark, brand), fixed_header, fixed_sidebar
    tab client_layout  the same for the client area
    tab social         addresses, shown at the foot of the client area and the login pages

Every tab and key may be missing: then the site's own name and colour stand, and nothing else.
What was read is kept by the process until the settings have another stamp. The stamp comes with
the session of each request, so that all processes show a change on the next page.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.exc import SQLAlchemyError

from config.labels import text as label_text
from config.texts.sentence import Sentence
from config.values.colour import is_colour, on
from runtime.actors import SYSTEM
from runtime.database import transaction
from runtime.records.errors import NotFound
from runtime.web.icons import icon_names
from runtime.web.palette import palettes, why_unreadable

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect, Table

    from runtime.panel import Panel
    from runtime.records import Records

logger = logging.getLogger(__name__)

TAB, LOGIN_TAB, SOCIAL_TAB, ENTITY = "appearance", "login_page", "social", "setting"
LAYOUT_TABS = {"staff": "staff_layout", "client": "client_layout"}
PICTURES = ("logo", "logo_dark", "favicon", "login_background")
PREFIX = "/brand-pictures"
LOOKS = ("light", "dark", "brand")

# A rounded square in the panel's colour with a cloud's outline: no file, no request.
_FAVICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="8" fill="{colour}"/>'
    '<path d="M10 22a5 5 0 0 1-.5-9.97A7 7 0 0 1 22.9 14.1 4 4 0 0 1 22 22z" fill="none"'
    ' stroke="{line}" stroke-width="2.2" stroke-linejoin="round"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that everybody may see. `url` changes with its content; sizes are in pixels."""

    url: str
    digest: str
    media_type: str
    path: Path
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SocialLink:
    """`name` is the words a screen reader says; `icon` is drawn."""

    name: str
    url: str
    icon: str


@dataclass(frozen=True, slots=True)
class Look:
    """The frame of one area. `header` and `side`: light (as the theme is), dark or brand."""

    header: str = "light"
    side: str = "light"
    fixed_header: bool = True
    fixed_side: bool = True


@dataclass(frozen=True, slots=True)
class Brand:
    """What pages show of the company."""

    name: str
    colour: str
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    social: tuple[SocialLink, ...] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)

    @property
    def css(self) -> str:
        """The shades of the colour as tokens of the style sheet."""
        return palettes(self.colour).css()

    @property
    def logo(self) -> Picture | None:
        return self.pictures.get("logo") or self.pictures.get("logo_dark")

    @property
    def logo_dark(self) -> Picture | None:
        return self.pictures.get("logo_dark") or self.pictures.get("logo")

    @property
    def background(self) -> Picture | None:
        return self.pictures.get("login_background")

    @property
    def icon(self) -> Picture | None:
        return self.pictures.get("favicon")

    @property
    def drawn_icon(self) -> str:
        """An icon in the brand's colour, for who has uploaded none."""
        return _FAVICON.format(colour=self.colour, line=on(self.colour))

    def look(self, area: str) -> Look:
        return self.looks.get(area, Look())


class Branding:
    """The brand of one panel, read again when its settings have changed."""

    def __init__(self, panel: Panel, plain: Brand) -> None:
        self.panel, self.plain = panel, plain
        self._brand, self._stamp = plain, ""
        self.edition = 0
        """Differs once the brand is another one than it was."""
        self._lock = Lock()

    @property
    def brand(self) -> Brand:
        """The brand as it was last read."""
        return self._brand

    def follow(self, stamp: str) -> None:
        """Read the settings again unless they are those of `stamp`; needs no transaction open."""
        if stamp == self._stamp:
            return
        with self._lock:
            if stamp != self._stamp:
                self._read()

    def check(self) -> None:
        """Do the same for a visitor, whose request brings no stamp. Keeps what it has when the
        database does not answer: error pages are drawn too."""
        try:
            with transaction(self.panel.engine, SYSTEM, write=False) as connection:
                stamp = connection.execute(select(stamp_of(self._table))).scalar_one()
            self.follow(stamp)
        except SQLAlchemyError:
            logger.warning("the settings of the brand cannot be read", exc_info=True)

    def picture(self, name: str, digest: str) -> Picture | None:
        """Return a picture that the brand shows now, None for any other."""
        found = self._brand.pictures.get(name)
        return found if found and found.digest == digest else None

    @property
    def _table(self) -> Table:
        return self.panel.generated.entities[ENTITY].table

    def _read(self) -> None:
        with self.panel.reading(SYSTEM) as records:
            run = records.work.run
            stamp = run(select(stamp_of(self._table))).scalar_one()
            self._brand = read_brand(self.panel, records, self.plain)
            self.edition += 1
        self._stamp = stamp


def stamp_of(table: Table) -> ScalarSelect[str]:
    """Return a query for a text that differs after every change of a setting.

    Ids are never used again and versions only grow, so no change leaves all three as they were.
    """
    parts = (func.max(table.c.id), func.sum(table.c.version), func.count())
    first, second, third = (cast(func.coalesce(part, 0), String) for part in parts)
    return select(first + ":" + second + ":" + third).select_from(table).scalar_subquery()


def setting_problem(tab: str, key: str, value: Any) -> Sentence | None:
    """Say why a value of General settings cannot be shown, None when it can."""
    if (tab, key) == (TAB, "brand_colour") and is_colour(value):
        return why_unreadable(value)
    return None


def read_brand(panel: Panel, records: Records, plain: Brand) -> Brand:
    """Return the brand that the settings describe, with `plain` where they say nothing."""
    said = _said(panel, records, TAB) | _said(panel, records, LOGIN_TAB)
    name, colour = said.get("panel_name"), said.get("brand_colour")
    pictures = {key: _picture(records, key, said.get(key)) for key in PICTURES}
    return Brand(
        name=name.strip() if isinstance(name, str) and name.strip() else plain.name,
        colour=colour if is_colour(colour) and why_unreadable(colour) is None else plain.colour,
        pictures={key: one for key, one in pictures.items() if one},
        social=tuple(_links(panel, _said(panel, records, SOCIAL_TAB))),
        looks={area: _look(_said(panel, records, tab)) for area, tab in LAYOUT_TABS.items()},
    )


def _said(panel: Panel, records: Records, tab: str) -> dict[str, Any]:
    fields = panel.settings_fields.get(tab, {})
    return {key: records.setting(tab, key) for key in fields}


def _look(said: Mapping[str, Any]) -> Look:
    def chosen(part: str) -> str:
        value = said.get(part)
        return value if value in LOOKS else "light"

    return Look(
        chosen("header"), chosen("sidebar"),
        said.get("fixed_header") is not False,
        said.get("fixed_sidebar") is not False,
    )


def _links(panel: Panel, said: Mapping[str, Any]) -> list[SocialLink]:
    found = []
    for key, field_ in panel.settings_fields.get(SOCIAL_TAB, {}).items():
        address = said.get(key)
        if field_.spec.type != "url" or not address:
            continue
        drawn = next((name for name in (f"brand-{key}", key) if name in icon_names()), "world")
        locale = panel.project.site.locales[0]
        found.append(SocialLink(label_text(field_.spec.label, key, locale), address, drawn))
    return found


def _picture(records: Records, key: str, file_id: Any) -> Picture | None:
    """Return the picture behind a file's id; None when it is gone or is none."""
    from PIL import Image

    if not isinstance(file_id, int):
        return None
    try:
        stored = records.open_file(file_id)
        with Image.open(stored.path) as opened:
            width, height = opened.size
    except (NotFound, OSError):
        logger.warning("a picture of the brand cannot be read", extra={"setting": key})
        return None
    digest = stored.path.name[:32]
    url = f"{PREFIX}/{digest}/{key.replace('_', '-')}"
    return Picture(url, digest, stored.media_type, stored.path, width, height)
