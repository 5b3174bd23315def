"""Codes of authenticator apps: RFC 4226 and 6238, and which of them are taken."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest

from runtime.accounts.factors import totp
from runtime.accounts.factors.locks import FAILURES_MAX, TRIES, is_off, lock_after

SECRET = base64.b32encode(b"12345678901234567890").decode()
# RFC 4226 appendix D, counters 0 to 9.
HOTP = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871",
        "520489"]
# RFC 6238 appendix B, eight digits.
TOTP = [
    (59, "94287082", "46119246", "90693936"), (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
NOON = datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(("counter", "code"), list(enumerate(HOTP)))
def test_codes_are_those_of_rfc_4226(counter, code):
    assert totp.code_at(SECRET, datetime.fromtimestamp(counter * 30, UTC)) == code


@pytest.mark.parametrize(("seconds", "sha1", "sha256", "sha512"), TOTP)
def test_codes_are_those_of_rfc_6238(seconds, sha1, sha256, sha512):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SECRET, moment) == sha1[-6:]
    for digest, length, code in ((hashlib.sha256, 32, sha256), (hashlib.sha512, 64, sha512)):
        seed = base64.b32encode((b"1234567890" * 7)[:length]).decode()
        assert pyotp.TOTP(seed, digits=8, digest=digest).at(moment) == code


@pytest.mark.parametrize(
    ("drift", "taken"), [(-90, False), (-30, True), (0, True), (30, True), (90, False)]
)
def test_a_clock_may_be_half_a_minute_wrong(drift, taken):
    code = totp.code_at(SECRET, NOON + timedelta(seconds=drift))
    step = totp.matching_step(SECRET, code, NOON)
    assert step == (totp.step_of(NOON + timedelta(seconds=drift)) if taken else None)


def test_a_code_has_one_spelling():
    code = totp.code_at(SECRET, NOON)
    wide = code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    arabic = code.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    for wrong in (wide, arabic, f"0{code}", f"{code}0", code[:5], "", f"{code}\n", f"-{code[1:]}"):
        assert totp.matching_step(SECRET, wrong, NOON) is None
    assert totp.typed(f" {code[:3]} {code[3:]} ") == code


def test_leading_zeros_are_kept():
    moment = next(
        at for minutes in range(2000)
        if totp.code_at(SECRET, at := NOON + timedelta(minutes=minutes)).startswith("0")
    )
    code = totp.code_at(SECRET, moment)
    assert totp.matching_step(SECRET, code, moment) is not None
    assert totp.matching_step(SECRET, code.lstrip("0"), moment) is None


def test_a_secret_has_160_random_bits():
    secrets = {totp.new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_an_app_reads_the_address():
    found = urlsplit(totp.uri(SECRET, issuer="Hosting: Łódź & Co", account="ann+1@example.com"))
    assert (found.scheme, found.netloc) == ("otpauth", "totp")
    assert parse_qs(found.query) == {"secret": [SECRET], "issuer": ["Hosting  Łódź & Co"]}
    parsed = pyotp.parse_uri(found.geturl())
    assert (parsed.secret, parsed.name) == (SECRET, "ann+1@example.com")


def test_locks_double_up_to_a_day():
    waits = [lock_after(failures) for failures in range(FAILURES_MAX + 1)]
    assert [number for number, wait in enumerate(waits) if wait] == list(range(TRIES, 61, TRIES))
    minutes = [int(wait.total_seconds() // 60) for wait in waits if wait]
    assert minutes == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 1440]
    assert [is_off(failures) for failures in (0, 59, 60, 61)] == [False, False, True, True]


def test_a_month_of_guessing_leads_nowhere():
    """Whoever knows the password and tries whenever the lock lets them."""
    now, failures, per_day = NOON, 0, dict.fromkeys(range(31), 0)
    while now < NOON + timedelta(days=31) and not is_off(failures):
        failures += 1
        per_day[(now - NOON).days] += 1
        now += lock_after(failures) or timedelta(seconds=1)
    assert per_day[0] == 54
    assert sum(per_day.values()) == FAILURES_MAX
    # Three of a million codes are right at any time.
    assert 1 - (1 - 3e-6) ** 54 < 0.0002
