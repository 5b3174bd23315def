"""The secret key inside a backup: AES-GCM under a key that argon2id makes of a passphrase."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime.settings import StartProblem

PASSPHRASE_MIN = 12
# RFC 9106, section 4: the second recommended choice, for who has less than 2 GiB to spare.
MEMORY_KIB, PASSES, LANES = 65_536, 3, 4
_CONTEXT = b"panelwright backup"


def seal(keys: Sequence[str], passphrase: str) -> dict[str, Any]:
    """Return the keys as a part of a manifest. Raises StartProblem for a short passphrase."""
    if len(passphrase) < PASSPHRASE_MIN:
        raise StartProblem(f"the passphrase needs at least {PASSPHRASE_MIN} characters")
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    cost = {"memory_kib": MEMORY_KIB, "passes": PASSES, "lanes": LANES}
    sealed = AESGCM(_key(passphrase, salt, cost)).encrypt(nonce, " ".join(keys).encode(), _CONTEXT)
    return {"salt": _text(salt), "nonce": _text(nonce), "sealed": _text(sealed), **cost}


def opened(sealed: Mapping[str, Any], passphrase: str) -> tuple[str, ...]:
    """Return the keys. Raises StartProblem for another passphrase, or a damaged seal."""
    try:
        cost = {name: int(sealed[name]) for name in ("memory_kib", "passes", "lanes")}
        if not (8 <= cost["memory_kib"] <= 4 * MEMORY_KIB and 1 <= cost["passes"] <= 20
                and 1 <= cost["lanes"] <= 16):
            raise ValueError("a cost that no backup has")
        salt, nonce, text = (_bytes(sealed[name]) for name in ("salt", "nonce", "sealed"))
        plain = AESGCM(_key(passphrase, salt, cost)).decrypt(nonce, text, _CONTEXT)
    except InvalidTag:
        raise StartProblem("this is not the passphrase that the backup was made with") from None
    except (KeyError, TypeError, ValueError) as error:
        raise StartProblem("the secret key in the backup is damaged") from error
    return tuple(plain.decode().split())


def _key(passphrase: str, salt: bytes, cost: Mapping[str, int]) -> bytes:
    return hash_secret_raw(
        passphrase.encode(), salt, time_cost=cost["passes"], memory_cost=cost["memory_kib"],
        parallelism=cost["lanes"], hash_len=32, type=Type.ID,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
