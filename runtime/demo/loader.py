"""Puts rows into the panel through the gate's `load`, in batches, as the panel itself.

What a panel does not have is passed over: an entity or field that somebody took out of their
copy of the sample must not stop the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from generator.fields.translated import is_translatable
from runtime.actors import system
from runtime.demo.catalogue_words import in_languages

if TYPE_CHECKING:
    from runtime.panel import Panel
    from runtime.records import Records

BATCH = 2_000
YEARS = 3
ACTOR = system("sample data")


class Loader:
    """Loads rows in one transaction and remembers how many of which entity.

    A fill that was stopped half-way leaves nothing behind, so that the next start does it all.
    """

    def __init__(self, panel: Panel, records: Records) -> None:
        self.panel, self.records = panel, records
        self.now = panel.clock.now()
        # When the business began: what it sells is older than what it has sold.
        self.opening = self.now - timedelta(days=YEARS * 365 + 30)
        self.counts: dict[str, int] = {}
        self._fields = {
            name: frozenset(model.fields) for name, model in panel.generated.entities.items()
        }
        # Where English is not offered a text stays as it is.
        self._translatable = frozenset(
            (entity, name)
            for entity, model in panel.generated.entities.items()
            for name, bound in model.fields.items() if is_translatable(bound)
        ) if panel.project.site.locales[0] == "en" else frozenset()

    def has(self, entity: str, *fields: str) -> bool:
        """Whether the panel has the entity, and these fields of it."""
        return (
            set(fields) <= self._fields.get(entity, frozenset())
            if fields
            else (entity in self._fields)
        )

    def load(self, entity: str, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        """Load all rows and return their ids in the same order; none for an unknown entity."""
        known = self._fields.get(entity)
        if known is None:
            return []
        ids: list[int] = []
        batch: list[Mapping[str, Any]] = []
        for row in rows:
            batch.append({
                name: self._said(entity, name, value)
                for name, value in row.items() if name in known
            })
            if len(batch) == BATCH:
                ids += self._write(entity, batch)
                batch = []
        if batch:
            ids += self._write(entity, batch)
        self.counts[entity] = self.counts.get(entity, 0) + len(ids)
        return ids

    def _said(self, entity: str, name: str, value: Any) -> Any:
        """Return a text that people read in the panel's languages, others as they are."""
        if (entity, name) not in self._translatable or not isinstance(value, str):
            return value
        return in_languages(value, self.panel.project.site.locales)

    def load_old(self, entity: str, rows: Iterable[Mapping[str, Any]]) -> list[int]:
        """Load rows that are there since the business began."""
        return self.load(entity, ({"created_at": self.opening, **row} for row in rows))

    def add(self, entity: str, **values: Any) -> int | None:
        """Load one row; return its id, None when the panel has no such entity."""
        ids = self.load(entity, [values])
        return ids[0] if ids else None

    def change(self, entity: str, row_id: int, **values: Any) -> None:
        """Edit one row."""
        self.records.update(entity, row_id, values)

    def find(self, entity: str, field: str, value: Any) -> int | None:
        """Return the id of the row with that value, None when there is none."""
        return self.ids_by(entity, field).get(value)

    def ids_by(self, entity: str, field: str) -> dict[Any, int]:
        """Return value of `field` → id of all rows of a small entity."""
        from runtime.records.values import ListQuery

        if not self.has(entity, field):
            return {}
        page = self.records.list(entity, ListQuery(columns=(field,), size=100, count=False))
        return {row[field]: row.id for row in page.rows}

    def is_empty(self, entity: str) -> bool:
        """Whether the panel has the entity and no row of it yet."""
        if not self.has(entity):
            return False
        return self.records.count(entity).number == 0

    def _write(self, entity: str, batch: list[Mapping[str, Any]]) -> list[int]:
        return self.records.load_many(entity, batch, "sample data")
