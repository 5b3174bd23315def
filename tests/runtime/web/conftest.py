from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from runtime.web.address import public_address
from runtime.web.csrf import CsrfTokens
from runtime.web.errors import HANDLERS, ErrorPages
from runtime.web.flash import FlashCookies
from runtime.web.security import SecurityHeaders
from runtime.web.templates import Web, make_environment

BASE = "https://panel.example.com"


@pytest.fixture(scope="session")
def environment():
    return make_environment()


@pytest.fixture
def web(environment) -> Web:
    address = public_address(BASE)
    return Web(
        address=address,
        tokens=CsrfTokens(b"c" * 32),
        flashes=FlashCookies(b"f" * 32, address),
        environment=environment,
        now=lambda: datetime(2026, 3, 1, tzinfo=UTC),
        site_name="Example Hosting",
    )


@pytest.fixture
def serve(web: Web) -> Callable[..., TestClient]:
    """Return a client of an application with the given routes inside our layers."""

    def make(*routes: BaseRoute, inner: tuple[Middleware, ...] = ()) -> TestClient:
        app = Starlette(
            routes=list(routes),
            middleware=[
                Middleware(SecurityHeaders, address=web.address, web=web),
                Middleware(ErrorPages),
                *inner,
            ],
            exception_handlers=HANDLERS,
        )
        return TestClient(app, base_url=BASE, follow_redirects=False)

    return make
