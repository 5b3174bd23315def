import logging

import pytest
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from runtime.records.errors import Forbidden, MoveRefused, NotFound, ValidationFailed
from runtime.records.values import Decision
from runtime.web.errors import LoginNeeded, TooManyRequests

SECRET = "swordfish-in-the-exception"


def raising(error: Exception, path: str = "/") -> Route:
    def page(request):
        raise error

    return Route(path, page, methods=["GET", "POST"])


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (HTTPException(400), 400, "cannot be read"),
        (HTTPException(400, "The cursor is damaged."), 400, "The cursor is damaged."),
        (HTTPException(404), 404, "nothing here"),
        (HTTPException(405), 405, "does not work that way"),
        (HTTPException(413), 413, "too large"),
        (NotFound("client", 4711), 404, "nothing here"),
        (Forbidden(Decision(False, "Only the owner may do that.")), 403, "Only the owner may do"),
        (ValidationFailed({"a": ["Too short."]}), 422, "a: Too short."),
        (MoveRefused("the invoice is paid"), 409, "The invoice is paid."),
        (TooManyRequests("Wait.", 30), 429, "Wait."),
        (OperationalError(SECRET, {}, Exception(SECRET)), 503, "database does not answer"),
        (RuntimeError(SECRET), 500, "Something went wrong"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_each_kind_of_error_has_a_page_of_its_own(serve, error, status, says):
    response = serve(raising(error)).get("/")

    assert response.status_code == status
    assert says in response.text
    assert SECRET not in response.text
    assert "Traceback" not in response.text
    assert response.headers["content-security-policy"]
    assert response.headers["content-type"].startswith("text/html")


def test_a_row_out_of_sight_is_not_named(serve):
    assert "4711" not in serve(raising(NotFound("client", 4711))).get("/").text


def test_an_unexpected_error_shows_a_number_and_the_log_has_both(serve, caplog):
    with caplog.at_level(logging.ERROR, "runtime.web.errors"):
        response = serve(raising(RuntimeError(SECRET))).get("/")

    number = response.headers["x-request-id"]
    assert number in response.text
    assert [record.getMessage() for record in caplog.records] == ["the request failed"]
    assert SECRET in str(caplog.records[0].exc_info[1])
    assert caplog.records[0].exc_info[2] is not None


def test_an_error_in_a_layer_below_has_a_page_too(serve):
    class Broken:
        def __init__(self, app) -> None:
            pass

        async def __call__(self, scope, receive, send):
            raise RuntimeError(SECRET)

    response = serve(inner=(Middleware(Broken),)).get("/")

    assert response.status_code == 500
    assert response.headers["x-request-id"] in response.text


def test_an_error_in_the_frame_still_gives_a_page(serve, web):
    class Signed:
        """Stands for the session layer: somebody is signed in."""

        def __init__(self, app) -> None:
            self.app = app

        async def __call__(self, scope, receive, send):
            scope["state"]["visit"].login = _Login()
            await self.app(scope, receive, send)

    def broken_frame(request):
        raise RuntimeError("the menu needs the database")

    web.frames["client"] = broken_frame
    response = serve(raising(RuntimeError("x")), inner=(Middleware(Signed),)).get("/")

    assert response.status_code == 500
    assert "Something went wrong" in response.text


class _Login:
    actor = None


def test_the_last_resort_is_a_line_of_text(serve, web, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError(SECRET)

    monkeypatch.setattr(type(web), "render", broken)
    response = serve(raising(RuntimeError(SECRET))).get("/")

    assert response.status_code == 500
    assert response.text == (
        f"Something went wrong here. Number: {response.headers['x-request-id']}"
    )


def test_an_answer_that_breaks_in_the_middle_is_broken_off(serve):
    def page(request):
        def chunks():
            yield b"half"
            raise RuntimeError(SECRET)

        return StreamingResponse(chunks())

    client = serve(Route("/", page))

    with pytest.raises(RuntimeError):
        client.get("/")


def test_a_program_gets_problem_json(serve):
    client = serve(raising(RuntimeError(SECRET)), raising(NotFound("x", 1), "/api/v1/x"))

    asked = client.get("/", headers={"Accept": "application/json"})
    under_api = client.get("/api/v1/x")

    assert asked.headers["content-type"] == "application/problem+json"
    assert asked.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": asked.json()["detail"],
        "request_id": asked.headers["x-request-id"],
    }
    assert SECRET not in asked.text
    assert under_api.json()["status"] == 404


def test_htmx_gets_a_piece_beside_what_it_asked_for(serve):
    response = serve(raising(MoveRefused("not now"))).get("/", headers={"HX-Request": "true"})

    assert response.status_code == 409
    assert response.headers["hx-retarget"] == "#flashes"
    assert "Not now." in response.text
    assert "<html" not in response.text


def test_a_visitor_is_sent_to_sign_in_and_back(serve):
    client = serve(raising(LoginNeeded(), "/service/7"), raising(LoginNeeded(), "/admin/x"))

    asked = client.get("/service/7?view=a&next=//evil")
    posted = client.post("/service/7")

    assert asked.status_code == 303
    assert asked.headers["location"] == "/login?next=/service/7%3Fview%3Da%26next%3D//evil"
    assert posted.headers["location"] == "/login"
    assert client.get("/admin/x").headers["location"] == "/admin/login?next=/admin/x"


def test_a_visitor_of_a_script_is_sent_by_script(serve):
    response = serve(raising(LoginNeeded())).get("/", headers={"HX-Request": "true"})

    assert (response.status_code, response.headers["hx-redirect"]) == (204, "/login")


def test_a_program_that_is_not_signed_in_is_told_so(serve):
    response = serve(raising(LoginNeeded())).get("/", headers={"Accept": "application/json"})

    assert response.json()["status"] == 401


def test_waiting_is_told_in_the_header(serve):
    response = serve(raising(TooManyRequests("Wait.", 30))).get("/")

    assert response.headers["retry-after"] == "30"


def test_unknown_addresses_and_methods_have_pages(serve):
    client = serve(Route("/", lambda request: PlainTextResponse("x")))

    assert client.get("/nothing").status_code == 404
    assert "nothing here" in client.get("/nothing").text
    assert client.delete("/").status_code == 405


def test_what_an_error_says_is_escaped(serve):
    response = serve(raising(MoveRefused("<script>alert(1)</script>"))).get("/")

    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in response.text
