"""A number in one of YAML's other notations, as it is written in plain digits."""

import re
from decimal import Decimal

_OTHER_BASE = re.compile(r"[-+]?0(x[0-9a-f_]{1,15}|o[0-7_]{1,20}|b[01_]{1,60})", re.IGNORECASE)
# Two digits of exponent: the number that 1e999999999 stands for would fill the memory.
_POWER = re.compile(
    r"[-+]?([0-9]{1,18}(\.[0-9]{0,12})?|\.[0-9]{1,12})(e[-+]?[0-9]{1,2})?", re.IGNORECASE
)


def plain_digits(text: str) -> str | None:
    """Return `0x10` as 16, `1e3` and `1_000` as 1000, `+1.50` as 1.50; None what is no number."""
    if _OTHER_BASE.fullmatch(text):
        try:
            return str(int(text, 0))
        except ValueError:
            return None
    joined = text.replace("_", "")
    return f"{Decimal(joined):f}" if _POWER.fullmatch(joined) else None
