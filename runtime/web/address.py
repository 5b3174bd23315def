"""Where the panel is reached from outside: the one source of links, cookie names and allowed hosts.

Nothing is ever read from the Host header: links, redirects and cookie attributes follow
`PANEL_BASE_URL`, and a request for any other host is refused before a route is chosen.
"""

import ipaddress
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class BadBaseUrl(ValueError):
    """The base URL cannot be used; the message is a sentence for whoever set it."""


@dataclass(frozen=True)
class PublicAddress:
    """Scheme, host (IPv6 in brackets, small letters) and port of the base URL."""

    scheme: str
    host: str
    port: int

    @property
    def secure(self) -> bool:
        return self.scheme == "https"

    @property
    def loopback(self) -> bool:
        return is_loopback(self.host)

    @cached_property
    def origin(self) -> str:
        return f"{self.scheme}://{self._with_port(self.host)}"

    @cached_property
    def hosts(self) -> frozenset[str]:
        """The Host headers that are ours. On loopback a person may type any of its names."""
        names = {self.host, *_LOOPBACK_NAMES} if self.loopback else {self.host}
        with_port = {f"{name}:{self.port}" for name in names}
        bare = names if self.port == _DEFAULT_PORTS[self.scheme] else set()
        return frozenset(with_port | bare)

    @cached_property
    def origins(self) -> frozenset[str]:
        """The Origin headers that our own pages send."""
        return frozenset(f"{self.scheme}://{host}" for host in self.hosts)

    def url(self, path: str) -> str:
        """Return an absolute link to `path` (starts with /), for mails and documents."""
        return self.origin + path

    def cookie_name(self, name: str) -> str:
        """Return the name a browser holds to https, this host and path / (`__Host-`).

        Plain http has no such promise, and a browser would drop the cookie.
        """
        return f"__Host-{name}" if self.secure else name

    def _with_port(self, host: str) -> str:
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def public_address(base_url: str, *, insecure_http: bool = False) -> PublicAddress:
    """Read the base URL. Raises BadBaseUrl, also for http beyond this machine."""
    try:
        parts = urlsplit(base_url.strip())
        port = parts.port
    except ValueError:
        raise BadBaseUrl(f"{base_url!r} is not an address like https://panel.example.com") from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        raise BadBaseUrl(f"{base_url!r} is not an address like https://panel.example.com")
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise BadBaseUrl(f"{base_url!r} must end after the host: the panel needs a host of its own")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if not insecure_http and parts.scheme == "http" and not is_loopback(host):
        raise BadBaseUrl(
            f"{base_url!r} would send passwords readable over the network: "
            "use https, or start with --insecure-http if something in front encrypts"
        )
    return PublicAddress(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme])


def is_loopback(host: str) -> bool:
    """Say whether `host` (a name, or an address with or without brackets) is this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
