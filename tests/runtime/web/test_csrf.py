import secrets

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from runtime.web.address import public_address
from runtime.web.csrf import CsrfProtection, CsrfTokens
from runtime.web.security import SecurityHeaders
from runtime.web.visit import Visit, visit_of

BASE = "https://panel.example.com"
TOKENS = CsrfTokens(b"k" * 32)


class _Cookies:
    """Takes the visit's cookie from a plain header, and shows refusals as text."""

    def __init__(self, app) -> None:
        self.app = app

    async def __call__(self, scope, receive, send):
        request = Request(scope)
        visit_of(request).cookie = request.headers.get("x-cookie")
        try:
            await self.app(scope, receive, send)
        except HTTPException as error:
            await PlainTextResponse(error.detail, error.status_code)(scope, receive, send)


async def form(request: Request) -> Response:
    async with request.form() as sent:
        parts = [
            f"{name}={value if isinstance(value, str) else len(await value.read())}"
            for name, value in sent.multi_items()
            if name != "csrf_token"
        ]
    return PlainTextResponse(",".join(parts))


@pytest.fixture
def client() -> TestClient:
    address = public_address(BASE)
    app = Starlette(
        routes=[
            Route(path, form, methods=["POST", "GET", "DELETE", "PUT"])
            for path in ("/", "/webhooks/x")
        ],
        middleware=[
            Middleware(SecurityHeaders, address=address),
            Middleware(_Cookies),
            Middleware(CsrfProtection, tokens=TOKENS, address=address, exempt=("/webhooks/",)),
        ],
    )
    return TestClient(app, base_url=BASE, headers={"X-Cookie": "mine"})


def token_for(cookie: str | None, area: str = "client") -> str:
    return TOKENS.make(Visit(area, cookie=cookie))


def test_a_form_with_the_visitors_own_token_passes_and_arrives_whole(client):
    response = client.post("/", data={"csrf_token": token_for("mine"), "a": "1", "b": "é&="})

    assert (response.status_code, response.text) == (200, "a=1,b=é&=")


@pytest.mark.parametrize("first", [True, False], ids=["token first", "token last"])
def test_an_upload_passes_and_arrives_whole_wherever_the_token_stands(client, first):
    token = ("csrf_token", (None, token_for("mine")))
    others = [("a", (None, "1")), ("file", ("x.bin", secrets.token_bytes(300_000)))]
    files = [token, *others] if first else [*others, token]

    response = client.post("/", files=files)

    assert (response.status_code, response.text) == (200, "a=1,file=300000")


def test_a_header_serves_as_well(client):
    headers = {"X-CSRF-Token": token_for("mine")}

    assert client.delete("/", headers=headers).status_code == 200
    assert client.post("/", json={"a": 1}, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "x" * 86,
        "é" * 10,
        "a" * 5000,
        token_for("another session"),
        token_for("mine", area="staff"),
        CsrfTokens(b"j" * 32).make(Visit("client", cookie="mine")),
    ],
    ids=["none", "empty", "noise", "not ascii", "long", "other session", "other area", "other key"],
)
def test_without_a_fitting_token_nothing_passes(client, token):
    data = {"a": "1"} if token is None else {"a": "1", "csrf_token": token}

    for send in ({"data": data}, {"files": [(key, (None, value)) for key, value in data.items()]}):
        response = client.post("/", **send)

        assert response.status_code == 403
        assert "nothing was changed" in response.text


def test_a_token_in_the_address_does_not_count(client):
    assert client.post(f"/?csrf_token={token_for('mine')}").status_code == 403


def test_a_token_hidden_in_a_file_does_not_count(client):
    files = [("csrf_token", ("x.txt", token_for("mine").encode()))]

    assert client.post("/", files=files).status_code == 403


def test_a_visitor_without_cookie_has_no_token_that_fits(client):
    visit = Visit("client")
    token = TOKENS.make(visit)

    assert visit.new_cookie
    assert (
        client.post("/", data={"csrf_token": token}, headers={"X-Cookie": "mine"}).status_code
        == 403
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://panel.example.com"},
        {"Origin": "https://panel.example.com:8443"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
    ids=str,
)
def test_a_foreign_page_is_refused_even_with_the_token(client, headers):
    response = client.post("/", data={"csrf_token": token_for("mine")}, headers=headers)

    assert response.status_code == 403
    assert "another website" in response.text


def test_our_own_page_passes_by_origin(client):
    headers = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}

    assert (
        client.post("/", data={"csrf_token": token_for("mine")}, headers=headers).status_code == 200
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_every_unsafe_method_is_held_to_it(client, method):
    assert client.request(method, "/").status_code == 403


def test_reading_asks_for_no_token(client):
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_webhooks_prove_themselves_otherwise(client):
    assert client.post("/webhooks/x", data={"a": "1"}).text == "a=1"


@pytest.mark.parametrize(
    "body",
    [b"", b"--x", b"--y\r\n\r\n", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1'],
)
def test_a_damaged_form_is_refused(client, body):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}

    assert client.post("/", content=body, headers=headers).status_code in (400, 403)


def test_tokens_of_one_visitor_differ_and_all_fit():
    visit = Visit("client", cookie="mine")

    tokens = {TOKENS.make(visit) for _ in range(20)}

    assert len(tokens) == 20
    assert all(TOKENS.fits(token, visit) for token in tokens)
