import socket

import pytest

from runtime.server import listening, make_server, served_settings
from runtime.settings import Settings, StartProblem


@pytest.fixture
def settings(tmp_path) -> Settings:
    return Settings.from_environment({"PANEL_VAR": str(tmp_path)})


def test_a_port_in_use_is_told_in_one_sentence():
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(StartProblem, match=f"^port {port} is in use already: .*--port$"):
            with listening("127.0.0.1", port):
                pass


def test_a_port_is_free_again_afterwards():
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]

    with listening("127.0.0.1", port) as second:
        assert second.getsockname()[1] == port


def test_an_address_of_another_machine_is_told(monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    with pytest.raises(StartProblem, match="192.0.2.1 is not an address of this machine"):
        with listening("192.0.2.1", 8000):
            pass


def test_a_name_that_nobody_knows_is_told(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(StartProblem, match="'no.such.host' port 8000 is not an address"):
        with listening("no.such.host", 8000):
            pass


@pytest.mark.parametrize("port", [-1, 65536, 99999])
def test_a_port_that_does_not_exist_is_told(port):
    with pytest.raises(StartProblem, match="choose one from 1 to 65535"):
        with listening("127.0.0.1", port):
            pass


def test_a_problem_of_the_panel_itself_is_not_taken_for_one_of_the_port():
    with pytest.raises(OSError, match="boom"), listening("127.0.0.1", 0):
        raise OSError(98, "boom")


def test_without_a_base_url_people_come_where_the_panel_listens(settings):
    assert served_settings(settings, "127.0.0.1", 9000, insecure_http=False).base_url == (
        "http://127.0.0.1:9000"
    )
    assert served_settings(settings, "::1", 9000, insecure_http=False).base_url == (
        "http://[::1]:9000"
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_plain_http_to_the_network_must_be_asked_for_by_name(settings, host):
    with pytest.raises(StartProblem, match="--insecure-http"):
        served_settings(settings, host, 8000, insecure_http=False)

    assert served_settings(settings, host, 8000, insecure_http=True).insecure_http


def test_behind_a_proxy_with_https_any_address_may_be_listened_on(tmp_path):
    settings = Settings.from_environment(
        {"PANEL_VAR": str(tmp_path), "PANEL_BASE_URL": "https://panel.example.com"}
    )

    served = served_settings(settings, "0.0.0.0", 8000, insecure_http=False)

    assert served.base_url == "https://panel.example.com"


def test_forwarded_addresses_are_believed_of_named_proxies_alone():
    async def app(scope, receive, send):
        raise AssertionError

    assert not make_server(app).config.proxy_headers
    trusting = make_server(app, trusted_proxies="10.0.0.1").config
    assert (trusting.proxy_headers, trusting.forwarded_allow_ips) == (True, "10.0.0.1")


def test_the_server_does_not_tell_what_it_is():
    async def app(scope, receive, send):
        raise AssertionError

    assert not make_server(app).config.server_header


def test_listening_sockets_accept_connections():
    with listening("127.0.0.1", 0) as listener:
        with socket.create_connection(listener.getsockname(), timeout=5):
            pass
