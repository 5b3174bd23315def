"""What the environment says, read once.

    PANEL_DATABASE_URL  sqlite:///… or postgresql://…; default: a SQLite file in PANEL_VAR
    PANEL_QUEUE_URL     where workers are woken; default: beside the database
    PANEL_SECRET_KEY    at least 32 characters; older keys may follow, separated by spaces
    PANEL_BASE_URL      how people reach the panel; default http://127.0.0.1:8000
    PANEL_TRUSTED_PROXIES  addresses whose X-Forwarded-For is believed, separated by commas
    PANEL_VAR           folder for the SQLite file, uploads and logs; default var/

On the embedded default whatever is missing is made in PANEL_VAR, readable by its owner alone.
On any other database a missing secret key is an error: two servers must not invent two keys.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from runtime.crypto import KEY_LENGTH_MIN, Cipher, new_secret_key

BASE_URL = "http://127.0.0.1:8000"
DATABASE_FILE = "panel.sqlite3"
SECRET_KEY_FILE = "secret.key"  # noqa: S105 - the name of a file, not a key


class StartProblem(Exception):
    """The panel cannot start; the message is one sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The environment of one panel. `secret_keys`: the present one first."""

    database_url: str
    var: Path
    secret_keys: tuple[str, ...]
    base_url: str = BASE_URL
    queue_url: str = ""
    insecure_http: bool = False
    trusted_proxies: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; raise StartProblem when it cannot work."""
        values = os.environ if environment is None else environment
        var = Path(values.get("PANEL_VAR") or "var").absolute()
        url = driver_url(values.get("PANEL_DATABASE_URL") or f"sqlite:///{var / DATABASE_FILE}")
        given = tuple((values.get("PANEL_SECRET_KEY") or "").split())
        return cls(
            database_url=url,
            var=var,
            secret_keys=_checked(given) if given else _kept_key(url, var),
            base_url=(values.get("PANEL_BASE_URL") or BASE_URL).rstrip("/"),
            queue_url=values.get("PANEL_QUEUE_URL") or "",
            trusted_proxies=values.get("PANEL_TRUSTED_PROXIES") or None,
        )

    @property
    def embedded(self) -> bool:
        """Whether the database is the SQLite file that lives with the panel."""
        return self.database_url.startswith("sqlite")

    def cipher(self) -> Cipher:
        return Cipher(self.secret_keys)

    def with_insecure_http(self) -> Settings:
        """Allow an address without TLS that is not this computer; asked for by name only."""
        return replace(self, insecure_http=True)


def driver_url(url: str) -> str:
    """Return `url` with the driver we use; people write `postgresql://` or `postgres://`."""
    scheme, colon, rest = url.partition(":")
    if scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        return f"postgresql+psycopg{colon}{rest}"
    if scheme == "sqlite" and rest.startswith("//"):
        return url
    raise StartProblem(
        f"PANEL_DATABASE_URL starts with '{scheme}', which is not supported: "
        "write sqlite:///… or postgresql://…"
    )


def _checked(keys: tuple[str, ...]) -> tuple[str, ...]:
    if any(len(key) < KEY_LENGTH_MIN for key in keys):
        raise StartProblem(
            f"PANEL_SECRET_KEY is too short: it needs at least {KEY_LENGTH_MIN} characters, "
            "made for example by `openssl rand -base64 32`"
        )
    return keys


def _kept_key(url: str, var: Path) -> tuple[str, ...]:
    if not url.startswith("sqlite"):
        raise StartProblem(
            "PANEL_SECRET_KEY is missing: on a PostgreSQL database it must be set, "
            "the same on every server, made for example by `openssl rand -base64 32`"
        )
    file = var / SECRET_KEY_FILE
    if file.exists():
        return _checked(tuple(_read(file).split()))
    key = new_secret_key()
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        # O_EXCL: of two processes that start together one makes the key, the other reads it.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _checked(tuple(_read(file).split()))
    except OSError as error:
        raise StartProblem(
            f"the folder {var} cannot be written ({error.strerror}): "
            "set PANEL_VAR to a folder of your own"
        ) from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(key + "\n")
    return (key,)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise StartProblem(
            f"the secret key {file} cannot be read ({error.strerror}): "
            "set PANEL_VAR to a folder of your own, or run as the user who owns it"
        ) from error
