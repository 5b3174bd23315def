"""How secrets rest in the database: an envelope per value under the panel's secret key.

    PANEL_SECRET_KEY ── HKDF ──> wrapping key ── AES-GCM ──> data key ── AES-GCM ──> the text

Every value has a data key of its own, so that a new secret key means to wrap 32 bytes again and
never to touch the text. The form is `v1.<key id>.<wrapped data key>.<sealed text>`. Both layers
are bound to a context (`entity.field`): a value copied into another field does not open there.

Several secret keys may be given, separated by spaces: the first one seals, all of them open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_LENGTH_MIN = 32
NONCE_BYTES = 12
DATA_KEY_BYTES = 32
_FORM = "v1"


class CannotOpen(Exception):
    """The value was sealed under a key that is not here, for another field, or was altered."""


def derived_key(secret_key: str, purpose: str) -> bytes:
    """Return 32 bytes for one purpose; keys of different purposes tell nothing of each other."""
    return HKDF(SHA256(), 32, b"panelwright", purpose.encode()).derive(secret_key.encode())


def new_secret_key() -> str:
    """Return a secret key of 256 random bits, as text for an environment variable or a file."""
    return secrets.token_urlsafe(32)


class Cipher:
    """Seals and opens texts. `keys`: the present secret key first, then those it replaced."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a cipher needs a secret key")
        self._wrapping = {_key_id(key): AESGCM(derived_key(key, "wrapping")) for key in keys}
        self.key_id = _key_id(keys[0])

    def encrypt(self, text: str, context: str) -> str:
        """Seal `text` for `context`, the field it belongs to (`entity.field`)."""
        data_key = AESGCM.generate_key(DATA_KEY_BYTES * 8)
        sealed = _seal(AESGCM(data_key), text.encode(), context)
        return self._envelope(data_key, sealed, context)

    def decrypt(self, token: str, context: str) -> str:
        """Open what `encrypt` sealed for the same context, else raise CannotOpen."""
        data_key, sealed = self._unwrap(token, context)
        return _open(AESGCM(data_key), sealed, context).decode()

    def rewrap(self, token: str, context: str) -> str:
        """Return the same secret under the present key; the text itself is not opened."""
        if self.is_current(token):
            return token
        data_key, sealed = self._unwrap(token, context)
        return self._envelope(data_key, sealed, context)

    def is_current(self, token: str) -> bool:
        """Say whether `token` was sealed under the present key."""
        return token.startswith(f"{_FORM}.{self.key_id}.")

    def _envelope(self, data_key: bytes, sealed: bytes, context: str) -> str:
        wrapped = _seal(self._wrapping[self.key_id], data_key, context)
        return ".".join((_FORM, self.key_id, _encode(wrapped), _encode(sealed)))

    def _unwrap(self, token: str, context: str) -> tuple[bytes, bytes]:
        form, _, rest = token.partition(".")
        parts = rest.split(".")
        if form != _FORM or len(parts) != 3 or parts[0] not in self._wrapping:
            raise CannotOpen("sealed under a key that is not here")
        wrapped, sealed = _decode(parts[1]), _decode(parts[2])
        return _open(self._wrapping[parts[0]], wrapped, context), sealed


class Signer:
    """Signs short texts that leave the panel and come back, such as cursors of lists."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        self._key = derived_key(secret_key, f"sign {purpose}")

    def sign(self, payload: bytes) -> str:
        """Return `payload` and its seal as one text that is safe in a URL."""
        return _encode(self._seal(payload) + payload)

    def open(self, text: str) -> bytes | None:
        """Return the payload, or None when the text was not signed here."""
        try:
            data = _decode(text)
        except ValueError:
            return None
        seal, payload = data[:16], data[16:]
        return payload if hmac.compare_digest(seal, self._seal(payload)) else None

    def _seal(self, payload: bytes) -> bytes:
        return hmac.new(self._key, payload, hashlib.sha256).digest()[:16]


def _key_id(key: str) -> str:
    return derived_key(key, "key id").hex()[:8]


def _seal(key: AESGCM, data: bytes, context: str) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + key.encrypt(nonce, data, context.encode())


def _open(key: AESGCM, data: bytes, context: str) -> bytes:
    try:
        return key.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("altered, or sealed for another field") from error


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (ValueError, UnicodeError) as error:
        raise ValueError("not a sealed text") from error
