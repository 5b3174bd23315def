"""The addresses of an area's generated pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

Query = Mapping[str, object] | Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Links:
    """`prefix` is the area's own part of the path: `/admin`, or nothing for the client area."""

    prefix: str

    def list(self, entity: str, query: Query = ()) -> str:
        return with_query(f"{self.prefix}/{entity}/", query)

    def new(self, entity: str, query: Query = ()) -> str:
        return with_query(f"{self.prefix}/{entity}/new", query)

    def record(self, entity: str, id: int, query: Query = ()) -> str:  # noqa: A002
        return with_query(f"{self.prefix}/{entity}/{id}", query)

    def edit(self, entity: str, id: int) -> str:  # noqa: A002
        return f"{self.prefix}/{entity}/{id}/edit"

    def move(self, entity: str, id: int, move: str) -> str:  # noqa: A002
        return f"{self.prefix}/{entity}/{id}/moves/{move}"

    def action(self, entity: str, id: int, action: str) -> str:  # noqa: A002
        """Return the address of `delete`, `restore`, `purge`, `menu` or `place` of one row."""
        return f"{self.prefix}/{entity}/{id}/{action}"

    def reveal(self, entity: str, id: int, field: str) -> str:  # noqa: A002
        return f"{self.prefix}/{entity}/{id}/reveal/{field}"

    def bulk(self, entity: str) -> str:
        return f"{self.prefix}/{entity}/bulk"

    def lookup(self, entity: str, via: str = "") -> str:
        """Return where rows of `entity` are searched; `via` is the `entity.field` that asks."""
        return with_query(f"{self.prefix}/{entity}/lookup", {"via": via} if via else {})

    def export(self, entity: str, query: Query = ()) -> str:
        """Return where is asked how the rows of a list become a file."""
        return with_query(f"{self.prefix}/{entity}/export", query)

    def imports(self, entity: str) -> str:
        return f"{self.prefix}/{entity}/import"

    def transfers(self) -> str:
        """Return the page of one's own imports and exports; no entity can be called so."""
        return f"{self.prefix}/imports-and-exports"

    def transfer(self, id: int, part: str = "") -> str:  # noqa: A002
        """Return the address of one import or export, or of a part of it: `columns`, `undo` …"""
        return f"{self.transfers()}/{id}" + (f"/{part}" if part else "")


def with_query(path: str, query: Query) -> str:
    pairs = query.items() if isinstance(query, Mapping) else query
    text = urlencode([(key, value) for key, value in pairs if value is not None], doseq=True)
    return f"{path}?{text}" if text else path
