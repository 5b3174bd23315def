import socket
import urllib.request

import pytest

from tests.servers.network import NetworkIsOffError


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_other_machines_cannot_be_reached(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as connection:
        with pytest.raises(NetworkIsOffError, match="connected to"):
            connection.connect(address)
        with pytest.raises(NetworkIsOffError, match="connected to"):
            connection.connect_ex(address)


def test_names_of_other_machines_cannot_be_looked_up():
    with pytest.raises(NetworkIsOffError, match=r"looked up 'example\.org'"):
        urllib.request.urlopen("http://example.org/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_can_be_reached(host):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        with socket.create_connection((host, server.getsockname()[1])) as connection:
            assert connection.getpeername() == server.getsockname()
