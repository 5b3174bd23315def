"""What a check finds, and what a check is: plain values, so that extensions can bring some."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from runtime.panel import Panel


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `id` is the row's, None where it is not about one row."""

    what: str
    entity: str = ""
    id: int | None = None
    mend: str = ""

    @property
    def place(self) -> str:
        return f"{self.entity}:{self.id}" if self.id is not None else self.entity


@dataclass(frozen=True, slots=True)
class Check:
    """A named check. `run` reads through the connection, in one snapshot, and changes nothing."""

    name: str
    title: str
    run: Callable[[Panel, Connection], Iterator[Finding]]
