"""Numbers with right check digits: made up, and accepted by whoever checks them.

The rules are those of the registers: NIP (Polish tax number), EDRPOU (Ukrainian register), SIREN
and the French VAT key, the German VAT number (ISO 7064 mod 11, 10), IBAN (ISO 13616).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

_NIP_WEIGHTS = (6, 5, 7, 2, 3, 4, 5, 6, 7)
_GB_WEIGHTS = (8, 7, 6, 5, 4, 3, 2)
# National account part of an IBAN, in digits.
_BBAN_DIGITS = {"PL": 24, "DE": 18, "UA": 25}


def tax_id(country: str, random: Random) -> str | None:
    """Return a tax number as a company of `country` writes it, None where there is no rule."""
    make = _BY_COUNTRY.get(country)
    return make(random) if make else None


def iban(country: str, random: Random) -> str:
    """Return an IBAN of PL, DE or UA in groups of four."""
    account = _digits(random, _BBAN_DIGITS[country])
    letters = "".join(str(ord(letter) - 55) for letter in country)
    check = 98 - int(f"{account}{letters}00") % 97
    whole = f"{country}{check:02}{account}"
    return " ".join(whole[begin : begin + 4] for begin in range(0, len(whole), 4))


def _digits(random: Random, count: int) -> str:
    # No leading zero: several registers do not give such numbers.
    return str(random.randint(10 ** (count - 1), 10**count - 1))


def _polish(random: Random) -> str:
    while True:
        body = _digits(random, 9)
        check = _weighted(body, _NIP_WEIGHTS) % 11
        if check < 10:
            return f"PL{body}{check}"


def _ukrainian(random: Random) -> str:
    while True:
        number = random.randint(30_000_001, 45_999_999) // 10
        body = f"{number:07}"
        low, high = (7, 1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6, 7)
        weights = low if 3_000_000 <= number < 6_000_000 else high
        check = _weighted(body, weights) % 11
        if check == 10:
            check = _weighted(body, [weight + 2 for weight in weights]) % 11
        if check < 10:
            return f"{body}{check}"


def _french(random: Random) -> str:
    body = _digits(random, 8)
    siren = body + str(_luhn(body))
    key = (12 + 3 * (int(siren) % 97)) % 97
    return f"FR{key:02}{siren}"


def _german(random: Random) -> str:
    body, product = _digits(random, 8), 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return f"DE{body}{(11 - product) % 10}"


def _british(random: Random) -> str:
    body = _digits(random, 7)
    check = 97 - _weighted(body, _GB_WEIGHTS) % 97
    return f"GB{body}{check:02}"


def _weighted(digits: str, weights: tuple[int, ...] | list[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def _luhn(body: str) -> int:
    doubled = (int(digit) * (1 + index % 2) for index, digit in enumerate(body))
    return -sum(value - 9 * (value > 9) for value in doubled) % 10


_BY_COUNTRY: Mapping[str, Callable[[Random], str]] = {
    "PL": _polish,
    "UA": _ukrainian,
    "FR": _french,
    "DE": _german,
    "GB": _british,
}
