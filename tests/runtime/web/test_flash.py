import pytest
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Route

from runtime.web.flash import Flash


@pytest.fixture
def client(serve, web):
    flashes = [Flash("ok", "Saved “é”."), Flash("bad", "<b>no</b>")]

    def say(request):
        request.scope["state"]["visit"].cookie = request.headers.get("x-session", "mine")
        response = RedirectResponse("/", 303)
        web.flashes.add(request, response, *flashes)
        return response

    def read(request):
        request.scope["state"]["visit"].cookie = request.headers.get("x-session", "mine")
        response = PlainTextResponse("|".join(f.text for f in web.flashes.read(request)))
        web.flashes.end(request, response)
        return response

    return serve(Route("/say", say), Route("/", read))


def test_messages_survive_one_redirect_and_no_more(client):
    client.get("/say")

    assert client.get("/").text == "Saved “é”.|<b>no</b>"
    assert client.get("/").text == ""


def test_the_cookie_is_out_of_reach_of_scripts_and_http(client):
    header = client.get("/say").headers["set-cookie"]

    assert header.startswith("__Host-panel_client_flash=")
    for attribute in ("HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=300"):
        assert attribute in header


def test_messages_of_another_session_are_not_shown(client):
    client.get("/say")

    assert client.get("/", headers={"X-Session": "other"}).text == ""


@pytest.mark.parametrize("value", ["x", "e30.e30", "é.é", "W10.", "." * 50])
def test_a_planted_message_is_not_shown(client, value):
    header = b"__Host-panel_client_flash=" + value.encode()

    assert client.get("/", headers={"Cookie": header}).text == ""


def test_many_long_messages_stay_below_what_a_browser_keeps(serve, web):
    def say(request):
        response = PlainTextResponse("")
        web.flashes.add(request, response, *[Flash("ok", "é" * 5000)] * 9)
        return response

    client = serve(Route("/", say))

    assert 100 < len(client.get("/").headers["set-cookie"]) < 4096
