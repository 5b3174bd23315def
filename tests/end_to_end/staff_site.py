"""The gate's shop served on a free port, and a person of its staff signed in with Chromium."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from runtime.accounts.staff import set_password
from runtime.app import create_app
from tests.runtime.admin.staff_browser import CHEAP, PASSWORD
from tests.runtime.records.house import House

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 380, "height": 800}


@dataclass
class Site:
    """`complaints`: what any page wrote to the console, asked of other hosts, or failed at."""

    house: House
    base: str
    complaints: list[str] = field(default_factory=list)

    def open(
        self, browser: Browser, *, size: dict[str, int] = DESKTOP, scheme: Any = "light",
        name: str = "boss", area: str = "/admin",
    ) -> Page:
        """Return a page of a fresh window, signed in as `name`; `area` is empty for clients."""
        context = browser.new_context(viewport=size, color_scheme=scheme, base_url=self.base)
        page = context.new_page()
        self._watch(context, page)
        page.goto(f"{area}/login")
        page.fill("[name=email]", f"{name}@shop.example")
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_url(f"{self.base}{area}/")
        return page

    def _watch(self, context: BrowserContext, page: Page) -> None:
        def said(message: Any) -> None:
            if message.type in ("error", "warning"):
                self.complaints.append(f"{page.url}: {message.text}")

        def asked(request: Any) -> None:
            if not request.url.startswith((self.base, "data:", "blob:")):
                self.complaints.append(f"{page.url} asked {request.url}")

        page.on("console", said)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        context.on("request", asked)


@contextlib.contextmanager
def serving(house: House) -> Iterator[Site]:
    """Serve the shop until the block ends."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        house.panel.settings = replace(house.panel.settings, base_url=base)
        app = create_app(house.panel, passwords=CHEAP)
        for name in ("boss", "rea"):
            set_password(house.panel, "staff", house.ids[name], PASSWORD, CHEAP)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            while not server.started:
                thread.join(0.02)
            yield Site(house, base)
        finally:
            server.should_exit = True
            thread.join(10)


def shot(page: Page, folder: Path, name: str) -> None:
    """Keep a picture of the page, to be looked at by people."""
    page.screenshot(path=folder / f"{name}.png")
