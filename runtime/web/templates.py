"""How pages become HTML: one Jinja environment for both areas, and what every page is given.

    web_of(request).render(request, "client/list.html", page=page)

A template finds, besides what its page passes in:
    t(text, **values)   our English text in the reader's language, values in braces
    tn(one, many, count, **values)   the same for `count` things, in the form of the language
    icon, asset_url     drawings and addresses of our own files
    nonce               for the page's script and style elements
    csrf_input()        the hidden field, first in every form that posts
    csrf_token          the same token, for scripts
    format              FormatContext: locale, time zone, area, now
    flashes             messages from the page before
    brand               name, colour, pictures and links of the company: runtime.web.branding
    area, site_name, actor (None for a visitor), login_path, home_path, path, at_home
`t`, `tn`, `icon`, `asset_url` are known inside imported macros too; the rest needs `with context`.
"""

from __future__ import annotations

import contextvars
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from config.texts.sentence import ENGLISH, Sentence, Translator
from generator.fields.exchange import FormatContext
from runtime.texts.languages import Languages, accepted, best_locale
from runtime.web.address import PublicAddress
from runtime.web.assets import asset_url, assets
from runtime.web.branding import Brand
from runtime.web.csrf import CsrfTokens, csrf_input
from runtime.web.flash import FlashCookies
from runtime.web.icons import icon
from runtime.web.shells import Shells
from runtime.web.visit import visit_of

if TYPE_CHECKING:
    from runtime.actors import Actor
    from runtime.web.branding import Branding
    from runtime.web.visit import AreaName, Visit

_RUNTIME = Path(__file__).parent.parent
_FOLDERS = ("web", "pages", "accounts", "client", "admin")

HOME_PATHS: Mapping[str, str] = {"staff": "/admin/", "client": "/"}
LOGIN_PATHS: Mapping[str, str] = {"staff": "/admin/login", "client": "/login"}

_translate: contextvars.ContextVar[Translator] = contextvars.ContextVar(
    "translate", default=ENGLISH
)

LANGUAGE_COOKIE = "panel_language"
_LANGUAGE_SECONDS = 365 * 86_400
_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})

# What an area adds to each of its pages: the menu, the account's name, links to rows.
FrameContext = Callable[[Request], Mapping[str, Any]]


