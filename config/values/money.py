"""An exact amount of money: whole micros and a currency, never a float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

MICROS = 1_000_000
# Wide enough that no product of an amount and a factor is rounded on the way.
_EXACT = Context(prec=80)
_WRITTEN = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,6}))? ([A-Z]{3})\Z", re.ASCII)

# ISO 4217 minor digits where they are not two.
_MINOR_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4, "UYW": 4,
}


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum or comparison."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(left, right)
        self.left, self.right = left, right

    def __str__(self) -> str:
        return f"amounts in {self.left} and {self.right} cannot be put together"


def minor_digits(currency: str) -> int:
    """Return how many digits the currency has after the point (ISO 4217): 2 for EUR, 0 for JPY."""
    return _MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount: `micros` (10⁻⁶) of the major unit of `currency` (ISO 4217)."""

    micros: int
    currency: str

    @classmethod
    def parse(cls, text: str) -> Money:
        """Return the amount written as `12.50 EUR`; ValueError when it is written otherwise."""
        match = _WRITTEN.match(text)
        if not match:
            raise ValueError(f"expected an amount such as '12.50 EUR', got '{text}'")
        micros = int(match[2]) * MICROS + int((match[3] or "").ljust(6, "0"))
        return cls(-micros if match[1] else micros, match[4])

    @classmethod
    def of(cls, amount: Decimal | int, currency: str) -> Money:
        """Return an amount of major units; ValueError when it is finer than a micro."""
        micros = _EXACT.multiply(Decimal(amount), Decimal(MICROS))
        if micros != micros.to_integral_value():
            raise ValueError(f"{amount} has more than six digits after the point")
        return cls(int(micros), currency)

    @property
    def amount(self) -> Decimal:
        """The exact number of major units, with six digits after the point."""
        return Decimal(self.micros).scaleb(-6)

    def __str__(self) -> str:
        """Return the form that `parse` reads, with at least the currency's minor digits."""
        whole, part = divmod(abs(self.micros), MICROS)
        digits = f"{part:06}".rstrip("0").ljust(minor_digits(self.currency), "0")
        sign = "-" if self.micros < 0 else ""
        return f"{sign}{whole}{'.' + digits if digits else ''} {self.currency}"

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.micros + other.micros, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.micros - other.micros, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.micros, self.currency)

    def __bool__(self) -> bool:
        return self.micros != 0

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.micros < other.micros

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.micros <= other.micros

    def __gt__(self, other: Money) -> bool:
        return other < self

    def __ge__(self, other: Money) -> bool:
        return other <= self

    def times(self, factor: Decimal | int) -> Money:
        """Multiply and round half up (away from zero), once, to the micro.

        `rounded` rounds for a document.
        """
        exact = _EXACT.multiply(Decimal(self.micros), Decimal(factor))
        return Money(int(exact.to_integral_value(ROUND_HALF_UP)), self.currency)

    def rounded(self) -> Money:
        """Round half up (away from zero) to the currency's minor digits (EN 16931)."""
        step = 10 ** (6 - minor_digits(self.currency))
        exact = _EXACT.divide(Decimal(self.micros), Decimal(step))
        return Money(int(exact.to_integral_value(ROUND_HALF_UP)) * step, self.currency)

    def allocate(self, weights: Sequence[int]) -> list[Money]:
        """Split in proportion to `weights` (at least one positive, none negative).

        The parts always sum to the whole; left-over micros go to the first parts with a
        weight, one each.
        """
        whole = sum(weights)
        parts = [self.micros * weight // whole for weight in weights]
        weighted = [index for index, weight in enumerate(weights) if weight]
        for index in weighted[: self.micros - sum(parts)]:
            parts[index] += 1
        return [Money(part, self.currency) for part in parts]

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
