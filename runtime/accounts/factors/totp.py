"""Time-based one-time passwords: RFC 6238 on HMAC-SHA-1, six digits every 30 seconds."""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import pyotp

STEP_SECONDS = 30
DIGITS = 6
SECRET_LETTERS = 32
"""160 bits in base 32, what RFC 4226 R6 advises."""
DRIFT_STEPS = 1
"""One step to either side, RFC 6238 section 5.2: the clock of a phone is not quite ours."""

# Python's \d takes digits of every script, and pyotp folds them: a code has one spelling.
_CODE = re.compile(r"[0-9]{6}", re.ASCII)


def new_secret() -> str:
    return pyotp.random_base32(SECRET_LETTERS)


def typed(code: str) -> str:
    """Return a code as people type it, `123 456`, without the space in its middle."""
    return code.strip().replace(" ", "")


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the number of the 30 seconds whose code this is, None for a wrong code.

    The latest of several: every step up to the one returned is used up by it.
    """
    if not _CODE.fullmatch(code):
        return None
    totp, found = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS), None
    for steps in range(-DRIFT_STEPS, DRIFT_STEPS + 1):
        moment = now + timedelta(seconds=steps * STEP_SECONDS)
        # All of them, whether one fits or not: the time taken tells nothing.
        if hmac.compare_digest(totp.at(moment), code):
            found = step_of(moment)
    return found


def code_at(secret: str, moment: datetime) -> str:
    """Return the code of the 30 seconds that `moment` lies in."""
    return str(pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).at(moment))


def step_of(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def uri(secret: str, *, issuer: str, account: str) -> str:
    """Return the `otpauth://` address that authenticator apps read, as a QR code or by a tap."""
    label = f"{quote(issuer.replace(':', ' '))}:{quote(account)}"
    query = urlencode({"secret": secret, "issuer": issuer.replace(":", " ")}, quote_via=quote)
    return f"otpauth://totp/{label}?{query}"


def grouped(secret: str) -> str:
    """Return the secret in groups of four, to be typed by hand."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
