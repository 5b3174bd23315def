"""The tests' network: this machine and nothing else."""

import contextlib
import ipaddress
import socket
from collections.abc import Iterator

import pytest


class NetworkIsOffError(AssertionError):
    """A test tried to reach another machine."""


@contextlib.contextmanager
def only_loopback() -> Iterator[None]:
    """Refuse connections and name look-ups that would leave this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    getaddrinfo = socket.getaddrinfo

    def checked_connect(self: socket.socket, address: object) -> None:
        _refuse_foreign(self.family, address)
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: object) -> int:
        _refuse_foreign(self.family, address)
        return connect_ex(self, address)

    def checked_getaddrinfo(host: object, *arguments: object, **options: object) -> list:
        if not _is_local(host):
            raise NetworkIsOffError(f"a test looked up {host!r}")
        return getaddrinfo(host, *arguments, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked_connect)
        patch.setattr(socket.socket, "connect_ex", checked_connect_ex)
        patch.setattr(socket, "getaddrinfo", checked_getaddrinfo)
        yield


def _refuse_foreign(family: int, address: object) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
        raise NetworkIsOffError(f"a test connected to {address!r}")


def _is_local(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
