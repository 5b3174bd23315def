"""Whether a password is right, and whether a new one will do.

argon2id at 46 MiB and two passes, above the least that OWASP names: about 0.1 s of one core. That
much work is itself a way to flood a server, so only as many run at once as there are cores, a few
more may wait, and the rest are told to come back.
"""

from __future__ import annotations

import base64
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from config.texts.sentence import Sentence

LENGTH_MAX = 128
MEMORY_KIB = 47_104
PASSES = 2
LANES = 1
_WAITING_MAX = 8
_WAIT_SECONDS = 10
_HASH_BYTES = 32
_SALT_BYTES = 16


class TooBusy(Exception):
    """More passwords are being checked than the machine can do; try again shortly."""


class Passwords:
    """Hash and verify, a limited number at once."""

    def __init__(
        self,
        *,
        memory_kib: int = MEMORY_KIB,
        passes: int = PASSES,
        parallel: int | None = None,
        waiting_max: int = _WAITING_MAX,
    ) -> None:
        self._hasher = PasswordHasher(
            time_cost=passes,
            memory_cost=memory_kib,
            parallelism=LANES,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
        )
        running = parallel or os.cpu_count() or 1
        self._running = threading.BoundedSemaphore(running)
        self._admitted = threading.BoundedSemaphore(running + waiting_max)
        self._nobodys = _unmatchable(memory_kib, passes)

    def hash(self, password: str) -> str:
        """Return the text to store. Raises TooBusy."""
        with self._turn():
            return self._hasher.hash(password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Say whether `password` made `stored`; never true for None, in the same time.

        Raises TooBusy.
        """
        if len(password) > LENGTH_MAX:
            # Longer than any password here, and dear to hash; a fixed text costs the usual time.
            stored, password = None, ""
        with self._turn():
            try:
                return self._hasher.verify(stored or self._nobodys, password)
            except (VerifyMismatchError, VerificationError, InvalidHashError):
                return False

    def is_outdated(self, stored: str) -> bool:
        """Say whether `stored` was made at another cost than today's."""
        return self._hasher.check_needs_rehash(stored)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._admitted.acquire(blocking=False):
            raise TooBusy
        try:
            if not self._running.acquire(timeout=_WAIT_SECONDS):
                raise TooBusy
            try:
                yield
            finally:
                self._running.release()
        finally:
            self._admitted.release()


def why_unfit(password: str, *, length_min: int, names: tuple[str, ...] = ()) -> str | None:
    """Return the sentence that refuses a new password, None when it will do.

    `names` are words that belong to the person (e-mail address), no secret to anyone.
    """
    if len(password) < length_min:
        return Sentence("Use at least {min} characters.", min=length_min)
    if len(password) > LENGTH_MAX:
        return Sentence("Use at most {max} characters.", max=LENGTH_MAX)
    if len(set(password)) < 5:
        return Sentence("Use more different characters.")
    known = {name.casefold() for name in names if name}
    if password.casefold() in known | {part for name in known for part in name.split("@")}:
        return Sentence("Your e-mail address is no secret: choose something else.")
    return None


def one_time_password() -> str:
    """Return 80 random bits as four groups that can be read out, `k7dm-…`."""
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def _unmatchable(memory_kib: int, passes: int) -> str:
    """Return a stored text of today's cost that no password made."""

    def part(length: int) -> str:
        return base64.b64encode(secrets.token_bytes(length)).decode().rstrip("=")

    cost = f"m={memory_kib},t={passes},p={LANES}"
    return f"$argon2id$v=19${cost}${part(_SALT_BYTES)}${part(_HASH_BYTES)}"
