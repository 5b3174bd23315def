"""What a plan consists of: single changes, each with its grade, its reason and its statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from runtime.schema.memory import Memory

FIRST_IDS = 5


class Grade(StrEnum):
    """`safe` loses nothing; `lossy` changes or needs values of rows; `destructive` removes them."""

    SAFE = "safe"
    LOSSY = "lossy"
    DESTRUCTIVE = "destructive"


class Phase(StrEnum):
    """When an operation runs, in this order."""

    RENAME = "rename"
    CREATE = "create"
    ADD = "add"
    LOOSEN = "loosen"
    CHANGE = "change"
    FILL = "fill"
    REQUIRE = "require"
    DROP = "drop"
    LINK = "link"
    INDEX = "index"
    GUARD = "guard"


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows an operation affects: those of `table` for which the SQL `where` is true."""

    table: str
    where: str

    def count_statement(self) -> str:
        return f'SELECT count(*) FROM "{self.table}" WHERE {self.where}'  # noqa: S608 - our names

    def ids_statement(self) -> str:
        return (
            f'SELECT id FROM "{self.table}" WHERE {self.where} '  # noqa: S608 - our names
            f"ORDER BY id LIMIT {FIRST_IDS}"
        )


@dataclass(frozen=True, slots=True)
class Operation:
    """One change. `address` is the place in the YAML that asks for it, and what an ack names.

    `statements` are what runs. `alone`: they cannot run inside a transaction. `rebuilds`: on SQLite
    the change happens when the table is made anew. `refused` says why it cannot run, whatever is
    acknowledged; `allowed` is the id of the ack that lets it. `field` is (entity, field) whose
    meaning the operation changes; `memory` is what is remembered after a rename.
    """

    phase: Phase
    grade: Grade
    table: str
    address: str
    said: str
    statements: tuple[str, ...] = ()
    alone: bool = False
    rebuilds: bool = False
    rows: Rows | None = None
    affected: int = 0
    ids: tuple[int, ...] = ()
    refused: str = ""
    allowed: str = ""
    field: tuple[str, str] | None = None
    memory: Memory | None = None

    @property
    def waits(self) -> bool:
        """Whether somebody must do something before this can run."""
        return bool(self.refused) or (self.grade is not Grade.SAFE and not self.allowed)

    def counted(self, affected: int, ids: Iterable[int]) -> Self:
        return replace(self, affected=affected, ids=tuple(ids))


_ORDER = {phase: place for place, phase in enumerate(Phase)}


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations in the order in which they run; `notes` are worth knowing and change nothing."""

    dialect: str
    operations: tuple[Operation, ...] = ()
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, dialect: str, operations: Iterable[Operation], notes: Iterable[str] = ()) -> Self:
        ordered = sorted(operations, key=lambda each: _ORDER[each.phase])
        return cls(dialect, tuple(ordered), tuple(notes))

    def __bool__(self) -> bool:
        return bool(self.operations)

    @property
    def waiting(self) -> tuple[Operation, ...]:
        """What keeps the plan from running."""
        return tuple(each for each in self.operations if each.waits)

    def of_grade(self, grade: Grade) -> tuple[Operation, ...]:
        return tuple(each for each in self.operations if each.grade is grade)
