"""An exact share, written `23 %` and kept in millionths."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from config.values.money import Money

_WRITTEN = re.compile(r"(-?)(\d{1,6})(?:\.(\d{1,4}))? ?%\Z", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class Rate:
    """A share in `millionths`: 23 % is 230,000."""

    millionths: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Return the rate written as `23 %`; ValueError when it is written otherwise."""
        match = _WRITTEN.match(text)
        if not match:
            raise ValueError(f"expected a rate such as '23 %', got '{text}'")
        millionths = int(match[2]) * 10_000 + int((match[3] or "").ljust(4, "0"))
        return cls(-millionths if match[1] else millionths)

    @property
    def factor(self) -> Decimal:
        """The exact number to multiply by: 0.23 for 23 %."""
        return Decimal(self.millionths).scaleb(-6)

    def __str__(self) -> str:
        """Return the form that `parse` reads, as short as it can be."""
        whole, part = divmod(abs(self.millionths), 10_000)
        digits = f"{part:04}".rstrip("0")
        sign = "-" if self.millionths < 0 else ""
        return f"{sign}{whole}{'.' + digits if digits else ''} %"

    def of(self, amount: Money) -> Money:
        """Return this share of `amount`, rounded half up to the micro."""
        return amount.times(self.factor)
