"""The layers around every page, without a panel behind them."""

import re
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from runtime.web.address import BadBaseUrl, public_address
from runtime.web.security import BodyLimit, HostCheck, SecurityHeaders
from runtime.web.visit import area_of, visit_of

EXPECTED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def page(request: Request) -> Response:
    return PlainTextResponse(visit_of(request).nonce)


async def echo_length(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


def cached(request: Request) -> Response:
    policy = "sandbox; default-src 'none'"
    return PlainTextResponse(
        "", headers={"Cache-Control": "max-age=9", "Content-Security-Policy": policy}
    )


def missing(request: Request) -> Response:
    raise HTTPException(404)


def make_client(base_url: str = "https://panel.example.com", bytes_max: int = 1000) -> TestClient:
    address = public_address(base_url)
    app = Starlette(
        routes=[
            Route("/", page),
            Route("/cached", cached),
            Route("/missing", missing),
            Route("/healthz", page),
            Route("/length", echo_length, methods=["POST"]),
        ],
        middleware=[
            Middleware(SecurityHeaders, address=address),
            Middleware(_Refusals),
            Middleware(HostCheck, address=address),
            Middleware(BodyLimit, bytes_max=bytes_max),
        ],
    )
    return TestClient(app, base_url=base_url)


class _Refusals:
    """What the error pages do, in one line."""

    def __init__(self, app: Callable) -> None:
        self.app = app

    async def __call__(self, scope, receive, send):
        try:
            await self.app(scope, receive, send)
        except HTTPException as error:
            await PlainTextResponse(error.detail, error.status_code)(scope, receive, send)


@pytest.mark.parametrize("path", ["/", "/missing", "/nowhere"])
def test_every_answer_carries_the_headers(path):
    response = make_client().get(path)

    assert {name: response.headers[name] for name in EXPECTED} == EXPECTED
    assert "geolocation=()" in response.headers["permissions-policy"]
    assert re.fullmatch(r"[0-9a-f]{16}", response.headers["x-request-id"])


def test_the_policy_allows_only_the_nonce_of_this_answer():
    client = make_client()

    first, second = client.get("/"), client.get("/")

    policy = first.headers["content-security-policy"]
    assert f"script-src 'nonce-{first.text}' 'strict-dynamic'" in policy
    assert f"style-src 'self' 'nonce-{first.text}'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert first.text != second.text


def test_a_response_keeps_headers_it_brings_itself():
    response = make_client().get("/cached")

    assert response.headers.get_list("cache-control") == ["max-age=9"]
    assert response.headers.get_list("content-security-policy") == ["sandbox; default-src 'none'"]


def test_strict_transport_is_sent_on_https_alone():
    assert "strict-transport-security" not in make_client("http://localhost:8000").get("/").headers
    header = make_client().get("/").headers["strict-transport-security"]
    assert header == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    "host", ["evil.example", "panel.example.com.evil.example", "panel.example.com:81", ""]
)
def test_a_foreign_host_is_refused(host):
    assert make_client().get("/", headers={"Host": host}).status_code == 400


def test_a_second_host_header_is_refused():
    client = make_client()
    headers = [("Host", "panel.example.com"), ("Host", "evil.example")]

    assert client.get("/", headers=headers).status_code == 400


@pytest.mark.parametrize(
    "host", ["panel.example.com", "PANEL.example.com", "panel.example.com:443"]
)
def test_our_own_host_passes(host):
    assert make_client().get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_all_names_of_this_machine_pass_on_loopback(host):
    client = make_client("http://127.0.0.1:8000")

    assert client.get("/", headers={"Host": host}).status_code == 200
    assert client.get("/", headers={"Host": "localhost:9000"}).status_code == 400


def test_a_health_check_may_come_by_address():
    assert make_client().get("/healthz", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_an_announced_body_over_the_limit_is_refused_before_it_is_read():
    client = make_client(bytes_max=1_000_000)

    response = client.post("/length", headers={"Content-Length": "1000001"}, content=b"")

    assert response.status_code == 413
    assert "1 MB" in response.text


def test_a_body_without_length_is_cut_off_at_the_limit():
    def chunks():
        for _ in range(20):
            yield b"x" * 100

    assert make_client(bytes_max=1999).post("/length", content=chunks()).status_code == 413
    assert make_client(bytes_max=2000).post("/length", content=chunks()).text == "2000"


def test_a_length_that_is_no_number_is_refused():
    client = make_client()

    assert client.post("/length", headers={"Content-Length": "+5"}, content=b"").status_code == 400


@pytest.mark.parametrize(
    ("base_url", "says"),
    [
        ("http://panel.example.com", "--insecure-http"),
        ("panel.example.com", "is not an address"),
        ("https://panel.example.com/sub", "a host of its own"),
        ("https://user@panel.example.com", "is not an address"),
        ("https://panel.example.com:99999", "is not an address"),
        ("ftp://panel.example.com", "is not an address"),
    ],
)
def test_a_base_url_that_cannot_work_is_refused_with_a_sentence(base_url, says):
    with pytest.raises(BadBaseUrl, match=says):
        public_address(base_url)


def test_plain_http_beyond_this_machine_must_be_asked_for():
    assert not public_address("http://panel.example.com", insecure_http=True).secure


def test_cookie_names_are_prefixed_on_https_alone():
    assert public_address("https://p.example").cookie_name("panel_staff") == "__Host-panel_staff"
    assert public_address("http://[::1]:8000").cookie_name("panel_staff") == "panel_staff"


def test_links_come_from_the_base_url():
    assert public_address("https://P.example:443/").url("/x") == "https://p.example/x"
    assert public_address("http://localhost:8000").url("/x") == "http://localhost:8000/x"


@pytest.mark.parametrize(
    ("path", "area"),
    [
        ("/", "client"), ("/admin", "staff"), ("/admin/client/", "staff"), ("/adminx", "client"),
        ("/static/x/panel.css", None), ("/healthz", None), ("/webhooks/stripe", None),
    ],
)  # fmt: skip
def test_each_path_belongs_to_one_area(path, area):
    assert area_of(path) == area
