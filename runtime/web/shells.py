"""Frames drawn once and filled many times: what stands around a page is the same page after page.

A frame is drawn with marks where a request puts its own: title, trail, messages, token, nonce, and
the page itself. The text between the marks is kept under everything the frame was drawn from, so
that another person, another menu or another colour has a frame of its own.

    shell = shells.get(key, draw)        draw(marks) -> the text of the frame with the marks in it
    shell.filled({"content": html, …})   the page
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

SLOTS = ("title", "trail", "flashes", "content", "nonce", "csrf_token")
SHELLS_MAX = 400


@dataclass(frozen=True, slots=True)
class Shell:
    """`parts` are texts and names of slots in turn, beginning and ending with a text."""

    parts: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the page; `values` are HTML already, one for each slot."""
        out = list(self.parts)
        for place in range(1, len(out), 2):
            out[place] = values[out[place]]
        return "".join(out)


class Shells:
    """The frames of one panel, as many as `shells_max`.

    The marks are random: no text of a person can hold one.
    """

    def __init__(self, shells_max: int = SHELLS_MAX) -> None:
        secret = secrets.token_hex(16)
        self._marks = {slot: Markup(f"{secret}-{slot}-") for slot in SLOTS}
        self._mark = re.compile(f"{secret}-({'|'.join(SLOTS)})-")
        self._shells_max = shells_max
        self._shells: dict[Hashable, Shell] = {}

    def get(self, key: Hashable, draw: Callable[[Mapping[str, Markup]], str]) -> Shell:
        """Return the frame of `key`, drawn when there is none yet."""
        shell = self._shells.get(key)
        if shell is None:
            shell = Shell(tuple(self._mark.split(draw(self._marks))))
            if len(self._shells) >= self._shells_max:
                # Dropping the older half at once is cheaper than keeping an order on every use.
                for old in list(self._shells)[: self._shells_max // 2]:
                    self._shells.pop(old, None)
            self._shells[key] = shell
        return shell