@dataclass(slots=True)
class Web:
    """What the pages of one panel share. `frames`: area → what its frame needs, and its template
    under `frame_template`; without one a page stands alone."""

    address: PublicAddress
    tokens: CsrfTokens
    flashes: FlashCookies
    environment: Environment
    now: Callable[[], datetime]
    site_name: str = "Panel"
    brand_colour: str = "#206bc4"
    branding: Branding | None = None
    locales: Sequence[str] = ("en",)
    time_zone: str = "UTC"
    languages: Languages = field(default_factory=Languages)
    frames: dict[str, FrameContext] = field(default_factory=dict)
    shells: Shells = field(default_factory=Shells)

    def render(
        self, request: Request, template: str, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """Return the page made by `template`; messages from the page before count as read."""
        values = {**self.page_context(request), **context}
        response = HTMLResponse(self.environment.get_template(template).render(values), status)
        self.flashes.end(request, response)
        return response

    def render_framed(
        self, request: Request, template: str, part: str, frame: Mapping[str, Any],
        status: int = 200, **context: Any,
    ) -> HTMLResponse:
        """Return `part` inside the frame `template`, which is drawn from `frame` and kept.

        `context` is that of the part; its `title` and `trail` stand in the frame.
        """
        values = {**self.page_context(request), **frame, **context}
        get = self.environment.get_template
        shell = self.shells.get(
            self._shell_key(template, frame, values),
            lambda marks: get(template).render(_shell_values(values, frame, marks)),
        )
        page = shell.filled({
            "title": escape(values["title"]),
            "trail": get("trail.html").render(values) if values["trail"] else "",
            "flashes": get("flashes.html").render(values),
            "content": get(part).render(values),
            "nonce": values["nonce"],
            "csrf_token": values["csrf_token"],
        })
        response = HTMLResponse(page, status)
        self.flashes.end(request, response)
        return response

    def _shell_key(
        self, template: str, frame: Mapping[str, Any], values: Mapping[str, Any]
    ) -> tuple[Any, ...]:
        """Return everything that a frame is drawn from."""
        return (
            template, values["area"], values["format"].locale,
            values["actor"].id, values["actor"].name, values["at_home"],
            self.branding.edition if self.branding else 0, assets.edition(),
            _frozen(frame),
        )

    def render_part(self, request: Request, template: str, **context: Any) -> HTMLResponse:
        """Return a piece of a page for a script to put in place; messages stay unread."""
        values = {**self.page_context(request), "flashes": (), **context}
        return HTMLResponse(self.environment.get_template(template).render(values))

    def page_context(self, request: Request) -> dict[str, Any]:
        """Return what every template may use; see the head of this module."""
        visit = visit_of(request)
        area: AreaName = visit.area or "client"
        actor = visit.login.actor if visit.login else None
        token = self.tokens.make(visit)
        brand = self.brand(visit)
        reader = self.format_context(actor, area, self.visitor_locale(request))
        _translate.set(reader.translate)
        return {
            "nonce": visit.nonce,
            "csrf_token": token,
            "csrf_input": lambda: csrf_input(token),
            "format": reader,
            "direction": direction(reader.locale),
            "flashes": self.flashes.read(request),
            "area": area,
            "actor": actor,
            "path": request.scope["path"],
            "at_home": request.scope["path"] == HOME_PATHS[area],
            "brand": brand,
            "site_name": brand.name,
            "home_path": HOME_PATHS[area],
            "login_path": LOGIN_PATHS[area],
        }

    def brand(self, visit: Visit) -> Brand:
        """Return how the company looks now. A visitor's page is drawn outside of transactions."""
        if self.branding is None:
            return Brand(self.site_name, self.brand_colour)
        if visit.login is None:
            self.branding.check()
        return self.branding.brand

    def frame_context(self, request: Request) -> Mapping[str, Any]:
        """Return what the frame of the visitor's area needs; nothing for who is not signed in."""
        visit = visit_of(request)
        frame = self.frames.get(visit.area or "")
        return frame(request) if frame and visit.login else {}

    def visitor_locale(self, request: Request) -> str:
        """Return the language of who is not signed in: chosen before, else what the browser asks.

        A choice on the page itself (`?language=pl`) goes before all.
        """
        chosen = request.query_params.get("language") or request.cookies.get(
            self.address.cookie_name(LANGUAGE_COOKIE), ""
        )
        wanted = [chosen] if chosen in self.locales else []
        return best_locale(
            [*wanted, *accepted(request.headers.get("accept-language", ""))], self.locales
        )

    def keep_language(self, response: Response, locale: str) -> None:
        """Let the browser remember the language for pages before signing in."""
        response.set_cookie(
            self.address.cookie_name(LANGUAGE_COOKIE), locale, max_age=_LANGUAGE_SECONDS, path="/",
            secure=self.address.secure, httponly=True, samesite="lax",
        )

    def format_context(
        self, actor: Actor | None, area: str, visitor_locale: str = ""
    ) -> FormatContext:
        """Return how `actor` wants values written, or a visitor of that language."""
        locale = actor.locale if actor else visitor_locale or self.locales[0]
        return FormatContext(
            locale=locale,
            time_zone=actor.time_zone if actor else self.time_zone,
            translate=self.languages.of(locale),
            area=area,
            now=self.now(),
            icon=icon,
        )


@dataclass(frozen=True, slots=True)
class _Person:
    """What a kept frame knows of who is signed in, and of how they read: nothing else is in its
    key."""

    id: int | None = None
    name: str = ""
    locale: str = ""


_OF_A_SHELL = ("direction", "area", "at_home", "brand", "site_name", "home_path", "login_path")


def _shell_values(
    values: Mapping[str, Any], frame: Mapping[str, Any], marks: Mapping[str, Markup]
) -> dict[str, Any]:
    """Return what a frame may be drawn from; whatever else it asks for is an error."""
    token = marks["csrf_token"]
    return {
        **{name: values[name] for name in _OF_A_SHELL},
        **frame,
        "actor": _Person(values["actor"].id, values["actor"].name),
        "format": _Person(locale=values["format"].locale),
        "title": marks["title"],
        "nonce": marks["nonce"],
        "csrf_token": token,
        "csrf_input": lambda: csrf_input(token),
        "marks": marks,
    }


def _frozen(value: Any) -> Any:
    """Return lists and mappings as tuples, which can be part of a key."""
    if isinstance(value, Mapping):
        return tuple((key, _frozen(each)) for key, each in value.items())
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def template_folders() -> list[Path]:
    """Return the folders templates come from, the first that has a name wins."""
    return [_RUNTIME / name / "templates" for name in _FOLDERS]


def make_environment(
    cache_folder: Path | None = None, extra_folders: Sequence[Path] = ()
) -> Environment:
    """Return the environment of both areas. Compiled templates are kept in `cache_folder`.

    Compiled templates are code, so the folder is made for its owner alone.
    """
    cache = None
    if cache_folder is not None and _private_folder(cache_folder):
        cache = FileSystemBytecodeCache(str(cache_folder))
    environment = Environment(
        loader=FileSystemLoader([*extra_folders, *template_folders()]),
        autoescape=True,
        undefined=StrictUndefined,
        bytecode_cache=cache,
        auto_reload=False,
        cache_size=1000,
        finalize=_said,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    install_globals(environment)
    return environment


def install_globals(environment: Environment) -> None:
    """Give an environment the functions that all of our templates use."""
    environment.globals.update(t=translated, tn=translated_plural, icon=icon, asset_url=asset_url)


def translated(text: str, **values: object) -> str:
    """Return our English `text` in the reader's language, with `values` in place of {names}."""
    translate = _translate.get()
    if values:
        return translate(text).format(**values)
    return text.said(translate) if isinstance(text, Sentence) else translate(text)


def _said(value: Any) -> Any:
    """Return what a template writes: sentences in the reader's language, the rest as it is."""
    return value.said(_translate.get()) if isinstance(value, Sentence) else value


def translated_plural(one: str, many: str, count: int, **values: object) -> str:
    """Return the text for `count` things; {count} stands in it."""
    return _translate.get().plural(one, many, count).format(count=count, **values)


def direction(locale: str) -> str:
    """Return which way a language is written, for `dir`."""
    return "rtl" if locale.replace("-", "_").partition("_")[0] in _RIGHT_TO_LEFT else "ltr"


def _private_folder(folder: Path) -> bool:
    """Make `folder` if it can be; say whether it belongs to us alone."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.stat()
    except OSError:
        return False
    return status.st_uid == os.getuid() and not status.st_mode & 0o022
