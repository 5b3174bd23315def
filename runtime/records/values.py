"""What goes into the gate and what comes out of it: plain values, no database behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from config.specs.entity import ViewSpec
from config.specs.machine import MoveSpec
from generator.fields.exchange import Title
from generator.fields.formats import integer_text
from runtime.access import Action, Decision

PAGE_SIZE_MAX = 200
COUNT_CAP = 10_000

@dataclass(frozen=True, slots=True)
class Filter:
    """One condition of a list: `path` (`status`, `client.country`), operator, raw texts."""

    path: str
    op: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list should show.

    `sort`: field names, `-` before one turns it round; empty takes the view's. `parent` is
    (relation field, id): rows that point there. `cursor` comes from an earlier page.
    """

    view: str = "staff"
    columns: tuple[str, ...] | None = None
    filters: tuple[Filter, ...] = ()
    search: str = ""
    sort: tuple[str, ...] = ()
    cursor: str | None = None
    size: int = 25
    parent: tuple[str, Any] | None = None
    trash: bool = False
    count: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are; `capped` means this many or more."""

    number: int
    capped: bool = False

    def text(self, locale: str) -> str:
        """Return the number as it is written where the reader lives."""
        return integer_text(self.number, locale) + ("+" if self.capped else "")


@dataclass(frozen=True, slots=True)
class Choice:
    """One row offered by a lookup."""

    id: int
    title: str


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One row, as far as the actor may see it.

    `values` has no key for a field that is hidden. `titles`: relation field → Title, or None
    when the target is out of the actor's sight. `permits` are the places of the actor's
    permits whose condition holds for this row (runtime.access).
    """

    entity: str
    id: int
    values: Mapping[str, Any]
    titles: Mapping[str, Title | None]
    title: str
    version: int | None = None
    deleted_at: datetime | None = None
    permits: frozenset[int] = frozenset()

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one list and the way to the next and previous ones."""

    entity: str
    view: ViewSpec
    rows: list[Record]
    columns: tuple[str, ...]
    next: str | None
    previous: str | None
    count: Count | None
    sort: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildEdit:
    """What a form says about one row of an inline collection: new (no id), changed or removed."""

    id: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    remove: bool = False


@dataclass(frozen=True, slots=True)
class AvailableMove:
    """A move that the actor holds for a row; `refused` says why it cannot happen now."""

    name: str
    spec: MoveSpec
    label: str
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What a bulk action did; `refused`: id → sentence."""

    done: tuple[int, ...]
    refused: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or with a dry run would do.

    `problems`: number of the row, from 1 → field ("" for the whole row) → messages.
    """

    created: int
    updated: int
    problems: Mapping[int, Mapping[str, Sequence[str]]]
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a row's history. `fields`: name → (old, new) as JSON values."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_name: str
    action: str
    fields: Mapping[str, tuple[Any, Any]]
    reason: str = ""
    move: str = ""
    from_state: str = ""
    to_state: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a row and will be told after the commit."""

    name: str
    entity: str
    id: int
    data: Mapping[str, Any] = field(default_factory=dict)


__all__ = [
    "Action", "AvailableMove", "BulkResult", "Change", "ChildEdit", "Choice", "Count", "Decision",
    "Event", "Filter", "ImportResult", "ListQuery", "Page", "Record", "Title",
]
